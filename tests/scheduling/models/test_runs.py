"""A run keeps its timetable in one line, as its sessions say it."""

from datetime import timedelta

import pytest

from recovery_college.database import transaction
from tests.factories import make_room, make_run

pytestmark = pytest.mark.usefixtures("app")


def test_a_run_meets_where_its_first_session_does_whatever_the_order() -> None:
    run, elsewhere = make_run(sessions=2), make_room()
    with transaction():
        run.sessions[1].room = elsewhere
        run.sessions[1].starts_at = run.sessions[0].starts_at - timedelta(days=1)
        run.follow_sessions()
    assert (run.venue_id, run.regular) == (elsewhere.venue_id, False)
