"""What the college has already, as an import sees it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recovery_college.accounts.rules import Side
from recovery_college.database import db
from recovery_college.intake import queries
from recovery_college.scheduling.rules import DeliveryState
from tests.conftest import counted
from tests.factories import make_delivery, make_run, make_tutor

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
