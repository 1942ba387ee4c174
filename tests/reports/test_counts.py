"""Places, completion and students, one by one. `test_proof` counts all of them a second time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import func, select, update

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.enrolment.rules.why import Why
from recovery_college.operations.checks import CHECKS
from recovery_college.reports import counts, students
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.scheduling.models import Run, Session
from tests.conftest import counted
from tests.factories import make_person, make_run, make_term

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2027, 6, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with time_machine.travel(NOW, tick=False):
        yield NOW


def test_who_comes_to_two_terms_is_new_once_and_a_student_once() -> None:
    ada, early, late = make_person("Ada"), make_term(), make_term()
    with transaction():
        early.starts_on = date(2027, 1, 4)
    for term, first in ((early, date(2027, 1, 6)), (late, date(2027, 6, 7))):
        run = make_run(term=term, first=first)
        with transaction():
            _confirmed(run, ada.id)
    whole = students.students_of(Filters(), NOW)
    before, after = (group.tally for group in students.students_by(By.TERM, Filters(), NOW))
    assert (whole.students, whole.new, whole.two) == (1, 1, 1)
    assert (before.students, before.new) == (1, 1)
    assert (after.students, after.new, after.one) == (1, 0, 1)
    assert students.students_of(Filters(term=late.id), NOW).new == 0
    assert students.students_of(Filters(since=date(2027, 1, 7)), NOW).new == 0


def _confirmed(run: Run, person_id: int) -> Enrolment:
    pools = select(Pool).where(Pool.run_id == run.id, Pool.kind == PoolKind.ROOM)
    made = Enrolment(
        person_id=person_id,
        run_id=run.id,
        pool_id=db.session.scalars(pools).one().id,
        state=State.CONFIRMED,
        requested_at=datetime(2027, 1, 1, tzinfo=UTC),
        steps=[
            EnrolmentStep(
                state=State.CONFIRMED, why=Why.PLACE_FREE, at=datetime(2027, 1, 1, tzinfo=UTC)
            )
        ],
    )
    db.session.add(made)
    return made


def test_thirty_runs_cost_as_many_statements_as_one() -> None:
    def cost() -> int:
        with counted() as statements:
            for by in (By.TERM, By.RUN):
                list(counts.places_by(by, Filters(), NOW))
                list(counts.outcomes_by(by, Filters(), NOW, 70))
            students.students_by(By.TERM, Filters(), NOW)
            counts.page_of_runs(Filters(), NOW, over=False, first=0, size=50)
        return len([each for each in statements if each.startswith("SELECT")])

    made = [_held_by(make_person())]
    few = cost()
    made += [_held_by(make_person()) for _ in range(29)]
    assert len(list(counts.places_by(By.RUN, Filters(), NOW))) == len(made) == 30
    assert cost() == few == 6


def _held_by(person: Person) -> Run:
    run = make_run()
    with transaction():
        _confirmed(run, person.id)
    return run


def test_the_check_finds_a_place_that_does_not_know_what_its_steps_say() -> None:
    run = make_run()
    with transaction():
        place = _confirmed(run, make_person().id)
    name = next(each for each in CHECKS if "since when it was held" in each)
    assert CHECKS[name]() == []
    db.session.execute(update(Enrolment).values(held_from=clock.now()))
    assert CHECKS[name]() == [f"enrolment:{place.id}"]
    db.session.execute(update(EnrolmentStep).values(state=State.GIVEN_UP))
    assert CHECKS[name]() == []
    said = select(Enrolment.held_from, Enrolment.ended_at)
    assert db.session.execute(said).one() == (None, place.steps[0].at)
    assert db.session.scalar(select(func.count(Session.id))) == 1
