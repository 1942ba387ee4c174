"""A pair finds another time together: one proposes up to five, another picks one of them.

What nobody can see yet moves at once; what is in the prospectus moves when the office confirms.
"""

from collections.abc import Sequence
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound
from recovery_college.scheduling import notices
from recovery_college.scheduling.commands.sessions import put_at
from recovery_college.scheduling.models import Delivery, ProposedSlot, Room, Session, TimeProposal
from recovery_college.scheduling.rules import (
    DeliveryState,
    ProposalState,
    RunState,
    changing,
    together,
)
from recovery_college.scheduling.rules.timetable import Span
from recovery_college.scheduling.rules.together import Slot
from recovery_college.tutors.models import Tutor


def propose_times(actor: Person, session: Session, chosen: Sequence[Slot]) -> TimeProposal:
    """To the others who teach it. What was proposed before, and nobody picked, is over."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        changing.check_session_stands(session.state, session.starts_at, now)
        together.check_proposed(chosen, now)
        mine = _own(actor, session.saying_yes)
        together.check_two(len(session.saying_yes))
        if session.proposal is not None:
            together.check_step(session.proposal.state, ProposalState.PICKED)
        made = open_proposal(mine, session, chosen, now)
        audit.record(actor, "proposed times for", session, fields=("starts_at",), at=now)
        for other in session.saying_yes:
            if other.tutor_id != mine.id:
                notices.times_proposed(other, made, now)
    return made


def open_proposal(
    tutor: Tutor, session: Session, chosen: Sequence[Slot], now: datetime
) -> TimeProposal:
    """Inside a transaction."""
    session.drop_proposals(now)
    db.session.flush()  # before another stands, this one does not any more
    made = TimeProposal(made_by=tutor, made_at=now)
    made.slots = [
        ProposedSlot(starts_at=each.starts_at, ends_at=each.ends_at, room_id=each.room_id)
        for each in sorted(chosen, key=lambda slot: slot.starts_at)
    ]
    session.proposals.append(made)
    db.session.flush()
    return made


def pick_time(actor: Person, slot: ProposedSlot, college: College) -> TimeProposal:
    """By one of those to whom it was proposed. They know their own day best."""
    now = clock.now()
    with transaction():
        proposal = _held(slot.proposal)
        mine = _own(actor, proposal.session.standing)
        together.check_other(mine.id == proposal.made_by_id)
        _pick(actor, slot, college, now)
    return proposal


def pick_by_phone(actor: Person, slot: ProposedSlot, college: College) -> TimeProposal:
    """The office writes down what somebody told them."""
    now = clock.now()
    with transaction():
        proposal = _held(slot.proposal)
        _pick(actor, slot, college, now)
    return proposal


def confirm_time(actor: Person, proposal: TimeProposal, college: College) -> None:
    """The office moves what is in the prospectus to the time that its pair has picked."""
    now = clock.now()
    with transaction():
        _held(proposal)
        together.check_step(proposal.state, ProposalState.DONE)
        _move(actor, next(slot for slot in proposal.slots if slot.picked), college, now)


def leave_as_it_was(actor: Person, proposal: TimeProposal) -> None:
    """None of them suits, or whoever proposed them takes them back, or the office says no.

    A meeting that was only proposed is then none.
    """
    now = clock.now()
    with transaction():
        session = _held(proposal).session
        together.check_step(proposal.state, ProposalState.DROPPED)
        proposal.state, proposal.answered_at = ProposalState.DROPPED, now
        audit.record(actor, "left the time of", session, fields=("starts_at",), at=now)
        for each in session.standing:
            if each.tutor.person_id != actor.id:
                notices.times_dropped(each, now)
        if session.is_held_open:
            db.session.delete(session)


def move_to_slot(actor: Person, session: Session, slot: Slot, college: College) -> None:
    """The office takes one of the times that suit everybody; they are told."""
    now = clock.now()
    with transaction():
        hold_whole(session)
        changing.check_session_stands(session.state, session.starts_at, now)
        changing.check_to_come(slot.starts_at, now)
        _put(actor, session, slot, college, now)


def _held(proposal: TimeProposal) -> TimeProposal:
    """It is read again behind its session, for which everybody waits."""
    hold_whole(proposal.session)
    db.session.refresh(proposal)
    return proposal


def hold_whole(session: Session) -> None:
    """The tutors first, as whoever says yes holds them: their time moves with the session."""
    hold(*(each.tutor for each in session.standing), session.run, session)


def _own(actor: Person, deliveries: Sequence[Delivery]) -> Tutor:
    """To anybody who is none of them it is not there."""
    for each in deliveries:
        if each.tutor.person_id == actor.id:
            return each.tutor
    raise NotFound


def _pick(actor: Person, slot: ProposedSlot, college: College, now: datetime) -> None:
    proposal = slot.proposal
    session = proposal.session
    together.check_step(proposal.state, ProposalState.PICKED)
    _check_stands(session, slot, now)
    slot.picked, proposal.answered_at = True, now
    proposal.state = ProposalState.PICKED
    audit.record(actor, "picked a time for", session, fields=("starts_at",), at=now)
    if session.is_teaching and session.run.state is RunState.PUBLISHED:
        notices.time_picked(proposal, slot, now)
    else:
        _move(actor, slot, college, now)


def _move(actor: Person, slot: ProposedSlot, college: College, now: datetime) -> None:
    proposal = slot.proposal
    proposal.state, proposal.answered_at = ProposalState.DONE, now
    _check_stands(proposal.session, slot, now)
    _put(actor, proposal.session, slot, college, now)


def _check_stands(session: Session, slot: ProposedSlot, now: datetime) -> None:
    if not session.is_held_open:
        changing.check_session_stands(session.state, session.starts_at, now)
    changing.check_to_come(slot.starts_at, now)


def _put(
    actor: Person,
    session: Session,
    to: Slot | ProposedSlot,
    college: College,
    now: datetime,
) -> None:
    was_held_open = session.is_held_open
    room = db.session.get(Room, to.room_id) if to.room_id else None
    if was_held_open:
        _agree(session, now)
    put_at(session, Span(to.starts_at, to.ends_at), room, college, now)
    session.live = True
    db.session.flush()
    audit.record(actor, "moved", session, fields=("starts_at", "ends_at", "room_id"), at=now)
    notices.session_moved(session, now)


def _agree(session: Session, now: datetime) -> None:
    """Whoever was asked to the meeting comes; who can't steps back from it."""
    for each in session.standing:
        if each.state is DeliveryState.ASKED:
            each.state, each.answered_at = DeliveryState.ACCEPTED, now
