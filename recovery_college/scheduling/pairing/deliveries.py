"""What a tutor is asked for and has said yes to: each reached through the person."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    Select,
    bindparam,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    Delivery,
    Room,
    Run,
    Session,
)
from recovery_college.scheduling.rules import (
    DeliveryState,
    SessionState,
)
from recovery_college.tutors.models import Tutor

STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)


def sessions_taught_by(
    person: Person, since: datetime, until: datetime, *, most: int
) -> Sequence[Session]:
    """Those that they have accepted or are asked for, in order, with both halves of the pair."""
    asked = {"person": person.id, "since": since, "until": until}
    return db.session.scalars(_taught(most), asked).all()


@lru_cache
def _taught(most: int) -> Select[Session]:
    """Built once, for building it costs more than asking it."""
    theirs = (
        select(Delivery.session_id)
        .join(Tutor)
        .where(Tutor.person_id == bindparam("person"), Delivery.state.in_(STANDING))
    )
    return (
        select(Session)
        .where(
            Session.id.in_(theirs),
            Session.starts_at >= bindparam("since"),
            Session.starts_at < bindparam("until"),
        )
        .where(Session.live | (Session.state == SessionState.CANCELLED))
        .options(
            joinedload(Session.run).joinedload(Run.course).joinedload(Course.strand),
            joinedload(Session.room).joinedload(Room.venue),
            selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(most)
    )


def requests_to(person: Person, now: datetime) -> Sequence[Delivery]:
    """What they are asked for and have not answered, by run and time."""
    asked = _deliveries().where(
        Tutor.person_id == person.id,
        Delivery.state == DeliveryState.ASKED,
        Delivery.live,
        Delivery.starts_at > now,
    )
    return db.session.scalars(asked).all()


def requests_of_run(tutor_id: int, run_id: int, now: datetime) -> Sequence[Delivery]:
    """What one tutor is asked for in one run, or has said yes to."""
    asked = _deliveries().where(
        Delivery.tutor_id == tutor_id,
        Session.run_id == run_id,
        Delivery.live,
        Delivery.state.in_(STANDING),
        Delivery.starts_at > now,
    )
    return db.session.scalars(asked).all()


def ever_asked(person: Person, run_id: int | None = None) -> Sequence[Delivery]:
    """All that they were asked for, whatever has become of it: an answer may come too late."""
    asked = _deliveries().where(Tutor.person_id == person.id)
    if run_id is not None:
        asked = asked.where(Session.run_id == run_id)
    return db.session.scalars(asked).all()


def delivery(id: int) -> Delivery:
    found = db.session.scalar(_deliveries().where(Delivery.id == id))
    if found is None:
        raise NotFound
    return found


def own_delivery(person: Person, id: int) -> Delivery:
    """Their own, or not there."""
    found = delivery(id)
    if found.tutor.person_id != person.id:
        raise NotFound
    return found


def own_promise(person: Person, session_id: int) -> Delivery:
    """With which they have said yes to a session, or not there."""
    theirs = (Delivery.session_id == session_id, Tutor.person_id == person.id)
    found = db.session.scalars(
        _deliveries().where(*theirs, Delivery.state == DeliveryState.ACCEPTED)
    ).first()
    if found is None:
        raise NotFound
    return found


def _deliveries() -> Select[Delivery]:
    whole = joinedload(Delivery.session).options(
        joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term)),
        joinedload(Session.room).joinedload(Room.venue),
        selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
    )
    return (
        select(Delivery)
        .join(Session, Delivery.session_id == Session.id)
        .join(Tutor, Delivery.tutor_id == Tutor.id)
        .options(whole, joinedload(Delivery.tutor).joinedload(Tutor.person))
        .order_by(Session.run_id, Delivery.starts_at, Delivery.id)
    )
