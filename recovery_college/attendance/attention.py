"""What registers ask of the office: the state of each, and who came without a place."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from recovery_college.attendance.models import Mark, TutorMark, Welcome
from recovery_college.attendance.rules import MarkState
from recovery_college.clock import in_london, london_instant
from recovery_college.courses.models import Course
from recovery_college.database import db, in_all
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Room, Run, Session, Venue
from recovery_college.scheduling.pairing.halves import UNTAKEN
from recovery_college.scheduling.rules import RunState, SessionKind
from recovery_college.tutors.models import Tutor

DAYS = 30  # for which the state of registers is shown; what is not taken waits longer


def count_registers(now: datetime) -> int:
    return db.session.scalars(select(func.count()).select_from(_registers(now).subquery())).one()


def page_of_registers(now: datetime, *, first: int, size: int) -> Sequence[Row[Any]]:
    """Of today and of the thirty days before it, and all that are not taken; the newest first."""
    asked = (
        _registers(now)
        .add_columns(Session.starts_at, Session.ends_at, Session.number, Session.taken)
        .add_columns(Session.state, Session.cancel_reason)
        .add_columns(Course.title, Run.session_count, Room.name.label("room"))
        .add_columns(Venue.name.label("venue"))
        .join(Course, Run.course_id == Course.id)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .order_by(Session.starts_at.desc(), Session.id.desc())
    )
    return db.session.execute(asked.offset(first).limit(size)).all()


def _registers(now: datetime) -> Select[int]:
    midnight = london_instant(in_london(now).date(), datetime.min.time())
    tomorrow = london_instant(in_london(now).date() + timedelta(days=1), datetime.min.time())
    return (
        select(Session.id)
        .join(Run, Session.run_id == Run.id)
        .where(
            Session.kind == SessionKind.TEACHING,
            Run.state != RunState.DRAFT,
            Session.starts_at < tomorrow,
            or_(Session.starts_at >= midnight - timedelta(days=DAYS), UNTAKEN),
        )
    )


def marked_on(session_ids: Collection[int]) -> dict[int, dict[MarkState, int]]:
    """How many of each mark stand, by session."""
    found: dict[int, dict[MarkState, int]] = {id: {} for id in session_ids}
    rows = db.session.execute(
        select(Mark.session_id, Mark.state, func.count())
        .where(Mark.session_id.in_(session_ids), Mark.stands)
        .group_by(Mark.session_id, Mark.state)
    )
    for session_id, state, number in rows:
        found[session_id][state] = number
    return found


def taught_on(session_ids: Collection[int]) -> dict[int, list[TutorMark]]:
    """What stands of tutors, by session."""
    found: dict[int, list[TutorMark]] = {id: [] for id in session_ids}
    rows = db.session.scalars(
        select(TutorMark)
        .where(TutorMark.session_id.in_(session_ids), TutorMark.stands)
        .options(joinedload(TutorMark.tutor).joinedload(Tutor.person))
        .order_by(TutorMark.id)
    )
    for each in rows:
        found[each.session_id].append(each)
    return found


def welcomes(*, first: int, size: int) -> Sequence[Row[Any]]:
    """Those that nobody has seen to, the oldest first; `total` is how many there are."""
    return db.session.connection().execute(_UNSETTLED, {"first": first, "size": size}).all()


def unsettled_welcome(welcome_id: int) -> Welcome:
    """NotFound when somebody has seen to it."""
    session = joinedload(Welcome.session).joinedload(Session.run).joinedload(Run.course)
    found = db.session.scalar(
        select(Welcome).where(Welcome.id == welcome_id, _waits()).options(session)
    )
    if found is None:
        raise NotFound
    return found


def count_welcomes() -> int:
    return db.session.scalars(select(func.count(Welcome.id)).where(_waits())).one()


def _waits() -> ColumnElement[bool]:
    return Welcome.settled_at.is_(None)


_FEW = (  # by themselves first, or SQLite would begin with all courses
    select(Welcome.id, Welcome.name, Welcome.session_id)
    .where(_waits())
    .order_by(Welcome.id)
    .offset(bindparam("first"))
    .limit(bindparam("size"))
    .subquery()
)
_UNSETTLED = (
    select(_FEW, Session.starts_at, Course.title)
    .add_columns(in_all(select(Welcome.id).where(_waits())))
    .join_from(_FEW, Session, _FEW.c.session_id == Session.id)
    .join(Run, Session.run_id == Run.id)
    .join(Course, Run.course_id == Course.id)
    .order_by(_FEW.c.id)
)
