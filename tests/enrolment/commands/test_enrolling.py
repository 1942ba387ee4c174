"""Asking for a place."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol, enrol_together
from recovery_college.enrolment.commands.opening import draw_lots
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.factories import NOW, make_person, make_run

OPENS = datetime(2027, 5, 10, 8, tzinfo=UTC)

pytestmark = [pytest.mark.usefixtures("app", "in_may")]


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ask(student: Person, run: Run, **asked: object) -> Enrolment:
    return enrol(student, student, Request(run, **asked), the_college())  # type: ignore[arg-type]


def promised() -> list[str]:
    keys = db.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id))
    return [key.split(":")[0] for key in keys]


def test_the_last_place_and_then_the_queue() -> None:
    run, ada, ben = make_run(capacity=1), make_person("", email="a@example.org"), make_person()
    made = [ask(student, run) for student in (ada, ben)]
    assert [each.state for each in made] == [State.CONFIRMED, State.WAITING]
    assert promised() == ["place_confirmed", "request_waits"]


def test_a_place_given_up_is_offered_to_the_next_at_once() -> None:
    run, ada, ben = make_run(capacity=1), make_person(), make_person()
    first, second = ask(ada, run), ask(ben, run)
    give_up(ada, first, the_college())
    db.session.refresh(second)
    assert [s.why for s in second.steps] == [Why.FULL, Why.SOMEBODY_LEFT]
    offered = second.state
    accept(ben, second, the_college())
    assert [offered, second.state] == [State.OFFERED, State.CONFIRMED]
    again = ask(ada, run)
    assert (again.state, again.id == first.id) == (State.WAITING, False)


def test_who_asks_for_a_place_is_here_again_whoever_typed_it_in() -> None:
    long_ago = datetime(2024, 5, 3, 9, tzinfo=UTC)
    ada, bo = (make_person(active_at=long_ago) for _ in range(2))
    run, desk = make_run(), make_person(active_at=long_ago)
    ask(ada, run)
    enrol(desk, bo, Request(run, way=Way.PHONE), the_college())
    for each in (ada, bo, desk):
        db.session.refresh(each)
    here = datetime(2027, 5, 3, 9, tzinfo=UTC)
    assert [each.active_at for each in (ada, bo, desk)] == [here, here, long_ago]


def test_two_who_come_together_wait_for_two_places() -> None:
    run = make_run(capacity=2)
    people = [make_person() for _ in range(5)]
    college = the_college()
    first, second = ask(people[0], run), ask(people[1], run)
    pair = enrol_together(people[2], people[2:4], Request(run), college)
    single = ask(people[4], run)
    assert {each.state for each in (*pair, single)} == {State.WAITING}
    give_up(people[0], first, college)
    db.session.refresh(single)
    assert single.state is State.OFFERED  # passed over, and they keep their position
    give_up(people[4], single, college)
    give_up(people[1], second, college)
    for each in pair:
        db.session.refresh(each)
    assert [each.state for each in pair] == [State.OFFERED, State.OFFERED]


def test_a_request_of_before_the_opening_has_no_lot_until_lots_are_drawn() -> None:
    run, dee, ada = make_run(), make_person(), make_person()
    with transaction():
        run.term.enrolment_opens_at = OPENS
    asked = enrol(dee, ada, Request(run, way=Way.PHONE), the_college())
    db.session.expire_all()
    assert (asked.state, asked.lot, asked.requested_at) == (State.WAITING, None, OPENS)
    with time_machine.travel(OPENS, tick=False):
        assert draw_lots(run, the_college()) == 1
    db.session.expire_all()
    assert (asked.state, bool(asked.lot)) == (State.CONFIRMED, True)
