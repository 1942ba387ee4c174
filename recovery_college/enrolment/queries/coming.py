"""Who has said that they can't make a session."""

from datetime import datetime

from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, NotComing
from recovery_college.enrolment.queries.rows import WITH_RUN
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Session


def place_on(person: Person, session_id: int) -> Enrolment:
    """Their own place on it; to anybody else it is not there."""
    mine = (Enrolment.person_id == person.id, Enrolment.state == State.CONFIRMED)
    found = db.session.scalar(
        select(Enrolment)
        .join(Session, Session.run_id == Enrolment.run_id)
        .where(Session.id == session_id, *mine)
        .options(WITH_RUN)
    )
    if found is None:
        raise NotFound
    return found


def person_of(enrolment: Enrolment) -> Person:
    """Whoever has been forgotten says nothing any more."""
    if enrolment.person is None:
        raise NotFound
    return enrolment.person


def has_told(enrolment: Enrolment, session_id: int) -> bool:
    return db.session.get(NotComing, (enrolment.id, session_id)) is not None


def told_of(enrolment: Enrolment) -> set[int]:
    """The sessions that they can't make, as far as they have said so."""
    asked = select(NotComing.session_id).where(NotComing.enrolment_id == enrolment.id)
    return set(db.session.scalars(asked))


def told_at(person: Person, session: Session) -> datetime | None:
    """When they told us that they can't make it, if they did."""
    return db.session.scalar(
        select(NotComing.told_at)
        .join(Enrolment, Enrolment.id == NotComing.enrolment_id)
        .where(Enrolment.person_id == person.id, Enrolment.state == State.CONFIRMED)
        .where(NotComing.session_id == session.id)
    )
