"""What the college has already, as an import sees it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.intake import queries
from recovery_college.intake.rules.places import RunToBook
from recovery_college.scheduling.rules import DeliveryState, RunState
from tests.conftest import counted
from tests.factories import make_course, make_delivery, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")

MIDNIGHT = datetime(2027, 6, 7, tzinfo=UTC)
A_DAY = timedelta(days=1)


def test_sessions_in_a_time_with_their_accepted_tutors() -> None:
    una, sam = make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)
    run = make_run(tutors=(una,), sessions=2)
    make_delivery(run.sessions[0], sam, DeliveryState.ASKED)
    make_run(first=date(2027, 6, 21))
    (only,) = queries.sessions_between(MIDNIGHT, MIDNIGHT + A_DAY)
    assert (only.id, only.run, only.course, only.title, only.number, only.live) == (
        run.sessions[0].id,
        run.id,
        run.course_id,
        run.course.title,
        1,
        True,
    )
    assert (only.room_id, only.exclusive, only.capacity, only.span.starts_at) == (
        run.sessions[0].room_id,
        True,
        12,
        run.sessions[0].starts_at,
    )
    assert (only.halves, only.sides) == (
        frozenset({(Side.LIVED, una.id)}),
        frozenset({Side.LIVED}),
    )


def test_a_session_that_reaches_into_the_time_is_in_it() -> None:
    run = make_run()
    during = run.sessions[0].starts_at + timedelta(minutes=30)
    assert len(queries.sessions_between(during, during + A_DAY)) == 1
    assert queries.sessions_between(MIDNIGHT - A_DAY, MIDNIGHT) == []


def test_many_runs_with_all_of_theirs_in_a_few_statements() -> None:
    ids = [make_run(tutors=(make_tutor(),), sessions=2).id for _ in range(3)]
    db.session.expunge_all()
    with counted() as statements:
        runs = queries.runs(ids)
        seen = [d.tutor_id for run in runs.values() for s in run.sessions for d in s.deliveries]
    assert (list(runs), len(seen), len(statements)) == (ids, 6, 3)


def test_the_runs_of_a_course_with_the_days_on_which_they_meet() -> None:
    course = make_course()
    late = make_run(course, first=date(2027, 6, 21))
    early = make_run(course, at=time(9), sessions=2)
    make_run()
    assert queries.runs_to_book({course.id}) == {
        course.id: [
            RunToBook(early.id, date(2027, 6, 7), frozenset({date(2027, 6, 7), date(2027, 6, 14)})),
            RunToBook(late.id, date(2027, 6, 21), frozenset({date(2027, 6, 21)})),
        ]
    }
    with transaction():
        late.state, early.drop_in = RunState.CANCELLED, True
    found = queries.runs_to_book({course.id})[course.id]
    assert [(run.cancelled, run.drop_in) for run in found] == [(False, True), (True, False)]


def test_who_has_asked_for_a_place_and_what_became_of_the_last_request() -> None:
    ada, run = make_person(), make_run()
    pool = queries.main_pools({run.id})[run.id]
    with transaction():
        for state in (State.GIVEN_UP, State.WAITING):
            db.session.add(
                Enrolment(person=ada, run=run, pool_id=pool.id, state=state, requested_at=MIDNIGHT)
            )
            db.session.flush()
    assert queries.asked_for({run.id}) == {(run.id, ada.id): State.WAITING}
    assert queries.asked_for({make_run().id}) == {}


def test_the_places_of_a_run_are_in_its_room_or_by_its_link() -> None:
    here, there = make_run(), make_run()
    with transaction():
        there.mode = Mode.ONLINE
    pools = queries.main_pools({here.id, there.id})
    assert {run: (pool.run_id, pool.kind) for run, pool in pools.items()} == {
        here.id: (here.id, PoolKind.ROOM),
        there.id: (there.id, PoolKind.LINK),
    }
