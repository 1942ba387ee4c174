"""Who is next: by instant, lot and id, and only who can take what is free."""

from datetime import UTC, datetime

from recovery_college.enrolment.rules import Supporter
from recovery_college.enrolment.rules.queue import (
    Asking,
    Free,
    next_in_line,
    position,
    units,
)

ROOM, LINK = 1, 2


def asking(
    id: int, minute: int = 0, lot: int | None = 0, pool: int = ROOM, **more: object
) -> Asking:
    when = datetime(2027, 5, 3, 9, minute, tzinfo=UTC)
    return Asking(id, id, pool, when, lot, **more)  # type: ignore[arg-type]


def next_of(them: list[Asking], places: dict[int, int], chairs: int | None = 0) -> list[int]:
    unit = next_in_line(units(them), Free(places, chairs, frozenset({LINK})))
    return [member.id for member in unit.members] if unit else []


def test_the_order_is_the_instant_then_the_lot_then_the_id() -> None:
    them = [
        asking(1, 1),
        asking(2, 0, 7),
        asking(3, 0, 2),
        asking(5),
        asking(4),
        asking(6, 0, None),
    ]
    assert [unit.members[0].id for unit in units(them)] == [4, 5, 3, 2, 6, 1]


def test_a_party_is_passed_over_and_keeps_its_position() -> None:
    them = [asking(1, party="p"), asking(2, 1, party="p"), asking(3, 2)]
    assert next_of(them, {ROOM: 1}) == [3]
    assert next_of(them, {ROOM: 2}) == [1, 2]
    assert [position(units(them), id) for id in (1, 2, 3, 9)] == [1, 1, 3, 0]


def test_a_party_stands_where_its_last_does() -> None:
    them = [asking(1, 0, party="p"), asking(2, 5, party="p"), asking(3, 3)]
    assert next_of(them, {ROOM: 2}) == [3]


def test_who_comes_along_sits_on_a_chair_or_on_a_place_and_by_link_on_neither() -> None:
    one = [asking(1, with_supporter=True)]
    assert next_of(one, {ROOM: 1}, chairs=0) == []
    assert next_of(one, {ROOM: 2}, chairs=0) == [1]
    assert next_of(one, {ROOM: 1}, chairs=1) == next_of(one, {ROOM: 1}, chairs=None) == [1]
    assert next_of([asking(1, pool=LINK, with_supporter=True)], {LINK: 1}) == [1]
    pair = units([asking(n, with_supporter=True, party="p") for n in (1, 2)])[0]
    assert pair.seats(Free({ROOM: 3}, 1)) == {1: Supporter.CHAIR, 2: Supporter.PLACE}
    assert pair.seats(Free({ROOM: 2}, 1)) is None


def test_a_place_by_link_is_none_for_who_wants_the_room() -> None:
    assert next_of([asking(1), asking(2, 1, pool=LINK)], {ROOM: 0, LINK: 1}) == [2]
