"""Who waits, in order, who is next, and with whom or instead of what they would come."""

from collections.abc import Sequence

from sqlalchemy import (
    select,
)
from sqlalchemy.orm import joinedload

from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.queries.looking import blocked
from recovery_college.enrolment.queries.pools import free_of, pools_of
from recovery_college.enrolment.rules import LIVE, State
from recovery_college.enrolment.rules.queue import Unit, next_in_line, units
from recovery_college.scheduling.models import Run

WITH_RUN = joinedload(Enrolment.run).options(joinedload(Run.course), joinedload(Run.term))


def waiting_on(run: Run) -> Sequence[Enrolment]:
    """Whose turn may come; requests of before the opening are not among them until lots are."""
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.run_id == run.id,
            Enrolment.state == State.WAITING,
            Enrolment.lot.is_not(None),
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.requested_at, Enrolment.lot, Enrolment.id)
    ).all()


def early_on(run: Run) -> Sequence[Enrolment]:
    """Requests of before the opening, among which lots have yet to be drawn."""
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.run_id == run.id, Enrolment.state == State.WAITING, Enrolment.lot.is_(None)
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id)
    ).all()


def queue_of(run: Run) -> list[Unit]:
    return units(each.asking for each in waiting_on(run))


def next_on(run: Run, college: College) -> Unit | None:
    """Who is to be offered what is free: the first who can take it."""
    free = free_of(pools_of(run))
    if not any(left > 0 for left in free.places.values()):
        return None
    return next_in_line(able_on(run, college), free)


def able_on(run: Run, college: College) -> list[Unit]:
    """Those who wait, in order, without whoever can't take a place just now."""
    asking = [each.asking for each in waiting_on(run)]
    walled = blocked(run, college) if asking else set()
    return [
        unit
        for unit in units(asking)
        if not any(member.person_id in walled for member in unit.members)
    ]


def others_of(enrolment: Enrolment) -> Sequence[Enrolment]:
    """What it would be instead of."""
    if enrolment.wish is None:
        return []
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.wish == enrolment.wish,
            Enrolment.id != enrolment.id,
            Enrolment.person_id == enrolment.person_id,
            Enrolment.state.in_(LIVE),
        )
        .options(WITH_RUN)
        .order_by(Enrolment.id)
    ).all()


def party_of(enrolment: Enrolment) -> Sequence[Enrolment]:
    """Those who come with them or not at all."""
    if enrolment.party is None:
        return []
    return db.session.scalars(
        select(Enrolment).where(
            Enrolment.party == enrolment.party,
            Enrolment.id != enrolment.id,
            Enrolment.state.in_(LIVE),
        )
    ).all()
