"""Needs and tutors of runs that are over: added up they are what the rows say, or not there."""

import os
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, event, func, insert, select, text, update

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import TutorMark
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.reports import needs_counted, tallies, teaching, tutors
from recovery_college.reports.checks import CHECKS
from recovery_college.reports.commands import add_up_all
from recovery_college.reports.models import RunTally
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.tutors_added_up import RunAlone, RunLoad, RunSide
from recovery_college.scheduling.models import CoverCall, Delivery, Run, Session, Term
from recovery_college.scheduling.rules import CoverState, DeliveryState, RunState, SessionState
from tests.attendance.completing import make_ran
from tests.conftest import counted
from tests.factories import make_delivery, make_person, make_tutor
from tests.reports.test_adding_up import two_days_after

pytestmark = pytest.mark.usefixtures("app")
FULL = os.environ.get("PROOF") == "full"
RIGHT = next(iter(CHECKS.values()))


@pytest.fixture
def run() -> Run:
    """Of two, on which a need is settled, one is open, somebody was asked and somebody sought."""
    ada, bo = (make_person(name, needs="A loop", needs_shared=True) for name in ("Ada", "Bo"))
    run, [place, _] = make_ran({ada: "ppu", bo: "ppt"})
    other, _ = make_ran({make_person("Cy"): "pp"}, "Rest")
    first, second, last = run.sessions
    asked = make_delivery(first, make_tutor(Side.LIVED), DeliveryState.ASKED)
    with transaction():
        asked.asked_at = asked.answer_by = first.starts_at
        second.alone_reason, second.paired, other.sessions[0].paired = "Ill", False, False
        last.deliveries[1].state = DeliveryState.STEPPED_BACK
        db.session.add(arranged(place, None))
        db.session.add(sought(last, CoverState.GIVEN_UP))
    return run


def arranged(place: Enrolment, agreed: bool | None) -> Adjustment:
    now = clock.now()
    said = now if agreed is not None else None
    one = Adjustment(enrolment_id=place.id, state=Settled.ARRANGED, how="A loop", settled_at=now)
    one.agreed, one.agreed_at = agreed, said
    return one


def sought(session: Session, state: CoverState) -> CoverCall:
    at = session.starts_at
    return CoverCall(
        session_id=session.id, side=Side.LIVED, state=state, opened_at=at, give_up_at=at
    )


def everything() -> list[object]:
    """What the reports of needs and tutors may ask."""
    now, terms = clock.now(), list(db.session.scalars(select(Term.id).order_by(Term.id)))
    courses = [Filters(course=id) for id in db.session.scalars(select(Run.course_id))]
    found: list[object] = []
    for asked in (Filters(), Filters(term=terms[0], beside=tuple(terms[1:])), *courses):
        at = teaching.looked(asked, now)
        found += [teaching.taught_in(at), teaching.asked_and_looked_for(at), teaching.reasons(at)]
        found.append(teaching.loads(at) if not asked.beside else None)
    for term in (0, *terms):
        parts = needs_counted.needs_counted(now, term)
        found.append({part: counts for part, counts in parts.items() if any(counts)})
    return found


def kept() -> int:
    db.session.expire_all()
    return db.session.scalars(select(func.count()).select_from(RunTally)).one()


def from_the_rows() -> list[object]:
    """With nothing added up."""
    with transaction():
        db.session.execute(delete(RunTally))
        for table in (RunSide, RunLoad, RunAlone):
            assert db.session.scalars(select(func.count()).select_from(table)).one() == 0
    return everything()


def changes(run: Run) -> Sequence[Any]:
    """Whatever a report of needs or tutors is made of."""
    first, second, last = [each.id for each in run.sessions]
    settled, unsettled = db.session.scalars(
        select(Enrolment.id).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    )
    shares = make_person("Dee", needs="A loop", needs_shared=True).id
    stand_in = make_tutor(Side.LIVED).id
    mark = select(func.min(TutorMark.id)).where(TutorMark.session_id == second).scalar_subquery()
    one, call, now = Adjustment, CoverCall, clock.now()
    of_one, of_run = one.enrolment_id == settled, Enrolment.run_id == run.id
    half = Delivery.session_id == first
    columns = {"state": Settled.NOT_POSSIBLE, "how": "No", "stands": True, "settled_at": now}
    return [
        insert(one).values(enrolment_id=unsettled, **columns),
        update(one).where(of_one).values(agreed=True, agreed_at=now),
        update(one).where(of_one).values(state=Settled.NOT_POSSIBLE),
        update(one).where(of_one).values(agreed=False, agreed_at=now, stands=False),
        delete(one).where(of_one),
        update(Person).where(Person.name == "Bo").values(needs_shared=False),
        update(Person).where(Person.name == "Bo").values(needs_shared=True),
        update(Enrolment).where(of_run, Enrolment.id == unsettled).values(person_id=None),
        update(Enrolment).where(of_run, Enrolment.id == unsettled).values(person_id=shares),
        update(call).where(call.session_id == last).values(state=CoverState.FILLED),
        update(call).where(call.session_id == last).values(side=Side.PROFESSIONAL),
        update(call).where(call.session_id == last).values(session_id=first),
        delete(call).where(call.session_id == first),
        insert(call).values(
            **{"session_id": second, "side": Side.LIVED, "state": CoverState.CLOSED, "waves": 1},
            **{"opened_at": now, "give_up_at": now},
        ),
        update(Delivery).where(half, Delivery.asked_at.is_(None)).values(asked_at=now),
        update(Delivery).where(half).values(state=DeliveryState.DECLINED),
        update(Delivery).where(half).values(side=Side.PROFESSIONAL),
        update(Delivery).where(half).values(shadowing=True),
        delete(Delivery).where(half),
        update(TutorMark).where(TutorMark.id == mark).values(tutor_id=stand_in),
        update(TutorMark).where(TutorMark.id == mark).values(side=Side.PROFESSIONAL),
        update(Session).where(Session.id == second).values(alone_reason=""),
        update(Session).where(Session.id == first).values(paired=False),
        update(Session).where(Session.id == last).values(live=False, state=SessionState.CANCELLED),
        update(Run).where(Run.id == run.id).values(drop_in=True),
        update(Run).where(Run.id == run.id).values(drop_in=False),
        update(Run).where(Run.id == run.id).values(state=RunState.CANCELLED),
    ]


def test_needs_and_tutors_that_are_added_up_are_those_of_the_rows(run: Run) -> None:
    with two_days_after(run):
        before = everything()
        add_up_all()
        assert kept() == 2
        assert everything() == before == from_the_rows()


def test_whatever_changes_needs_or_tutors_takes_the_sum_away(run: Run) -> None:
    with two_days_after(run):
        for change in changes(run):
            add_up_all()
            before = kept()
            with transaction():
                db.session.execute(change)
            assert kept() == before - 1, change


@pytest.mark.parametrize("seed", range(20 if FULL else 2))
def test_changes_in_any_order_leave_what_the_rows_say(run: Run, seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    with two_days_after(run):
        steps = list(changes(run))[:-1]
        chance.shuffle(steps)
        for step in steps:
            if chance.random() < 0.5:
                add_up_all()
            with transaction():
                db.session.execute(step)
        assert RIGHT() == []
        assert everything() == from_the_rows()


@pytest.mark.parametrize("table", [RunSide, RunLoad, RunAlone])
def test_the_audit_finds_a_sum_of_tutors_that_is_wrong(
    run: Run, table: type[RunSide] | type[RunLoad] | type[RunAlone]
) -> None:
    with two_days_after(run):
        add_up_all()
        db.session.execute(delete(table).where(table.run_id == run.id))
        assert RIGHT() == [f"run:{run.id}"]


def test_a_sum_of_the_version_before_says_nothing_of_needs_and_is_made_again(run: Run) -> None:
    with two_days_after(run):
        before = everything()
        add_up_all()
        with transaction():
            empty = dict.fromkeys(needs_counted.ENDS)
            db.session.execute(update(RunTally).values(empty))
            for table in (RunSide, RunLoad, RunAlone):
                db.session.execute(delete(table))
        assert RIGHT() == []
        assert everything() == before
        add_up_all()
        assert kept() == 2
        assert RIGHT() == []
        assert set(db.session.scalars(select(RunTally.open_needs))) == {0, 1}


def test_a_session_that_was_called_off_and_is_still_to_come_is_waited_for(run: Run) -> None:
    last = run.sessions[-1]
    with transaction():
        last.live, last.state, run.ends_at = False, SessionState.CANCELLED, run.sessions[1].ends_at
    with time_machine.travel(last.starts_at - timedelta(hours=1), tick=False):
        add_up_all()
        assert db.session.get(RunTally, run.id) is None
    with two_days_after(run):
        add_up_all()
        assert db.session.get_one(RunTally, run.id).cancelled == 1


def test_many_more_than_a_statement_can_name_are_a_query(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_days_after(run):
        before = everything()
        monkeypatch.setattr(tallies, "FEW", 1)
        assert everything() == before


def test_too_many_tutors_are_counted_and_not_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_days_after(run):
        every = tutors.report(Filters(), [By.TERM], clock.now())
        monkeypatch.setattr(tutors, "MOST_LINES", 1)
        with counted() as statements:
            few = tutors.report(Filters(), [By.TERM], clock.now())
    assert "too many to name" in few.beside
    assert few.headlines == every.headlines
    assert [each.slug for each in every.tables if each not in few.tables] == ["tutors"]
    assert len(statements) <= 6


def test_what_is_added_up_of_a_term_is_found_by_its_indexes(run: Run) -> None:
    """And nobody reads marks or deliveries where nothing is left over."""
    asked = Filters(term=run.term_id)
    with two_days_after(run):
        add_up_all()
        at = teaching.looked(asked, clock.now())
        plans = {
            "ix_run_load_term": plan_of(teaching.taught_in, at),
            "ix_run_side_term": plan_of(teaching.asked_and_looked_for, at),
            "ix_run_alone_term": plan_of(partial(teaching.sessions_without_both, most=9), at),
        }
    for index, plan in plans.items():
        assert index in plan, plan


def plan_of(ask: Any, at: teaching.Looked) -> str:
    """How the database means to answer, were its tables too large to read through."""
    connection, sent = db.session.connection(), []

    def note(_connection: object, _cursor: object, said: str, given: Any, *_rest: object) -> None:
        sent.append((said, given))

    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(db.engines[None], "before_cursor_execute", note)
    ask(at)
    event.remove(db.engines[None], "before_cursor_execute", note)
    ((said, given),) = sent
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(explain + said, given))


@pytest.mark.for_real
@pytest.mark.parametrize("make_database", ["postgresql"], indirect=True, scope="session")
def test_who_changes_what_they_share_holds_their_runs_that_are_over(run: Run) -> None:
    """Or the worker could write down what it read before."""
    id = run.id
    with transaction():
        long_ago = text("UPDATE run SET starts_at = '2020-01-01', ends_at = '2020-01-02'")
        db.session.execute(long_ago)
    db.session.remove()
    hold = text("SELECT id FROM run ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")
    with db.engine.connect() as changing, db.engine.connect() as adding_up:
        changing.execute(update(Person).where(Person.name == "Bo").values(needs_shared=False))
        [free] = adding_up.execute(hold).scalars()
        adding_up.rollback()
        changing.rollback()
        both = len(adding_up.execute(hold).all())
    assert free != id
    assert both == 2
