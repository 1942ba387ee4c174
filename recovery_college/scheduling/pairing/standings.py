"""Who could be asked for a session, and what else they have promised."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import time, timedelta

from sqlalchemy import (
    and_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london, london_instant
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    Delivery,
    Session,
    TravelTime,
    Venue,
)
from recovery_college.scheduling.rules import (
    DeliveryState,
)
from recovery_college.scheduling.rules.timetable import Span
from recovery_college.scheduling.teaching import accepted_of, written_minutes_of
from recovery_college.tutors.models import Teaches, Tutor, TutorSide
from recovery_college.tutors.rules import Step
from recovery_college.tutors.rules.limits import Booked, Roads, Standing


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked: `teaches` says how far they are with the course."""

    tutor_id: int
    name: str
    teaches: Step | None
    is_busy: bool


def candidates(session: Session, side: Side | None) -> list[Candidate]:
    """Everybody who brings the side; who teaches the course and is free comes first."""
    busy = (
        select(Delivery.id)
        .where(
            Delivery.tutor_id == Tutor.id,
            Delivery.live,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.starts_at < session.ends_at,
            Delivery.ends_at > session.starts_at,
        )
        .exists()
    )
    teaches = and_(Teaches.tutor_id == Tutor.id, Teaches.course_id == session.run.course_id)
    asked = (
        select(Tutor.id, Person.name, Teaches.step, busy.label("busy"))
        .join_from(Tutor, Person)
        .outerjoin(Teaches, teaches)
        .where(Person.role_rows.any(RoleGiven.role == Role.TUTOR))
        .order_by(busy, Teaches.step.is_(None), Person.name, Tutor.id)
    )
    if side is not None:
        asked = asked.where(Tutor.sides.any(TutorSide.side == side))
    return [Candidate(*row) for row in db.session.execute(asked)]


def tutor(id: object) -> Tutor:
    asked = select(Tutor).where(Tutor.id == id)
    found = db.session.scalar(asked.options(joinedload(Tutor.person), selectinload(Tutor.sides)))
    if found is None:
        raise NotFound
    return found


def leads(person: Person, course_id: int) -> bool:
    """Whether they lead the course, and so may ask others to teach it too."""
    asked = (
        select(Teaches.course_id)
        .join(Tutor, Teaches.tutor_id == Tutor.id)
        .where(
            Tutor.person_id == person.id,
            Teaches.course_id == course_id,
            Teaches.step == Step.LEADING,
        )
    )
    return db.session.scalar(asked) is not None


def roads(usual: int) -> Roads:
    """How far venues are apart, and what they are called."""
    names = {row[0]: row[1] for row in db.session.execute(select(Venue.id, Venue.name))}
    return replace(ways(usual), names=names)


def ways(usual: int) -> Roads:
    """How far venues are apart, without their names."""
    asked = select(TravelTime.venue_id, TravelTime.other_id, TravelTime.minutes)
    return Roads({(row[0], row[1]): row[2] for row in db.session.execute(asked)}, usual=usual)


def booked(session: Session) -> Booked:
    room = session.room
    away = room is not None and not room.venue.online
    return Booked(session.starts_at, session.ends_at, room.venue_id if room and away else None)


def standing_of(tutor: Tutor, session: Session) -> Standing:
    return standings_of([tutor.id], session)[tutor.id]


def standings_of(tutor_ids: Collection[int], session: Session) -> dict[int, Standing]:
    """What else each has accepted in its term and around its month; hours besides."""
    term, day = session.run.term, in_london(session.starts_at).date()
    month = day.replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    first = min(term.starts_on, month) - timedelta(days=7)
    last = max(term.ends_on, next_month) + timedelta(days=7)
    between = Span(london_instant(first, time()), london_instant(last, time()))
    accepted = accepted_of(tutor_ids, between, but=session)
    written = written_minutes_of(tutor_ids, month, next_month - timedelta(days=1))
    days = (term.starts_on, term.ends_on)
    return {id: Standing(accepted[id], days, written[id][month]) for id in tutor_ids}
