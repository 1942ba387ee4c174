"""Meetings of those who teach a run, to plan it or to talk it over: sessions without students."""

from collections.abc import Sequence

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling import notices
from recovery_college.scheduling.commands.moving import open_proposal
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import (
    DeliveryState,
    RunState,
    SessionKind,
    SessionState,
    changing,
    together,
)
from recovery_college.scheduling.rules.together import Slot
from recovery_college.scheduling.together import pair_of
from recovery_college.tutors.models import Tutor


def propose_meeting(actor: Person, run: Run, kind: SessionKind, chosen: Sequence[Slot]) -> Session:
    """It is held open, and in nobody's way, until one of the others picks a time."""
    now = clock.now()
    with transaction():
        hold(run)
        together.check_proposed(chosen, now)
        tutors = pair_of(run)
        mine = next((each for each in tutors if each.person_id == actor.id), None)
        if mine is None or run.state is RunState.CANCELLED:
            raise NotFound
        together.check_two(len(tutors))
        number = max((e.number for e in run.meetings if e.kind is kind), default=0) + 1
        first = min(chosen, key=lambda slot: slot.starts_at)
        meeting = Session(kind=kind, number=number, live=False)
        meeting.starts_at, meeting.ends_at = first.starts_at, first.ends_at
        meeting.deliveries = [_invited(each, mine, run) for each in tutors]
        run.meetings.append(meeting)
        db.session.flush()
        proposal = open_proposal(mine, meeting, chosen, now)
        audit.record(actor, "proposed a meeting", meeting, fields=("starts_at",), at=now)
        for each in meeting.deliveries:
            if each.tutor is not mine:
                notices.times_proposed(each, proposal, now)
    return meeting


def call_off(actor: Person, meeting: Session) -> None:
    """One of those who meet can't, or need not; the others are told."""
    now = clock.now()
    with transaction():
        hold(meeting.run, meeting)
        if all(each.tutor.person_id != actor.id for each in meeting.standing):
            raise NotFound
        if meeting.is_teaching:
            raise Refusal("Students come to this session. The office can cancel it: phone them.")
        changing.check_session_stands(meeting.state, meeting.starts_at, now)
        meeting.live, meeting.state, meeting.cancelled_at = False, SessionState.CANCELLED, now
        meeting.drop_proposals(now)
        audit.record(actor, "cancelled", meeting, fields=("state",), at=now)
        notices.meeting_called_off(meeting, actor, now)


def _invited(tutor: Tutor, mine: Tutor, run: Run) -> Delivery:
    """On the side that they take in the run."""
    sides = [d.side for session in run.planned for d in session.saying_yes if d.tutor is tutor]
    state = DeliveryState.ACCEPTED if tutor is mine else DeliveryState.ASKED
    return Delivery(tutor=tutor, side=sides[0] if sides else Side.LIVED, state=state)
