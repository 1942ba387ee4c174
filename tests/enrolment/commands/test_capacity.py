"""How many places a run has, for whom, and where: never fewer than are held."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.courses.rules import Mode
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.capacity import (
    edit_run,
    release_now,
    set_aside,
    set_link_places,
)
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.rules import NoPlaceLeft, State, TooFewPlaces, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.scheduling.models import Run
from tests.enrolment.asking import ask, change, places, stands
from tests.factories import NOW, make_person, make_room, make_run

pytestmark = pytest.mark.usefixtures("app")
RELEASE = datetime(2027, 5, 20, 9, tzinfo=UTC)
HAS, OFFERED, WAITS = State.CONFIRMED, State.OFFERED, State.WAITING


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee(app: object) -> Person:
    return make_person("Dee")


def edit(dee: Person, run: Run, **values: object) -> None:
    fields: dict[str, object] = {"term_id": run.term_id, "mode": run.mode, "capacity": run.capacity}
    edit_run(dee, run, Edit(fields | values, prints_of(run, fields | values)), the_college())


def test_fewer_places_than_are_held_are_refused_in_words_and_more_are_offered(dee: Person) -> None:
    run = make_run(capacity=2)
    made = [ask(make_person(), run) for _ in range(3)]
    with pytest.raises(TooFewPlaces) as refused:
        edit(dee, run, capacity=1)
    assert str(refused.value) == (
        "2 places of this run are held or offered, so it can\u2019t have only 1. Ask somebody "
        "whether they would move to another date first; no confirmed place is taken back."
    )
    assert places(run)["room"] == (2, 2)
    edit(dee, run, capacity=3)
    assert stands(made[2]) == [(OFFERED, Why.MORE_PLACES)]
    assert places(run)["room"] == (3, 3)


def test_places_set_aside_are_out_of_the_queue_and_still_places_of_the_run(dee: Person) -> None:
    run = make_run(capacity=2)
    kept = set_aside(dee, run, "Ward 4", 1, RELEASE)
    first, second = ask(make_person(), run), ask(make_person(), run)
    assert stands(first, second) == [(HAS, Why.PLACE_FREE), (WAITS, Why.FULL)]
    own = ask(make_person(), run, by=dee, way=Way.PHONE, pool=kept)
    assert stands(own, second) == [(HAS, Why.PLACE_FREE), (WAITS, Why.FULL)]
    assert places(run) == {"room": (1, 1), "chairs": (0, None), "set_aside": (1, 1)}
    with pytest.raises(TooFewPlaces):
        edit(dee, run, capacity=1)


def test_nobody_waits_for_places_that_are_set_aside(dee: Person) -> None:
    run = make_run(capacity=3)
    kept = set_aside(dee, run, "Ward 4", 1, RELEASE)
    ask(make_person(), run, by=dee, way=Way.PHONE, pool=kept)
    with pytest.raises(NoPlaceLeft):
        ask(make_person(), run, by=dee, way=Way.PHONE, pool=kept)
    change(run.term, enrolment_opens_at=RELEASE)
    other = set_aside(dee, run, "Ward 5", 1, RELEASE)
    early = ask(make_person(), run, by=dee, way=Way.PHONE, pool=other)
    assert stands(early) == [(HAS, Why.PLACE_FREE)]


def test_the_pool_of_everybody_is_not_handed_out_as_one_that_is_set_aside(dee: Person) -> None:
    run, other = make_run(capacity=2), make_run()
    first = ask(make_person(), run)
    kept = set_aside(dee, other, "Ward 4", 1, RELEASE)
    for pool in (first.pool, kept):
        with pytest.raises(NoPlaceLeft):
            ask(make_person(), run, by=dee, way=Way.PHONE, pool=pool)


def test_at_their_release_they_are_everybodys_even_before_anything_has_passed_by(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = make_run(capacity=2)
    kept = set_aside(dee, run, "Ward 4", 1, RELEASE)
    ask(make_person(), run)
    in_may.move_to(RELEASE, tick=False)
    with pytest.raises(NoPlaceLeft):
        ask(make_person(), run, by=dee, way=Way.PHONE, pool=kept)
    assert stands(ask(make_person(), run)) == [(HAS, Why.PLACE_FREE)]
    assert places(run)["room"] == (2, 2)


def test_a_release_offers_to_who_waits_and_so_does_what_comes_free_of_it_later(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = make_run(capacity=3)
    kept = set_aside(dee, run, "Ward 4", 2, RELEASE)
    own = ask(make_person(), run, by=dee, way=Way.PHONE, pool=kept)
    _, second, third = (ask(make_person(), run) for _ in range(3))
    in_may.move_to(RELEASE - timedelta(seconds=1), tick=False)
    pass_time()
    assert stands(second) == [(WAITS, Why.FULL)]
    in_may.move_to(RELEASE, tick=False)
    pass_time()
    assert stands(second, third) == [(OFFERED, Why.RELEASED), (WAITS, Why.FULL)]
    give_up(dee, own, the_college())
    assert stands(third) == [(OFFERED, Why.SOMEBODY_LEFT)]
    assert [name for name, check in CHECKS.items() if check()] == []


def test_released_now_they_go_to_who_waits(dee: Person) -> None:
    run = make_run(capacity=2)
    kept = set_aside(dee, run, "Ward 4", 1, RELEASE)
    _, second = ask(make_person(), run), ask(make_person(), run)
    release_now(dee, kept, the_college())
    assert stands(second) == [(OFFERED, Why.RELEASED)]
    with pytest.raises(Refusal):
        release_now(dee, second.pool, the_college())


def test_no_more_is_set_aside_than_is_free(dee: Person) -> None:
    run = make_run(capacity=2)
    ask(make_person(), run)
    with pytest.raises(TooFewPlaces):
        set_aside(dee, run, "Ward 4", 2, RELEASE)
    assert places(run) == {"room": (1, 2), "chairs": (0, None)}


def test_a_hybrid_run_counts_its_room_and_its_link_apart(dee: Person) -> None:
    run = make_run(capacity=1)
    change(run, mode=Mode.HYBRID)
    set_link_places(dee, run, 1, the_college())
    room, link = ask(make_person(), run), ask(make_person(), run, by_link=True)
    more = [ask(make_person(), run, by_link=by_link) for by_link in (False, True)]
    assert [state for state, _ in stands(room, link, *more)] == [HAS, HAS, WAITS, WAITS]
    give_up(dee, link, the_college())
    assert stands(*more) == [(WAITS, Why.FULL), (OFFERED, Why.SOMEBODY_LEFT)]
    with pytest.raises(TooFewPlaces):
        set_link_places(dee, run, 0, the_college())


def test_a_hybrid_run_keeps_its_link_while_anybody_needs_it_and_its_history_for_ever(
    dee: Person,
) -> None:
    run = make_run(room=make_room())
    change(run, mode=Mode.HYBRID)
    set_link_places(dee, run, 1, the_college())
    link, waits = (ask(make_person(), run, by_link=True) for _ in range(2))
    give_up(dee, waits, the_college())
    with pytest.raises(TooFewPlaces, match="1 person has a place by link"):
        edit(dee, run, mode=Mode.IN_PERSON)
    give_up(dee, link, the_college())
    edit(dee, run, mode=Mode.IN_PERSON)
    db.session.refresh(link)
    assert (places(run), link.state) == ({"room": (0, 12), "chairs": (0, 8)}, State.GIVEN_UP)
