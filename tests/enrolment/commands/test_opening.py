"""Enrolment opens: lots decide among those who asked before, and nobody who comes then is ahead."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.enrolment.commands.enrolling import Request, enrol_together
from recovery_college.enrolment.commands.opening import draw_lots
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.rules import NotOpenYet, State, Supporter, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run
from tests.enrolment.asking import ask, change, places, promised, stands
from tests.factories import NOW, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
OPENS = datetime(2027, 5, 10, 8, tzinfo=UTC)
HAS, WAITS = State.CONFIRMED, State.WAITING


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee(app: object) -> Person:
    return make_person("Dee")


def opening(capacity: int) -> Run:
    run = make_run(capacity=capacity)
    change(run.term, enrolment_opens_at=OPENS)
    return run


def test_enrolment_opens_at_the_second(in_may: time_machine.Traveller) -> None:
    run, ada = opening(1), make_person()
    in_may.move_to(OPENS - timedelta(seconds=1), tick=False)
    with pytest.raises(NotOpenYet):
        ask(ada, run)
    in_may.move_to(OPENS, tick=False)
    assert stands(ask(ada, run)) == [(HAS, Why.PLACE_FREE)]


def test_who_asked_before_has_a_place_in_the_order_of_lots_and_is_told_again(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = opening(2)
    early = [ask(make_person(), run, by=dee, way=Way.PHONE) for _ in range(4)]
    assert promised() == ["request_waits"] * 4
    in_may.move_to(OPENS, tick=False)
    pass_time()
    stands(*early)
    in_order = sorted(early, key=lambda each: each.asking.place)
    assert [each.state for each in in_order] == [HAS, HAS, WAITS, WAITS]
    assert sorted(promised()[4:]) == ["place_confirmed"] * 2 + ["request_waits"] * 2
    assert draw_lots(run, the_college()) == 0


def test_who_presses_at_the_opening_second_draws_first_and_comes_after(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = opening(1)
    early = ask(make_person(), run, by=dee, way=Way.PHONE)
    in_may.move_to(OPENS, tick=False)
    newcomer = ask(make_person(), run)
    assert stands(early, newcomer) == [(HAS, Why.LOTS), (WAITS, Why.FULL)]
    assert early.asking.place < newcomer.asking.place


def test_a_party_with_a_supporter_is_drawn_as_one(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    run = opening(3)
    change(run.sessions[0].room, places=3)
    request = Request(run, way=Way.PHONE, with_supporter=True)
    pair = enrol_together(dee, [make_person(), make_person()], request, the_college())
    in_may.move_to(OPENS, tick=False)
    assert draw_lots(run, the_college()) == 2
    assert stands(*pair) == [(HAS, Why.LOTS)] * 2
    assert [each.supporter for each in pair] == [Supporter.PLACE, Supporter.NONE]
    assert places(run) == {"room": (3, 3), "chairs": (0, 0)}
