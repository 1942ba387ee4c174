"""The notes of a run that its tutors write for each other: theirs alone, the office not among them.

Also the names that may not stand in them.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, union
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Mark, PairNote, Welcome
from recovery_college.attendance.queries import COMING
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import DeliveryState, SessionKind
from recovery_college.tutors.models import Tutor


def session_with_notes(person: Person, session_id: int) -> Session:
    """One of a run that they teach, on any of its sessions; to anybody else it is not there."""
    whose = selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person)
    found = db.session.scalar(
        select(Session)
        .where(Session.id == session_id, Session.kind == SessionKind.TEACHING, _teaches(person))
        .options(joinedload(Session.run).joinedload(Run.course), whose)
    )
    if found is None:
        raise NotFound
    return found


def _teaches(person: Person) -> ColumnElement[bool]:
    other = aliased(Session)
    return (
        exists()
        .where(other.run_id == Session.run_id, other.kind == SessionKind.TEACHING)
        .where(Delivery.session_id == other.id, Delivery.tutor_id == Tutor.id)
        .where(Tutor.person_id == person.id, ~Delivery.shadowing)
        .where(Delivery.state == DeliveryState.ACCEPTED)
    )


def tutor_of(person: Person, session: Session) -> Tutor | None:
    """Them as a tutor of this very session: who teaches another of the run reads only."""
    return next((e.tutor for e in session.accepted if e.tutor.person_id == person.id), None)


def note_of(tutor: Tutor, session: Session) -> PairNote | None:
    asked = select(PairNote).where(PairNote.session_id == session.id)
    return db.session.scalar(asked.where(PairNote.tutor_id == tutor.id))


def count_notes(run_id: int) -> int:
    asked = select(func.count(PairNote.id)).join(PairNote.session)
    return db.session.scalars(asked.where(Session.run_id == run_id)).one()


def page_of_notes(run_id: int, *, first: int, size: int) -> Sequence[PairNote]:
    """Those of the newest session first, with who wrote each."""
    return db.session.scalars(
        select(PairNote)
        .join(PairNote.session)
        .where(Session.run_id == run_id)
        .options(contains_eager(PairNote.session))
        .options(joinedload(PairNote.tutor).joinedload(Tutor.person))
        .order_by(Session.starts_at.desc(), PairNote.id)
        .offset(first)
        .limit(size)
    ).all()


def names_on(run_id: int) -> set[str]:
    """Of everybody on a register of this run, and what they are called."""
    marked = exists().where(Mark.enrolment_id == Enrolment.id, Mark.stands)
    theirs = select(Enrolment.person_id).where(
        Enrolment.run_id == run_id, or_(Enrolment.state.in_(COMING), marked)
    )
    of_run = select(Session.id).where(Session.run_id == run_id)
    welcomed = select(Welcome.person_id).where(Welcome.session_id.in_(of_run))
    known = or_(Person.id.in_(theirs), Person.id.in_(welcomed))
    unknown = select(Welcome.name).where(Welcome.session_id.in_(of_run))
    every = union(select(Person.name).where(known), select(Person.called).where(known), unknown)
    return set(db.session.scalars(every))
