"""The invented college's registers: how the past sessions of its running term went.

Its workbook has marks up to last week. What is missing is invented here, and so is who taught,
which no workbook says. The shares are always the same, so that its reports are too.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Row, Select, exists, insert, select, update

from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Delivery, Run, Session, Term
from recovery_college.scheduling.rules import DeliveryState, SessionKind
from recovery_college.tutors.models import Tutor

HUNDRED = 100
STRIDE = 37  # goes through a whole hundred, so that no session is like the one before it
CAME = (MarkState.PRESENT,) * 58 + (MarkState.LATE,) * 5 + (MarkState.EARLY,) * 3
WENT = (*CAME, *(MarkState.TOLD,) * 16, *(MarkState.UNHEARD,) * 18)
TOGETHER = 91  # of a hundred sessions, those that both of the pair taught
NOW_AND_THEN = 15  # one session in so many, somebody of the pair comes late

Values = dict[str, Any]


def take_registers(now: datetime, today: date, alone_reasons: Sequence[str]) -> None:
    """Of every session of the running term that is over."""
    sessions = _sessions(now, today)
    pairs = _pairs([each.id for each in sessions])
    tutors: list[Values] = []
    alone: list[Values] = []
    by: dict[int, int] = {}
    for turn, session in enumerate(sessions):
        pair = pairs.get(session.id, [])
        states = _taught(turn, len(pair))
        there = [half for half, state in zip(pair, states, strict=True) if state != TutorState.AWAY]
        by.update((session.id, half.person_id) for half in there[:1])
        for half, state in zip(pair, states, strict=True):
            of = {"tutor_id": half.tutor_id, "side": half.side, "state": state}
            tutors.append(of | _kept(session, by))
        if len(there) < len(pair):
            reason = alone_reasons[turn % len(alone_reasons)]
            alone.append({"id": session.id, "alone_reason": reason})
    marks = [
        {"run_id": session.run_id, "enrolment_id": place, "state": state} | _kept(session, by)
        for session, place, state in _marks(sessions)
    ]
    for table, rows in ((TutorMark, tutors), (Mark, marks)):
        if rows:
            db.session.execute(insert(table), rows)
    if alone:
        db.session.execute(update(Session), alone)
    if sessions:
        taken = [{"id": each.id, "taken": True} for each in sessions]
        db.session.execute(update(Session), taken)


def _sessions(now: datetime, today: date) -> Sequence[Row[Any]]:
    over: Select[*tuple[Any, ...]] = (
        select(Session.id, Session.run_id, Session.ends_at)
        .join(Run, Session.run_id == Run.id)
        .join(Term, Run.term_id == Term.id)
        .where(Term.starts_on <= today, Term.ends_on >= today)
        .where(Session.kind == SessionKind.TEACHING, Session.live, Session.ends_at <= now)
        .order_by(Session.starts_at, Session.id)
    )
    return db.session.execute(over).all()


def _pairs(sessions: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """Who has said yes to each."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    asked: Select[*tuple[Any, ...]] = (
        select(Delivery.session_id, Delivery.tutor_id, Delivery.side, Tutor.person_id)
        .join(Tutor, Delivery.tutor_id == Tutor.id)
        .where(Delivery.session_id.in_(sessions), Delivery.state == DeliveryState.ACCEPTED)
        .where(~Delivery.shadowing)
        .order_by(Delivery.id)
    )
    for row in db.session.execute(asked):
        found[row.session_id].append(row)
    return found


def _taught(turn: int, many: int) -> list[TutorState]:
    """Of a pair, the two take turns at being away."""
    states = [TutorState.PRESENT] * many
    place = turn * STRIDE % HUNDRED
    if many > 1 and place >= TOGETHER:
        states[place % many] = TutorState.AWAY
    elif many and turn % NOW_AND_THEN == 0:
        states[-1] = TutorState.LATE
    return states


def _marks(sessions: Sequence[Row[Any]]) -> list[tuple[Row[Any], int, MarkState]]:
    """Those that the workbook has not got."""
    there = exists().where(Mark.enrolment_id == Enrolment.id, Mark.session_id == Session.id)
    rows = db.session.execute(
        select(Session.id, Enrolment.id.label("place"))
        .join(Enrolment, Enrolment.run_id == Session.run_id)
        .where(Session.id.in_([each.id for each in sessions]), ~there)
        .where(Enrolment.state == State.CONFIRMED)
        .order_by(Session.starts_at, Session.id, Enrolment.id)
    )
    by_id, turns = {each.id: each for each in sessions}, count()
    return [(by_id[row.id], row.place, WENT[next(turns) * STRIDE % HUNDRED]) for row in rows]


def _kept(session: Row[Any], by: dict[int, int]) -> Values:
    """By one of the two, as it ended."""
    at = session.ends_at
    return {
        "session_id": session.id,
        "marked_at": at,
        "kept_at": at,
        "by_id": by.get(session.id),
    }
