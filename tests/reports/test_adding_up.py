"""Runs that are over are added up, and the sums are right or they are not there."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, insert, select, update

from recovery_college import clock
from recovery_college.attendance.models import Mark
from recovery_college.college.models import Setting
from recovery_college.courses.models import Strand
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import Supporter
from recovery_college.enrolment.rules.why import Why
from recovery_college.reports.checks import CHECKS
from recovery_college.reports.commands import add_up, add_up_all, add_up_people
from recovery_college.reports.counts import outcomes_by, places_by, places_of
from recovery_college.reports.models import RunTally, StudentChange, StudentTally
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Students
from recovery_college.reports.students import students_by, students_of
from recovery_college.reports.tallies import tallies_by, tally_of
from recovery_college.scheduling.models import Run, Term
from tests.attendance.completing import make_ran, mark, over
from tests.attendance.registering import place_for
from tests.factories import make_person, make_term

pytestmark = pytest.mark.usefixtures("app")
RIGHT, PEOPLE_RIGHT, ANSWERS_RIGHT = CHECKS.values()


@pytest.fixture
def ran() -> tuple[Run, list[Enrolment]]:
    made = make_ran({make_person("Ada"): "plu", make_person("Bo"): "tep"})
    other, _ = make_ran({make_person("Cy"): "pp"}, "Rest")
    with transaction():
        look = other.course.strand.look
        other.course.strand = Strand(name="Rest", slug="rest", look=look, position=9)
    return made


def two_days_after(run: Run) -> time_machine.travel:
    return time_machine.travel(run.sessions[-1].ends_at + timedelta(days=2), tick=False)


def kept() -> int:
    db.session.expire_all()
    return db.session.scalars(select(func.count()).select_from(RunTally)).one()


def everything() -> list[object]:
    """What any report may ask."""
    now = clock.now()
    found: list[object] = [tally_of(Filters(), now), places_of(Filters(), now)]
    for by in By:
        found += [*tallies_by(by, Filters(), now), *places_by(by, Filters(), now)]
        for percent in (50, 70):
            found += outcomes_by(by, Filters(), now, percent)
    return found


def test_what_is_added_up_is_what_the_sessions_say(ran: tuple[Run, list[Enrolment]]) -> None:
    with two_days_after(ran[0]):
        before = everything()
        assert add_up() == kept() == 2
        assert everything() == before
        assert RIGHT() == []
        assert add_up() == 0


def test_not_before_a_day_after_the_last_session(ran: tuple[Run, list[Enrolment]]) -> None:
    with over(ran[0]):
        add_up_all()
        assert kept() == 1  # of the one that was over a week before


def test_whatever_changes_takes_the_sum_away(ran: tuple[Run, list[Enrolment]]) -> None:
    run, places = ran
    with two_days_after(run):
        add_up_all()
        mark(run.sessions[0], {places[0]: "t"})
        assert kept() == 1
        assert tally_of(Filters(run=run.id), clock.now()).told == 2
        add_up_all()
        with transaction():
            run.sessions[0].paired = False
            db.session.execute(update(RunTally).where(RunTally.run_id != run.id).values(ran=9))
        assert [row.run_id for row in db.session.scalars(select(RunTally))] != [run.id]


def test_a_change_of_a_place_takes_the_sum_away(ran: tuple[Run, list[Enrolment]]) -> None:
    run, [place, *_] = ran
    step = {"enrolment_id": place.id, "state": place.state, "why": Why.PLACE_FREE}
    with two_days_after(run):
        for change in (
            insert(EnrolmentStep).values(**step, at=clock.now()),
            update(Enrolment).where(Enrolment.id == place.id).values(supporter=Supporter.PLACE),
            update(Mark).where(Mark.run_id == run.id).values(enrolment_id=Mark.enrolment_id),
            update(Pool).where(Pool.run_id == run.id, Pool.capacity > 0).values(capacity=30),
            update(Run).where(Run.id == run.id).values(starts_at=Run.starts_at),
        ):
            add_up_all()
            assert kept() == 2
            with transaction():
                db.session.execute(change)
            assert kept() == 1
            assert RIGHT() == []


def test_another_percent_is_added_up_anew(ran: tuple[Run, list[Enrolment]]) -> None:
    with two_days_after(ran[0]):
        add_up_all()
        with transaction():
            db.session.add(Setting(key="completion_percent", value="100"))
        assert RIGHT() == []
        assert add_up() == kept() == 2
        assert set(db.session.scalars(select(RunTally.percent))) == {100}


def test_the_audit_finds_a_sum_that_is_wrong(ran: tuple[Run, list[Enrolment]]) -> None:
    with two_days_after(ran[0]):
        add_up_all()
        db.session.execute(update(RunTally).where(RunTally.run_id == ran[0].id).values(late=9))
        assert RIGHT() == [f"run:{ran[0].id}"]


def test_days_cut_through_runs(ran: tuple[Run, list[Enrolment]]) -> None:
    run = ran[0]
    with two_days_after(run):
        add_up_all()
        day = clock.in_london(run.sessions[0].starts_at).date()
        first = tally_of(Filters(since=day, until=day, run=run.id), clock.now())
    assert (first.ran, first.present, first.told) == (1, 1, 1)


def students() -> list[object]:
    now = clock.now()
    terms = [Filters(term=id) for id in db.session.scalars(select(Term.id).order_by(Term.id))]
    found: list[object] = [students_of(each, now) for each in (Filters(), *terms)]
    return found + [students_by(By.TERM, each, now) for each in (Filters(), *terms)]


def waiting() -> int:
    return db.session.scalars(select(func.count(StudentChange.person_id.distinct()))).one()


@pytest.fixture
def ada_twice(ran: tuple[Run, list[Enrolment]]) -> Run:
    """Ada is on both courses, which are in two terms; Bo and Cy on one each."""
    run, [place, _] = ran
    [other] = db.session.scalars(select(Run).where(Run.id != run.id))
    ada = place.person
    assert ada is not None
    place_for(ada, other)
    before = make_term()
    with transaction():
        before.starts_on, other.term_id = run.term.starts_on - timedelta(days=90), before.id
    return run


def test_students_that_are_added_up_are_those_of_the_rows(ada_twice: Run) -> None:
    with two_days_after(ada_twice):
        before = students()
        assert before[0] == Students(students=3, new=3, places=4, one=2, two=1)
        add_up_people()
        assert waiting() == 0
        assert students() == before
        assert PEOPLE_RIGHT() == []
        db.session.execute(update(StudentTally).values(courses=3))
        assert students() != before
        assert len(PEOPLE_RIGHT()) == 3


def test_whoever_has_changed_is_counted_anew(ada_twice: Run) -> None:
    run, id = ada_twice, ada_twice.id
    theirs = Enrolment.run_id == id
    with two_days_after(run):
        for change, changed in (
            (update(Enrolment).where(theirs).values(held_from=None), 2),
            (update(Run).where(Run.id == id).values(drop_in=True), 2),
            (update(Run).where(Run.id == id).values(drop_in=False), 2),
            (update(Term).where(Term.id == run.term_id).values(starts_on=run.term.ends_on), 2),
            (update(Enrolment).where(theirs).values(person_id=None), 2),
        ):
            add_up_people()
            with transaction():
                db.session.execute(change)
            said = students()
            assert waiting() == changed
            assert PEOPLE_RIGHT() == []
            add_up_people()
            assert students() == said


def test_who_is_yet_to_begin_is_counted_from_that_very_moment(ada_twice: Run) -> None:
    run, begins = ada_twice, ada_twice.starts_at
    assert begins is not None
    with time_machine.travel(begins - timedelta(seconds=1), tick=False):
        add_up_people()
        before = students_of(Filters(term=run.term_id), clock.now())
    with time_machine.travel(begins, tick=False):
        after = students_of(Filters(term=run.term_id), clock.now())
        assert PEOPLE_RIGHT() == []
        said = students()
        assert add_up_people() == 3
        assert students() == said
    assert (before.students, after.students) == (0, 2)
