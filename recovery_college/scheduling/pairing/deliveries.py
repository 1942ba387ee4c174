"""What a tutor is asked for and has said yes to: each reached through the person."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Select,
    bindparam,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    Delivery,
    Room,
    Run,
    Session,
    Venue,
)
from recovery_college.scheduling.rules import (
    DeliveryState,
    SessionKind,
    SessionState,
)
from recovery_college.tutors.models import Tutor

STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)


class OnIt(NamedTuple):
    """Somebody who is asked to teach a session, or was."""

    side: Side
    state: DeliveryState
    shadowing: bool
    starts_at: datetime
    person_id: int
    name: str


class Taught(NamedTuple):
    """A session with all that a tutor's week says of it. Two weeks hold many, so no objects."""

    id: int
    run_id: int
    kind: SessionKind
    number: int
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    title: str
    look: str
    session_count: int
    room: str | None
    venue: str | None
    venue_slug: str | None
    on_it: Sequence[OnIt] = ()

    @property
    def is_teaching(self) -> bool:
        return self.kind is SessionKind.TEACHING


def sessions_taught_by(
    person: Person, since: datetime, until: datetime, *, most: int
) -> Sequence[Taught]:
    """Those that they have accepted or are asked for, in order, with both halves of the pair."""
    asked = {"person": person.id, "since": since, "until": until}
    ask = db.session.connection().execute
    found = [Taught(*row) for row in ask(_taught(most), asked)]
    on_it: dict[int, list[OnIt]] = defaultdict(list)
    if found:
        for id, *row in ask(_ON_IT, {"sessions": [each.id for each in found]}):
            on_it[id].append(OnIt(*row))
    return [each._replace(on_it=on_it[each.id]) for each in found]


def as_taught(session: Session) -> Taught:
    """The same of a session that came with all of it."""
    run, room = session.run, session.room
    return Taught(
        session.id,
        session.run_id,
        session.kind,
        session.number,
        session.starts_at,
        session.ends_at,
        session.state,
        run.course.title,
        run.course.strand.look,
        run.session_count,
        room.name if room else None,
        room.venue.name if room else None,
        room.venue.slug if room else None,
        [_on_it(each) for each in session.deliveries],
    )


def _on_it(delivery: Delivery) -> OnIt:
    person = delivery.tutor.person
    return OnIt(
        delivery.side,
        delivery.state,
        delivery.shadowing,
        delivery.starts_at,
        person.id,
        person.name,
    )


@lru_cache
def _taught(most: int) -> Select[Any]:
    """Built once, for building it costs more than asking it."""
    theirs = (
        select(Delivery.session_id)
        .join(Tutor)
        .where(Tutor.person_id == bindparam("person"), Delivery.state.in_(STANDING))
    )
    columns = [getattr(Session, name) for name in Taught._fields[:7]]
    return (
        select(*columns, Course.title, Strand.look, Run.session_count)
        .add_columns(Room.name, Venue.name, Venue.slug)
        .join(Session.run)
        .join(Run.course)
        .join(Course.strand)
        .outerjoin(Session.room)
        .outerjoin(Room.venue)
        .where(
            Session.id.in_(theirs),
            Session.starts_at >= bindparam("since"),
            Session.starts_at < bindparam("until"),
        )
        .where(Session.live | (Session.state == SessionState.CANCELLED))
        .order_by(Session.starts_at, Session.id)
        .limit(most)
    )


_ON_IT = (
    select(Delivery.session_id, Delivery.side, Delivery.state, Delivery.shadowing)
    .add_columns(Delivery.starts_at, Tutor.person_id, Person.name)
    .join_from(Delivery, Tutor, Delivery.tutor_id == Tutor.id)
    .join(Person, Tutor.person_id == Person.id)
    .where(Delivery.session_id.in_(bindparam("sessions", expanding=True)))
    .order_by(Delivery.id)
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
