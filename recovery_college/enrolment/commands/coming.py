"""A student can't make one session, or can after all: their place stays theirs either way."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, hold, transaction, write
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.models import Enrolment, NotComing
from recovery_college.enrolment.rules.coming import check_may_say, may_say
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import SessionState

CANNOT, CAN = "said no to one session of", "said yes again to one session of"


def cannot_come(actor: Person, enrolment: Enrolment, session: Session) -> None:
    """Pressing twice is saying it once."""
    now = clock.now()
    with transaction():
        hold(enrolment)
        _check(enrolment, session, now)
        tell(actor, enrolment, session, now)


def can_come(actor: Person, enrolment: Enrolment, session: Session) -> None:
    """After all: as if nothing had been said."""
    now = clock.now()
    with transaction():
        hold(enrolment)
        _check(enrolment, session, now)
        untell(actor, enrolment, session, now)


def could_say(enrolment: Enrolment, session: Session, now: datetime) -> bool:
    return may_say(enrolment.state, _is_on(session), session.ends_at, now)


def tell(actor: Person | None, enrolment: Enrolment, session: Session, now: datetime) -> None:
    """Called with the place held. What would remind them of it is not sent."""
    if queries.has_told(enrolment, session.id):
        return
    row = {"enrolment_id": enrolment.id, "session_id": session.id, "told_at": now}
    write(NotComing, row)
    notices.take_back_reminder(enrolment, session)
    audit.record(actor, CANNOT, enrolment, fields=(), at=now)


def untell(actor: Person | None, enrolment: Enrolment, session: Session, now: datetime) -> None:
    found = db.session.get(NotComing, (enrolment.id, session.id))
    if found is not None:
        db.session.delete(found)
        audit.record(actor, CAN, enrolment, fields=(), at=now)


def forget_said(moved: Collection[int]) -> None:
    """Of the new time of these sessions nobody has said anything yet."""
    if moved:
        db.session.execute(delete(NotComing).where(NotComing.session_id.in_(moved)))


def _check(enrolment: Enrolment, session: Session, now: datetime) -> None:
    if session.run_id != enrolment.run_id:
        raise NotFound
    check_may_say(enrolment.state, _is_on(session), session.ends_at, now)


def _is_on(session: Session) -> bool:
    return session.is_teaching and session.state is SessionState.PLANNED
