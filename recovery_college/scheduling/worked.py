"""The sessions of tutors that count as hours, and those that are released time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import named_tutors, written_in
from recovery_college.tutors.rules.hours import Month, Taught, Terms, bounds, month_made_of

MEETINGS = {SessionKind.PLANNING: "planning", SessionKind.DEBRIEF: "talking it over"}
NOT_KNOWN = "The room is not known yet"


def taught_in(month: date, tutor_id: int | None = None) -> dict[int, list[Taught]]:
    """What each has accepted in that month, by tutor, in order; or of one tutor only.

    One question, however many they are.
    """
    first, next_first = bounds(month)
    asked = _accepted().where(Delivery.starts_at >= first, Delivery.starts_at < next_first)
    if tutor_id is not None:
        asked = asked.where(Delivery.tutor_id == tutor_id)
    found: dict[int, list[Taught]] = defaultdict(list)
    for row in db.session.execute(asked):
        found[row.tutor_id].append(_taught(row))
    return found


def month_of_tutor(tutor: Tutor, month: date, college: College, now: datetime) -> Month:
    """As it stands now, whether it was confirmed or not."""
    taught, written = taught_in(month, tutor.id), written_in(month, tutor.id)
    terms = _terms(tutor, college)
    return month_made_of(month, taught.get(tutor.id, ()), written.get(tutor.id, ()), terms, now)


def months_of_tutors(month: date, college: College, now: datetime) -> dict[Tutor, Month]:
    """Of everybody who has something in that month, by name; three questions in all."""
    taught, written = taught_in(month), written_in(month)
    return {
        each: month_made_of(
            month, taught.get(each.id, ()), written.get(each.id, ()), _terms(each, college), now
        )
        for each in named_tutors(taught.keys() | written.keys())
    }


def released_to_come(tutor: Tutor | None, now: datetime) -> Sequence[Taught]:
    """What an employer gives them the time for."""
    asked = _accepted().where(
        Delivery.tutor_id == (tutor.id if tutor else None),
        Delivery.released,
        Delivery.starts_at > now,
        Session.state == SessionState.PLANNED,
    )
    return [_taught(row) for row in db.session.execute(asked)]


def _terms(tutor: Tutor, college: College) -> Terms:
    return Terms(tutor.prepare_minutes, tutor.debrief_minutes, college.late_cancel_hours)


def _accepted() -> Select[Any]:
    return (
        select(Delivery.id, Delivery.tutor_id, Delivery.released)
        .add_columns(Session.starts_at, Session.ends_at, Session.kind, Session.number)
        .add_columns(Session.state, Session.cancelled_at, Run.session_count, Course.title)
        .add_columns(Room.name.label("room"), Venue.name.label("venue"))
        .join_from(Delivery, Session, Delivery.session_id == Session.id)
        .join(Run)
        .join(Course)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .where(Delivery.state == DeliveryState.ACCEPTED)
        .where(Delivery.live | (Session.state == SessionState.CANCELLED))
        .order_by(Delivery.starts_at, Delivery.id)
    )


def _taught(row: Row[Any]) -> Taught:
    return Taught(
        delivery_id=row.id,
        what=_what(row),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        is_meeting=row.kind in MEETINGS,
        is_off=row.state is SessionState.CANCELLED,
        called_off_at=row.cancelled_at,
        released=row.released,
        place=f"{row.venue}, {row.room}" if row.room else NOT_KNOWN,
    )


def _what(row: Row[Any]) -> str:
    """As in: Sleeping well, session 2 of 6; Sleeping well, planning."""
    if row.kind in MEETINGS:
        return f"{row.title}, {MEETINGS[row.kind]}"
    several = row.session_count > 1
    return f"{row.title}, session {row.number} of {row.session_count}" if several else row.title
