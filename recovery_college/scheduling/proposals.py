"""Times that pairs propose to each other: a tutor's own, and those that wait for the office."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.database import Instant, db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import (
    Delivery,
    ProposedSlot,
    Room,
    Run,
    Session,
    TimeProposal,
)
from recovery_college.scheduling.rules import DeliveryState, ProposalState, SessionState
from recovery_college.tutors.models import Tutor

STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)
TUTORS = selectinload(Session.deliveries).joinedload(Delivery.tutor)
TIMES = selectinload(Session.proposals).options(
    selectinload(TimeProposal.slots).joinedload(ProposedSlot.room).joinedload(Room.venue),
    joinedload(TimeProposal.made_by).joinedload(Tutor.person),
)


def own_session(person: Person, id: int) -> Session:
    """One that they teach or are asked for, with what is proposed of it; or not there."""
    return _found(_sessions().where(Session.id == id, _IS_THEIRS), {"person": person.id})


def to_move(person: Person, id: int) -> Session:
    """One that they teach or are asked for, with no more than a search for another time asks."""
    return _found(_OWN_TO_MOVE, {"id": id, "person": person.id})


def any_to_move(id: int) -> Session:
    return _found(_TO_MOVE, {"id": id})


def own_run(person: Person, id: int) -> Run:
    """One of which they have accepted a session, with everybody who teaches it."""
    theirs = _theirs(person, (DeliveryState.ACCEPTED,)).where(Session.run_id == id)
    found = db.session.scalar(
        select(Run)
        .where(Run.id == id, theirs.exists())
        .options(
            joinedload(Run.course),
            joinedload(Run.term),
            selectinload(Run.sessions)
            .selectinload(Session.deliveries)
            .joinedload(Delivery.tutor)
            .options(joinedload(Tutor.person), selectinload(Tutor.reaches)),
        )
    )
    if found is None:
        raise NotFound
    return found


def proposal(id: int) -> TimeProposal:
    found = db.session.get(TimeProposal, id)
    if found is None:
        raise NotFound
    return found


def own_proposal(person: Person, id: int) -> TimeProposal:
    """On a session that they teach or are asked for."""
    found = proposal(id)
    if all(each.tutor.person_id != person.id for each in found.session.standing):
        raise NotFound
    return found


def slot_of(proposal: TimeProposal, id: object) -> ProposedSlot:
    found = next((each for each in proposal.slots if str(each.id) == str(id)), None)
    if found is None:
        raise NotFound
    return found


def proposed_to(person: Person, now: datetime) -> Sequence[Session]:
    """Sessions for which they can pick one of the times that another has proposed."""
    asked = _sessions().where(_IS_PROPOSED).order_by(Session.starts_at, Session.id)
    return db.session.scalars(asked, {"person": person.id, "now": now}).all()


def waiting_for(person: Person, now: datetime) -> tuple[int, int]:
    """How many requests wait for their answer, and how many sessions for the time they pick."""
    row = db.session.connection().execute(_WAITING, {"person": person.id, "now": now}).one()
    return row[0], row[1]


_PERSON, _NOW = bindparam("person", type_=Integer), bindparam("now", type_=Instant)
_IS_THEIRS = Session.id.in_(
    select(Delivery.session_id)
    .join(Tutor, Delivery.tutor_id == Tutor.id)
    .where(Tutor.person_id == _PERSON, Delivery.state.in_(STANDING))
)
_IS_PROPOSED = and_(
    Session.state == SessionState.PLANNED,
    Session.id.in_(
        select(TimeProposal.session_id)
        .join(ProposedSlot)
        .join(Tutor, TimeProposal.made_by_id == Tutor.id)
        .where(
            TimeProposal.state == ProposalState.OPEN,
            ProposedSlot.starts_at > _NOW,
            Tutor.person_id != _PERSON,
        )
    ),
    _IS_THEIRS,
)
_WAITING = select(
    select(func.count(Delivery.id))
    .join_from(Delivery, Tutor)
    .where(
        Tutor.person_id == _PERSON,
        Delivery.state == DeliveryState.ASKED,
        Delivery.live,
        Delivery.starts_at > _NOW,
    )
    .scalar_subquery(),
    select(func.count(Session.id)).where(_IS_PROPOSED).scalar_subquery(),
)


# To build a statement costs more than to answer it, so these are built once.
_TO_MOVE = (
    select(Session)
    .where(Session.id == bindparam("id"))
    .options(
        joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term)),
        TUTORS.selectinload(Tutor.reaches),
    )
)
_OWN_TO_MOVE = _TO_MOVE.where(_IS_THEIRS)


def _found(asked: Select[Session], values: Mapping[str, object]) -> Session:
    found = db.session.scalar(asked, values)
    if found is None:
        raise NotFound
    return found


def _theirs(person: Person, states: Sequence[DeliveryState]) -> Select[int]:
    return (
        select(Delivery.session_id)
        .join(Tutor, Delivery.tutor_id == Tutor.id)
        .join(Session, Delivery.session_id == Session.id)
        .where(Tutor.person_id == person.id, Delivery.state.in_(states))
    )


def _sessions() -> Select[Session]:
    return select(Session).options(
        joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term)),
        joinedload(Session.room).joinedload(Room.venue),
        TUTORS.options(joinedload(Tutor.person), selectinload(Tutor.reaches)),
        TIMES,
    )
