"""Who could take a side of a session: everybody on it, in a constant number of questions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.scheduling import pairing
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules.covering import Substitute
from recovery_college.tutors.models import Tutor, TutorSide
from recovery_college.tutors.queries import availability_of, limits_of
from recovery_college.tutors.rules.free import Availability, free, is_free
from recovery_college.tutors.rules.limits import Roads, Standing, reasons_against


def substitutes(session: Session, side: Side, college: College) -> list[Substitute]:
    tutors = _tutors_on(side)
    ids = [tutor.id for tutor in tutors]
    said, standing = availability_of(ids, session), pairing.standings_of(ids, session)
    roads = pairing.roads(college.travel_minutes)
    return [
        _substitute(session, tutor, standing[tutor.id], said[tutor.id], roads) for tutor in tutors
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
            selectinload(Tutor.reaches),
        )
        .order_by(Tutor.id)
    ).all()


def _term(session: Session) -> tuple[Any, Any]:
    return session.run.term.starts_on, session.run.term.ends_on
