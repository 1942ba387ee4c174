"""Times that suit everybody: none that a limit speaks against, and none left out."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.clock import in_london, london_instant
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import ProposalState, together
from recovery_college.scheduling.rules.together import InUse, Place, Search, Slot, Teacher, slots
from recovery_college.tutors.rules.free import Stretch, is_free
from recovery_college.tutors.rules.limits import (
    Booked,
    Limits,
    Roads,
    Standing,
    reasons_against,
)

HOUR = timedelta(hours=1)
MONDAY = date(2027, 10, 25)  # the clocks go back on the Sunday of this week
TERM = (date(2027, 9, 6), date(2027, 12, 17))
SPAN = Stretch(london_instant(MONDAY, time()), london_instant(MONDAY + timedelta(days=9), time()))
ROADS = Roads({(1, 2): 90}, usual=30)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return london_instant(MONDAY + timedelta(days=day), time(hour, minute))


def stretch(day: int, starts: int, ends: int) -> Stretch:
    return Stretch(at(day, starts), at(day, ends))


def found(search: Search, *teachers: Teacher, places: tuple[Place, ...] = (Place(),)) -> list[str]:
    made = slots(search, teachers, places, ROADS)
    return [f"{in_london(each.starts_at):%a %H:%M} {each.room_id}" for each in made]


def test_every_hour_from_the_first_half_hour_in_which_all_are_free_and_the_usual_time() -> None:
    ash = Teacher([Stretch(at(0, 9, 10), at(0, 13)), stretch(1, 6, 10)], [], Limits())
    bo = Teacher([stretch(0, 8, 17), stretch(1, 6, 23)], [], Limits())
    search = Search(SPAN, 2 * HOUR, usual=time(10))
    assert found(search, ash, bo) == [
        "Mon 09:30 None",
        "Mon 10:00 None",
        "Mon 10:30 None",
        "Tue 08:00 None",  # nobody is proposed to begin before eight
    ]


def test_not_when_the_college_is_closed_nor_in_a_full_week_month_or_term() -> None:
    week = Teacher([stretch(0, 9, 11), stretch(8, 9, 11)], [Booked(at(2, 9), at(2, 10))], Limits())
    search = Search(SPAN, 2 * HOUR, term=TERM)
    monday, tuesday = "Mon 09:00 None", "Tue 09:00 None"
    assert found(search, week) == [monday, tuesday]
    closed = Search(SPAN, 2 * HOUR, term=TERM, closed={MONDAY})
    assert found(closed, week) == [tuesday]

    def limited(**limits: Any) -> list[str]:
        return found(search, Teacher(week.free, week.accepted, Limits(**limits)))

    assert limited(sessions_a_week=1) == [tuesday]
    assert limited(sessions_a_week=2) == [monday, tuesday]
    assert limited(sessions_a_term=1) == []
    assert limited(hours_a_month=3) == [monday, tuesday]
    assert limited(hours_a_month=2) == [tuesday]  # an hour in October is promised already
    assert limited(hours_a_month=1) == []


def test_in_the_first_room_that_is_free_and_that_all_reach_in_time() -> None:
    free = [stretch(0, 9, 13)]
    near = Place(1, 1)
    far = Place(2, 2)
    search = Search(SPAN, HOUR, in_use=InUse([(stretch(0, 9, 10), {1})]))
    anywhere = Teacher(free, [], Limits())
    assert found(search, anywhere, places=(near, far)) == [
        "Mon 09:00 2",
        "Mon 10:00 1",
        "Mon 11:00 1",
        "Mon 12:00 1",
    ]
    bound = Teacher(free, [], Limits(reaches={1}))
    assert found(search, anywhere, bound, places=(near, far)) == [
        "Mon 10:00 1",
        "Mon 11:00 1",
        "Mon 12:00 1",
    ]
    on_the_way = Teacher(free, [Booked(at(0, 13), at(0, 14), 1)], Limits())
    # from eleven an hour of the ninety minutes' way would be left
    assert found(search, on_the_way, places=(far,)) == ["Mon 09:00 2", "Mon 10:00 2"]


def limits() -> st.SearchStrategy[Limits]:
    return st.builds(
        Limits,
        sessions_a_week=st.none() | st.integers(1, 3),
        sessions_a_term=st.none() | st.integers(1, 6),
        hours_a_month=st.none() | st.integers(1, 12),
        gap_minutes=st.sampled_from([0, 15, 60, 600, 1440]),
        no_evenings=st.booleans(),
        reaches=st.sampled_from([frozenset(), frozenset({1}), frozenset({1, 2})]),
        minutes_beside=st.sampled_from([0, 45]),
    )


@st.composite
def booked(draw: st.DrawFn) -> list[Booked]:
    """Sessions that don't overlap, around a change of the clocks."""
    made: list[Booked] = []
    for day in draw(st.sets(st.integers(-3, 9), max_size=6)):
        hour = draw(st.integers(8, 18))
        venue = draw(st.sampled_from([None, 1, 2]))
        made.append(Booked(at(day, hour), at(day, hour + 2), venue))
    return made


@st.composite
def teachers(draw: st.DrawFn) -> Teacher:
    days = draw(st.sets(st.integers(0, 8), min_size=3))
    free = [
        stretch(day, draw(st.integers(7, 12)), draw(st.integers(13, 23))) for day in sorted(days)
    ]
    written = {MONDAY.replace(day=1): draw(st.integers(0, 300))}
    return Teacher(free, draw(booked()), draw(limits()), written)


PLACES = (Place(7, 1), Place(8, 2), Place(9, None))
TAKEN = [  # the longest last, so that it is told from those before it
    (stretch(0, 9, 12), {7, 9}),
    (stretch(0, 10, 11), {8}),
    (stretch(2, 8, 9), {8, 9}),
    (stretch(2, 10, 15), {7}),
]


@given(st.lists(teachers(), min_size=1, max_size=2))
def test_exactly_the_starts_that_nothing_speaks_against(two: list[Teacher]) -> None:
    """Against a slower way: ask the rule of each start and each room by itself."""
    search = Search(SPAN, 2 * HOUR, term=TERM, in_use=InUse(TAKEN))
    made = slots(search, two, PLACES, ROADS)
    assert [each.starts_at for each in made] == [
        start
        for start in sorted({each.starts_at for each in made} | _half_hours(search, two))
        if any(_suits(Booked(start, start + 2 * HOUR, p.venue_id), p, two) for p in PLACES)
    ]
    venues = {place.room_id: place for place in PLACES}
    for each in made:
        place = venues[each.room_id]
        wanted = Booked(each.starts_at, each.ends_at, place.venue_id)
        assert _suits(wanted, place, two)


def _half_hours(search: Search, two: list[Teacher]) -> set[datetime]:
    """The starts that the search looks at, with nobody's limits and sessions in the way."""
    free = [
        Teacher(each.free, each.accepted, Limits(gap_minutes=each.limits.gap_minutes))
        for each in two
    ]
    return {each.starts_at for each in slots(search, free, (Place(),), Roads())}


def _suits(wanted: Booked, place: Place, two: list[Teacher]) -> bool:
    return not any(
        place.room_id in rooms and wanted.starts_at < at.ends_at and at.starts_at < wanted.ends_at
        for at, rooms in TAKEN
    ) and all(
        is_free(each.free, wanted)
        and not reasons_against(
            wanted,
            each.limits,
            Standing(each.accepted, TERM, each.written.get(_month(wanted), 0)),
            ROADS,
        )
        for each in two
    )


def _month(wanted: Booked) -> date:
    return in_london(wanted.starts_at).date().replace(day=1)


def test_one_to_five_times_to_come_are_proposed() -> None:
    now = datetime(2027, 5, 3, 9, tzinfo=UTC)
    times = [Slot(now + n * HOUR, now + (n + 1) * HOUR) for n in range(7)]
    together.check_proposed(times[1:6], now)
    for wrong, words in (
        ([], "Choose at least one time."),
        (times[1:], "Choose 5 times at most."),
        (times[:1], "One of these times has passed. Choose others."),
    ):
        with pytest.raises(Refusal, match=words):
            together.check_proposed(wrong, now)


@pytest.mark.parametrize(
    ("old", "words"),
    [
        (ProposalState.PICKED, "The office is about to confirm it."),
        (ProposalState.DONE, "it has moved there."),
        (ProposalState.DROPPED, "These times are not open any more."),
    ],
)
def test_what_is_picked_once_is_not_picked_again(old: ProposalState, words: str) -> None:
    with pytest.raises(together.ProposalOver, match=words):
        together.check_step(old, ProposalState.PICKED)
