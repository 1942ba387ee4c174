"""Cover for a half of a session: asked for in waves, first come first in, others told kindly."""

import logging
from datetime import datetime

from sqlalchemy import or_, select

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.errors import Refusal
from recovery_college.scheduling import notices, pairing
from recovery_college.scheduling.commands.asking import step_back
from recovery_college.scheduling.models import CoverCall, Delivery, Session
from recovery_college.scheduling.rules import CoverState, DeliveryState, asking, covering
from recovery_college.scheduling.rules.covering import CoverSought, ranked
from recovery_college.scheduling.substitutes import substitutes
from recovery_college.tutors.models import Tutor

log = logging.getLogger(__name__)


def seek_cover(actor: Person | None, session: Session, side: Side, college: College) -> CoverCall:
    """One press asks those who could take that same side, the best few first."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        asking.check_to_come(session.state, session.starts_at, now)
        if side in session.sides:
            raise Refusal("This half of the pair is there already.")
        if any(each.state is CoverState.OPEN and each.side is side for each in session.cover_calls):
            raise CoverSought
        call = CoverCall(
            side=side,
            opened_at=now,
            opened_by_id=None if actor is None else actor.id,
            give_up_at=covering.give_up_at(now, session.starts_at, hours=college.cover_until_hours),
        )
        session.cover_calls.append(call)
        db.session.flush()
        audit.record(actor, "asked for cover of", session, fields=(side,), at=now)
        _ask_more(call, college, now)
    return call


def cover_for(actor: Person, delivery: Delivery, college: College) -> CoverCall:
    """They can't come: in one press their half is open, and others are asked for it."""
    with transaction():
        step_back(actor, delivery)
        return seek_cover(actor, delivery.session, delivery.side, college)


def stop_seeking(actor: Person, call: CoverCall) -> None:
    """The office has found another way; whoever was asked hears of it."""
    now = clock.now()
    with transaction():
        hold(call.session.run, call.session)
        db.session.refresh(call)
        covering.check_open(call.state)
        call.state, call.next_wave_at = CoverState.CLOSED, None
        for delivery in _waiting(call):
            delivery.state, delivery.answered_at = DeliveryState.STOOD_DOWN, now
            notices.stood_down(delivery, now)
        audit.record(actor, "stopped asking for cover of", call.session, fields=("state",), at=now)


def go_on_seeking() -> None:
    """What the worker does: the next wave, and the end of a search. One transaction each.

    Where the office wants it so, a half whose pair-by date has passed asks for cover too.
    """
    now, college = clock.now(), the_college()
    if college.cover_by_itself:
        for session in pairing.late_halves(now, clock.in_london(now).date()):
            _seek_by_itself(session, college)
    due = select(CoverCall.id).where(
        CoverCall.state == CoverState.OPEN,
        or_(CoverCall.next_wave_at <= now, CoverCall.give_up_at <= now),
    )
    for id in list(db.session.scalars(due)):
        try:
            _go_on(id, the_college())
        except Exception as fault:
            log.error("cover_call %s: %s", id, type(fault).__name__)
            db.session.rollback()


def _seek_by_itself(session: Session, college: College) -> None:
    """Once for each half: a search that found nobody is the office's."""
    searched = {call.side for call in session.cover_calls}
    for side in set(Side) - session.sides - searched:
        try:
            seek_cover(None, session, side, college)
        except Refusal:
            continue
        except Exception as fault:
            log.error("session %s: %s", session.id, type(fault).__name__)
            db.session.rollback()


def _go_on(id: int, college: College) -> None:
    now = clock.now()
    with transaction():
        call = db.session.get_one(CoverCall, id)
        hold(call.session.run, call.session)
        db.session.refresh(call)
        if call.state is not CoverState.OPEN:
            return
        if call.give_up_at <= now:
            _give_up(call, now)
        elif call.next_wave_at is not None and call.next_wave_at <= now:
            _ask_more(call, college, now)


def _ask_more(call: CoverCall, college: College, now: datetime) -> None:
    """Those whom nobody has asked for this session yet; when none is left, others may answer."""
    session = call.session
    before = {each.tutor_id for each in session.deliveries}
    found = ranked(substitutes(session, call.side, college), before)
    wave = found[: college.cover_wave_tutors]
    for each in wave:
        delivery = Delivery(
            tutor=db.session.get_one(Tutor, each.tutor_id),
            side=call.side,
            state=DeliveryState.ASKED,
            asked_at=now,
            asked_by_id=call.opened_by_id,
            answer_by=call.give_up_at,
            cover=call,
        )
        session.deliveries.append(delivery)
        db.session.flush()
        notices.cover_asked(delivery, now)
    call.waves += 1
    more = len(found) > len(wave)
    call.next_wave_at = (
        covering.next_wave_at(now, call.give_up_at, hours=college.cover_wave_hours)
        if more
        else None
    )
    if not wave and not _waiting(call):
        _give_up(call, now)


def _give_up(call: CoverCall, now: datetime) -> None:
    """Nobody came; who has not answered need not any more, and the office finds another way."""
    call.state, call.next_wave_at = CoverState.GIVEN_UP, None
    for delivery in _waiting(call):
        delivery.state, delivery.answered_at = DeliveryState.STOOD_DOWN, now
        notices.stood_down(delivery, now)
    audit.record(None, "found no cover for", call.session, fields=("state",), at=now)


def _waiting(call: CoverCall) -> list[Delivery]:
    return [
        each
        for each in call.session.deliveries
        if each.cover_id == call.id and each.state is DeliveryState.ASKED
    ]
