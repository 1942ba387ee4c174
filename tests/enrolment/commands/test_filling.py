"""What comes free goes to the next at once, however it came free."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.college.commands import go_live, pause_mail
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol, enrol_together
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.models import Run
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
OFFERED = State.OFFERED


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ask(student: Person, run: Run, **asked: Enrolment) -> Enrolment:
    return enrol(student, student, Request(run, **asked), the_college())  # type: ignore[arg-type]


def stands(*made: Enrolment) -> list[tuple[State, Why]]:
    for each in made:
        db.session.refresh(each)
    return [(each.state, each.steps[-1].why) for each in made]


def test_an_offer_left_for_another_date_goes_to_the_next() -> None:
    course, college = make_course(), the_college()
    runs = [make_run(course, first=day, capacity=1) for day in (date(2027, 6, 7), date(2027, 6, 9))]
    ada, bo, cy, dee = (make_person() for _ in range(4))
    full = [ask(each, run) for each, run in zip((ada, bo), runs, strict=True)]
    first = ask(cy, runs[0])
    second = ask(cy, runs[1], instead_of=first)
    waits = ask(dee, runs[0])
    for person, place in zip((ada, bo), full, strict=True):
        give_up(person, place, college)
    assert stands(first, second) == [(OFFERED, Why.SOMEBODY_LEFT)] * 2
    accept(cy, second, college)
    assert stands(first, waits) == [
        (State.GIVEN_UP, Why.GOT_OTHER),
        (OFFERED, Why.OFFER_NOT_TAKEN),
    ]


def test_who_stays_behind_of_a_party_takes_the_one_place_that_is_free() -> None:
    run, (ada, bo, cy) = make_run(capacity=2), (make_person() for _ in range(3))
    ask(ada, run)
    pair = enrol_together(bo, [bo, cy], Request(run), the_college())
    assert stands(*pair) == [(State.WAITING, Why.FULL)] * 2
    give_up(bo, pair[0], the_college())
    assert stands(*pair) == [(State.GIVEN_UP, Why.LEFT_LIST), (OFFERED, Why.SOMEBODY_LEFT)]


def test_nothing_is_offered_while_messages_are_kept_back_and_then_it_is() -> None:
    run, (ada, bo, cy) = make_run(capacity=1), (make_person() for _ in range(3))
    first, second = ask(ada, run), ask(bo, run)
    pause_mail(None)
    give_up(ada, first, the_college())
    pass_time()
    third = ask(cy, run)
    assert stands(second, third) == [(State.WAITING, Why.FULL)] * 2
    go_live(cy)
    pass_time()
    assert stands(second, third) == [(OFFERED, Why.SOMEBODY_LEFT), (State.WAITING, Why.FULL)]
