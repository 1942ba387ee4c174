"""Places, completion and students, against a count by hand of every row and step."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select, update

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Mark
from recovery_college.attendance.rules import MarkState
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State, Supporter, Way
from recovery_college.enrolment.rules.offers import By as Told
from recovery_college.enrolment.rules.why import Why
from recovery_college.operations.checks import CHECKS
from recovery_college.reports import counts, students
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Outcome, Places
from recovery_college.scheduling.models import Run, Session, Term
from recovery_college.scheduling.rules import RunState, SessionState
from tests.conftest import counted
from tests.factories import make_course, make_person, make_room, make_run, make_term
from tests.intake.workbooks import HARBOUR, take_file
from tests.reports import recount

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2027, 6, 25, 12, tzinfo=UTC)
PATHS = tuple(
    tuple(State(step) for step in path.split())
    for path in (
        "confirmed",
        "confirmed given_up",
        "confirmed completed",
        "waiting",
        "waiting given_up",
        "waiting expired",
        "waiting offered",
        "waiting offered confirmed",
        "waiting offered expired",
        "waiting offered confirmed given_up",
        "waiting confirmed",
    )
)
OF: dict[By, Callable[[Run], Any]] = {
    By.TERM: lambda run: run.term_id,
    By.STRAND: lambda run: run.course.strand_id,
    By.COURSE: lambda run: run.course_id,
    By.VENUE: lambda run: run.venue_id,
    By.MODE: lambda run: run.mode,
    By.RUN: lambda run: run.id,
}


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with time_machine.travel(NOW, tick=False):
        yield NOW


def make_college(chance: Random, runs: int = 8) -> tuple[Term, Term]:
    """Few runs in two terms, and on them everything that can become of a place."""
    terms, courses = (make_term(), make_term()), (make_course(), make_course(), make_course())
    rooms = [make_room(exclusive=False), make_room(exclusive=False)]
    people = [make_person() for _ in range(9)]
    with transaction():
        terms[0].starts_on, terms[0].ends_on = date(2027, 1, 4), date(2027, 4, 30)
    for _ in range(runs):
        term = chance.choice(terms)
        first = term.starts_on + timedelta(days=chance.choice((0, 3, 20, 40, 58)))
        run = make_run(
            chance.choice(courses),
            term=term,
            room=chance.choice(rooms),
            first=first,
            sessions=chance.choice((1, 2, 3)),
            capacity=30,
        )
        with transaction():
            run.state = chance.choice((RunState.PUBLISHED,) * 5 + (RunState.DRAFT,))
            run.drop_in, run.mode = chance.random() < 0.1, chance.choice(list(Mode))
            for session in run.sessions:
                session.taken = chance.random() < 0.8
            if len(run.sessions) > 1 and chance.random() < 0.3:
                run.sessions[0].state, run.sessions[0].live = SessionState.CANCELLED, False
            run.follow_sessions()
        with transaction():
            for person in chance.sample(people, 6):
                _place(chance, run, person.id if chance.random() < 0.9 else None)
    return terms


def _place(chance: Random, run: Run, person_id: int | None) -> None:
    """It asks, and takes its steps, around the moment at which the run begins."""
    path, begins = chance.choice(PATHS), run.starts_at or NOW
    pool = db.session.scalars(select(Pool).where(Pool.run_id == run.id)).first()
    assert pool is not None
    by_workbook = len(path) == 1 and chance.random() < 0.3
    at = begins + timedelta(hours=chance.choice((-900, -48, -1, 0, 30)))
    made = Enrolment(
        person_id=person_id,
        run_id=run.id,
        pool_id=pool.id,
        state=path[-1],
        requested_at=at,
        came_by=Way.WORKBOOK if by_workbook else Way.ONLINE,
        supporter=chance.choice((Supporter.NONE, Supporter.NONE, Supporter.PLACE)),
    )
    if made.state is State.OFFERED:
        made.answer_by, made.offered_by = begins, Told.MESSAGE
    for state in path:
        why = Why.WORKBOOK if by_workbook else Why.PLACE_FREE
        made.steps.append(EnrolmentStep(state=state, why=why, at=at))
        at += timedelta(hours=chance.choice((1, 24, 47, 48)))
    db.session.add(made)
    db.session.flush()
    for session in run.sessions:
        if chance.random() < 0.8:
            said = {"marked_at": NOW, "kept_at": NOW, "stands": chance.random() < 0.9}
            state = chance.choice((*MarkState, MarkState.PRESENT))
            mark = Mark(session_id=session.id, run_id=run.id, enrolment_id=made.id, state=state)
            for name, value in said.items():
                setattr(mark, name, value)
            db.session.add(mark)


def check(filters: Filters, suits: recount.Suits, **before: Any) -> None:
    """Every breakdown, its whole, and the rows behind them."""
    rows = recount.all_rows()
    assert counts.places_of(filters, NOW) == recount.places(rows, suits, NOW)
    assert counts.outcome_of(filters, NOW, 70) == recount.outcome(rows, suits, NOW, 70)
    assert students.students_of(filters, NOW) == recount.students(rows, suits, NOW, **before)
    runs = rows.begun(suits, NOW)
    assert counts.count_runs(filters, NOW, over=False) == len(runs)
    over = recount.outcome(rows, suits, NOW, 70).runs
    assert counts.count_runs(filters, NOW, over=True) == over
    for by, of in OF.items():
        keys = {of(run) for run in runs}
        parts = {group.key: group.tally for group in counts.places_by(by, filters, NOW)}
        ends = {group.key: group.tally for group in counts.outcomes_by(by, filters, NOW, 70)}
        people = {group.key: group.tally for group in students.students_by(by, filters, NOW)}
        assert parts.keys() == keys
        for key in keys:
            ours = _both(suits, of, key)
            began = before | ({"term": _term(key).starts_on} if by is By.TERM else {})
            assert parts[key] == recount.places(rows, ours, NOW)
            assert ends.get(key, Outcome()) == recount.outcome(rows, ours, NOW, 70)
            counted_by_hand = recount.students(rows, ours, NOW, **began)
            assert people.get(key) == (counted_by_hand if counted_by_hand.students else None)
        assert sum(parts.values(), Places()) == counts.places_of(filters, NOW)
        assert sum(ends.values(), Outcome()) == counts.outcome_of(filters, NOW, 70)


def _both(suits: recount.Suits, of: Callable[[Run], Any], key: Any) -> recount.Suits:
    return lambda run: suits(run) and of(run) == key


def _term(id: int) -> Term:
    return db.session.get_one(Term, id)


def test_every_figure_of_a_small_college_is_what_a_count_by_hand_gives() -> None:
    @settings(max_examples=3, derandomize=True, database=None, phases=[Phase.generate])
    @given(some.randoms(use_true_random=True))
    def once(chance: Random) -> None:
        early, late = make_college(chance)
        day = early.starts_on + timedelta(days=20)
        check(Filters(), lambda _: True)
        check(Filters(term=late.id), lambda run: run.term_id == late.id, term=late.starts_on)
        check(Filters(mode="online"), lambda run: run.mode == "online")
        between = Filters(since=day, until=late.starts_on)
        check(between, lambda run: day <= _day(run) <= late.starts_on, since=day)

    once()


def _day(run: Run) -> date:
    return run.starts_at.date() if run.starts_at else date.min


def test_the_harbour_workbook_holds_843_places_and_12_wait() -> None:
    with time_machine.travel("2026-11-20T09:00Z", tick=False):
        take_file(HARBOUR)
    long_after, rows = datetime(2027, 11, 1, tzinfo=UTC), recount.all_rows()
    found = counts.places_of(Filters(), long_after)
    assert found == recount.places(rows, lambda _: True, long_after)
    assert (found.held, found.waiting, found.unserved) == (843, 12, 12)
    assert counts.outcome_of(Filters(), long_after, 70) == recount.outcome(
        rows, lambda _: True, long_after, 70
    )
    everybody = students.students_of(Filters(), long_after)
    assert everybody == recount.students(rows, lambda _: True, long_after)
    assert (everybody.places, everybody.new) == (843, everybody.students)
    by_term = [group.tally for group in students.students_by(By.TERM, Filters(), long_after)]
    assert sum(each.new for each in by_term) == everybody.students
    assert sum(each.students for each in by_term) > everybody.students


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
                counts.places_by(by, Filters(), NOW)
                counts.outcomes_by(by, Filters(), NOW, 70)
            students.students_by(By.TERM, Filters(), NOW)
            counts.page_of_runs(Filters(), NOW, over=False, first=0, size=50)
        return len([each for each in statements if each.startswith("SELECT")])

    made = [_held_by(make_person())]
    few = cost()
    made += [_held_by(make_person()) for _ in range(29)]
    assert len(counts.places_by(By.RUN, Filters(), NOW)) == len(made) == 30
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
