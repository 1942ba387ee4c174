"""The sessions of a whole term, as columns."""

from datetime import date, time

import pytest

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import Look
from recovery_college.database import db, transaction
from recovery_college.scheduling.board import sessions_on_board
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import (
    DeliveryState,
    RunState,
    SessionKind,
    SessionState,
)
from tests.factories import (
    make_course,
    make_delivery,
    make_run,
    make_strand,
    make_term,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")


def test_each_session_that_stands_with_its_place_and_the_half_that_is_confirmed() -> None:
    term, lived, professional = make_term(), make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)
    course = make_course("Sleep", strand=make_strand(look=Look.KITE))
    run = make_run(course, term=term, tutors=(lived,), sessions=4, capacity=8)
    first, second, third, fourth = run.sessions
    room = first.room
    assert room
    make_delivery(first, professional)
    make_delivery(second, professional, DeliveryState.ASKED)
    make_delivery(third, professional)
    with transaction():
        third.deliveries[0].state = DeliveryState.STEPPED_BACK
        fourth.deliveries[0].shadowing = True
        run.state = RunState.DRAFT
        second.room_id = second.room_exclusive = None
    found: list[object] = [tuple(row) for row in sessions_on_board(term)]
    said, there = ("Sleep", Look.KITE, 8, RunState.DRAFT), (room.venue.name, False)
    assert found == [
        (first.id, first.starts_at, *said, True, None, room.id, room.name, *there),
        (second.id, second.starts_at, *said, False, Side.LIVED, None, None, None, None),
        (third.id, third.starts_at, *said, False, Side.PROFESSIONAL, room.id, room.name, *there),
        (fourth.id, fourth.starts_at, *said, False, None, room.id, room.name, *there),
    ]


def test_what_is_off_is_no_session_or_is_of_another_term_stays_away() -> None:
    term = make_term()
    run = make_run(term=term, sessions=2)
    gone = make_run(term=term, first=date(2027, 6, 8), at=time(14))
    make_run(first=date(2027, 6, 9))
    off = run.sessions[1]
    at = run.sessions[0].ends_at
    meeting = Session(
        run=run, kind=SessionKind.DEBRIEF, number=1, starts_at=at, ends_at=off.starts_at
    )
    with transaction():
        gone.state = RunState.CANCELLED
        off.live, off.state, off.cancelled_at = False, SessionState.CANCELLED, clock.now()
        db.session.add(meeting)
    assert [row.id for row in sessions_on_board(term)] == [run.sessions[0].id]
