"""The database refuses a room or a tutor twice at once, whatever the code above it does."""

from datetime import date, time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.rules import Side
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import DeliveryState, RoomTaken, TutorStands, TutorTaken
from tests.factories import make_delivery, make_room, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")

TO_NINE_THIRTY = """UPDATE session SET starts_at = (SELECT starts_at FROM session WHERE id = :one),
ends_at = (SELECT ends_at FROM session WHERE id = :one) WHERE id = :other"""


def test_straight_through_sql_a_room_is_refused_to_two_sessions_at_once() -> None:
    room = make_room()
    one, other = make_run(room=room), make_run(room=room, at=time(14))
    ids = {"one": one.sessions[0].id, "other": other.sessions[0].id}
    with pytest.raises(IntegrityError, match="guard_session_room"), db.session.begin_nested():
        db.session.execute(text(TO_NINE_THIRTY), ids)


def test_the_refusal_says_it_in_words() -> None:
    room = make_room()
    make_run(room=room)
    with pytest.raises(RoomTaken, match="already in use"):
        make_run(room=room, at=time(11))


def test_one_after_the_other_is_no_clash_and_neither_is_online() -> None:
    room = make_room()
    make_run(room=room)
    make_run(room=room, at=time(12))
    online = make_room(exclusive=False)
    make_run(room=online)
    make_run(room=online)


def test_straight_through_sql_a_tutor_is_refused_to_two_sessions_at_once() -> None:
    tutor = make_tutor()
    one, other = make_run(tutors=(tutor,)), make_run(tutors=(tutor,), at=time(14))
    ids = {"one": one.sessions[0].id, "other": other.sessions[0].id}
    with pytest.raises(IntegrityError, match="guard_delivery_tutor"), db.session.begin_nested():
        db.session.execute(text(TO_NINE_THIRTY), ids)


def test_a_tutor_who_teaches_elsewhere_is_refused_in_words() -> None:
    tutor = make_tutor(Side.PROFESSIONAL)
    make_run(tutors=(tutor,))
    with pytest.raises(TutorTaken):
        make_run(tutors=(tutor,), at=time(11))


def test_a_weekly_run_moves_by_a_week_when_it_steps_aside_first() -> None:
    run = make_run(sessions=3, tutors=(make_tutor(),))
    following = make_run(first=date(2027, 6, 14), sessions=3)
    with transaction():
        for session in run.sessions:
            session.live = False
        db.session.flush()
        for session, target in zip(run.sessions, following.sessions, strict=True):
            session.starts_at, session.ends_at = target.starts_at, target.ends_at
        db.session.flush()
        for session in run.sessions:
            session.live = True
    db.session.expire_all()
    assert [d.starts_at for s in run.sessions for d in s.deliveries] == [
        s.starts_at for s in following.sessions
    ]


def test_the_same_tutor_stands_once_on_a_session() -> None:
    tutor = make_tutor()
    session = make_run(tutors=(tutor,)).sessions[0]
    with pytest.raises(TutorStands):
        make_delivery(session, tutor)
    with transaction():
        session.deliveries[0].state = DeliveryState.STEPPED_BACK
    make_delivery(session, tutor)


def test_a_cancelled_session_frees_its_room() -> None:
    room = make_room()
    session = make_run(room=room).sessions[0]
    with pytest.raises(IntegrityError, match="cancelled_is_not_live"), transaction():
        db.session.execute(text("UPDATE session SET state = 'cancelled'"))
    with transaction():
        db.session.execute(text("UPDATE session SET state = 'cancelled', live = false"))
    make_run(room=room)
    db.session.expire_all()
    assert [session.live, len(db.session.scalars(select(Session)).all())] == [False, 2]


def is_paired(session: Session) -> bool:
    return bool(db.session.scalar(select(Session.paired).where(Session.id == session.id)))


def test_the_database_says_whether_both_sides_have_accepted() -> None:
    session = make_run().sessions[0]
    one, other = make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)
    first = make_delivery(session, one)
    second = make_delivery(session, other, DeliveryState.ASKED)
    said = [is_paired(session)]
    for change in (
        {"state": DeliveryState.ACCEPTED},
        {"shadowing": True},
        {"shadowing": False},
        {"state": DeliveryState.STEPPED_BACK},
        {"state": DeliveryState.ACCEPTED},
        {"side": Side.LIVED},
        {"side": Side.PROFESSIONAL},
    ):
        with transaction():
            for field, value in change.items():
                setattr(second, field, value)
        said.append(is_paired(session))
    assert said == [False, True, False, True, False, True, False, True]
    with transaction():
        db.session.delete(first)
    assert not is_paired(session)


def test_a_second_tutor_on_one_side_makes_no_pair() -> None:
    session = make_run(tutors=(make_tutor(Side.LIVED), make_tutor(Side.LIVED))).sessions[0]
    assert not is_paired(session)
