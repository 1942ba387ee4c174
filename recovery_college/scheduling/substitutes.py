"""Who could take a side of a session: everybody on it, in a constant number of questions."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.scheduling import pairing
from recovery_college.scheduling.models import Delivery, Room, Session, Venue
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.scheduling.rules.covering import Substitute
from recovery_college.tutors.models import BusyTime, Tutor, TutorAway, TutorSide, WorkEntry
from recovery_college.tutors.queries import limits_of
from recovery_college.tutors.rules.free import Availability, Away, Stretch, Window, free, is_free
from recovery_college.tutors.rules.limits import Booked, Roads, Standing, reasons_against


def substitutes(session: Session, side: Side, college: College) -> list[Substitute]:
    tutors = _tutors_on(side)
    ids = [tutor.id for tutor in tutors]
    booked, away, busy = _booked(session, ids), _away(session, ids), _busy(session, ids)
    written, roads = _written(session, ids), pairing.roads(college.travel_minutes)
    return [
        _substitute(
            session,
            tutor,
            Standing(booked[tutor.id], _term(session), written[tutor.id]),
            Availability(_windows(tutor), away[tutor.id], busy[tutor.id]),
            roads,
        )
        for tutor in tutors
    ]


def _substitute(
    session: Session, tutor: Tutor, standing: Standing, said: Availability, roads: Roads
) -> Substitute:
    wanted, steps = pairing.booked(session), {each.course_id: each.step for each in tutor.teaches}
    first, last = _term(session)
    day = in_london(session.starts_at).date()
    there = [each for each in standing.accepted if in_london(each.starts_at).date() == day]
    in_term = [b for b in standing.accepted if first <= in_london(b.starts_at).date() <= last]
    return Substitute(
        tutor_id=tutor.id,
        teaches=steps.get(session.run.course_id),
        is_free=_is_free(session, said),
        is_near=any(each.venue_id == wanted.venue_id for each in there),
        minutes=sum(each.minutes for each in in_term),
        against=reasons_against(wanted, limits_of(tutor), standing, roads),
    )


def _is_free(session: Session, said: Availability) -> bool | None:
    """Days away and busy times count even for somebody who has not said when they can."""
    day = in_london(session.starts_at).date()
    off = any(each.starts_on <= day <= each.ends_on for each in said.away)
    taken = any(
        each.starts_at < session.ends_at and session.starts_at < each.ends_at for each in said.busy
    )
    if off or taken:
        return False
    return is_free(free(said, session), session) if said.is_said else None


def _tutors_on(side: Side) -> Sequence[Tutor]:
    return db.session.scalars(
        select(Tutor)
        .join(Person)
        .where(Tutor.sides.any(TutorSide.side == side))
        .where(Person.role_rows.any(RoleGiven.role == Role.TUTOR))
        .options(
            joinedload(Tutor.person),
            selectinload(Tutor.teaches),
            selectinload(Tutor.windows),
            selectinload(Tutor.reaches),
        )
        .order_by(Tutor.id)
    ).all()


def _term(session: Session) -> tuple[Any, Any]:
    return session.run.term.starts_on, session.run.term.ends_on


def _around(session: Session) -> tuple[datetime, datetime]:
    """The term, the week and the month of the session, whichever is longer."""
    first, last = _term(session)
    month = in_london(session.starts_at).date().replace(day=1)
    starts = min(first, month) - timedelta(days=7)
    ends = max(last, month + timedelta(days=31)) + timedelta(days=7)
    return london_instant(starts, time()), london_instant(ends, time())


def _booked(session: Session, ids: Collection[int]) -> dict[int, list[Booked]]:
    first, last = _around(session)
    found: dict[int, list[Booked]] = defaultdict(list)
    rows = db.session.execute(
        select(Delivery.tutor_id, Delivery.starts_at, Delivery.ends_at, Venue.id, Venue.online)
        .join_from(Delivery, Session, Delivery.session_id == Session.id)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .where(
            Delivery.tutor_id.in_(ids),
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.live,
            Delivery.session_id != session.id,
            Delivery.starts_at.between(first, last),
        )
    )
    for tutor_id, starts_at, ends_at, venue_id, online in rows:
        found[tutor_id].append(Booked(starts_at, ends_at, None if online else venue_id))
    return found


def _away(session: Session, ids: Collection[int]) -> dict[int, list[Away]]:
    day = in_london(session.starts_at).date()
    found: dict[int, list[Away]] = defaultdict(list)
    rows = select(TutorAway).where(TutorAway.tutor_id.in_(ids), TutorAway.ends_on >= day)
    for row in db.session.scalars(rows):
        found[row.tutor_id].append(Away(row.starts_on, row.ends_on))
    return found


def _busy(session: Session, ids: Collection[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = defaultdict(list)
    rows = select(BusyTime).where(
        BusyTime.tutor_id.in_(ids),
        BusyTime.starts_at < session.ends_at,
        BusyTime.ends_at > session.starts_at,
    )
    for row in db.session.scalars(rows):
        found[row.tutor_id].append(Stretch(row.starts_at, row.ends_at))
    return found


def _written(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Minutes that they wrote down besides, in the month of the session."""
    month = in_london(session.starts_at).date().replace(day=1)
    rows = select(WorkEntry).where(
        WorkEntry.tutor_id.in_(ids),
        WorkEntry.worked_on >= month,
        WorkEntry.worked_on < (month + timedelta(days=32)).replace(day=1),
    )
    found: dict[int, int] = defaultdict(int)
    for row in db.session.scalars(rows):
        found[row.tutor_id] += row.minutes
    return found


def _windows(tutor: Tutor) -> list[Window]:
    return [Window(w.weekday, w.starts, w.ends, w.from_on, w.until_on) for w in tutor.windows]
