"""What tutors did on runs that are over, added up: it stands and goes with its `RunTally`.

Who was asked, who was looked for, who taught, and why a session was without both: each is also the
query that counts it of whatever it is told apart by.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import TutorMark
from recovery_college.attendance.rules import TEACHING
from recovery_college.attendance.tally import SessionTally
from recovery_college.database import Model
from recovery_college.reports.counts import Asked, sum_where
from recovery_college.reports.queries import MINUTES, has_run
from recovery_college.reports.tallies import Ids
from recovery_college.scheduling.models import CoverCall, Delivery, Run, Session
from recovery_college.scheduling.rules import CoverState, DeliveryState, SessionKind

YES = (DeliveryState.ACCEPTED, DeliveryState.STEPPED_BACK, DeliveryState.COVERED)
REQUESTS = ("yes", "no", "taken_back", "in_time", "unanswered")
SEARCHES = ("found", "not_found", "going_on", "not_needed")
LOADS = tuple(f"{side.value}_{what}" for side in Side for what in ("sessions", "minutes"))

REASON = Session.alone_reason.label("reason")
ALONE = (Session.id.label("session_id"), Session.starts_at, REASON)


class RunSide(Model):
    """How one side of a run was asked and looked for, under the names of `Requests` and `Searches`.

    Of a run that is over no request is `in_time` any more.
    """

    __tablename__ = "run_side"
    __table_args__ = (Index("ix_run_side_term", "term_id", "side", *REQUESTS, *SEARCHES),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("run_tally.run_id", ondelete="CASCADE"), primary_key=True
    )
    side: Mapped[Side] = mapped_column(primary_key=True)
    term_id: Mapped[int]
    yes: Mapped[int]
    no: Mapped[int]
    taken_back: Mapped[int]
    in_time: Mapped[int]
    unanswered: Mapped[int]
    found: Mapped[int]
    not_found: Mapped[int]
    going_on: Mapped[int]
    not_needed: Mapped[int]


class RunLoad(Model):
    """What one tutor taught of a run, as registers mark it."""

    __tablename__ = "run_load"
    __table_args__ = (Index("ix_run_load_term", "term_id", "tutor_id", *LOADS),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("run_tally.run_id", ondelete="CASCADE"), primary_key=True
    )
    tutor_id: Mapped[int] = mapped_column(ForeignKey("tutor.id"), primary_key=True, index=True)
    term_id: Mapped[int]
    lived_sessions: Mapped[int]
    lived_minutes: Mapped[int]
    professional_sessions: Mapped[int]
    professional_minutes: Mapped[int]


class RunAlone(Model):
    """A session of a run that was without both tutors, and why; "" is that nobody has said."""

    __tablename__ = "run_alone"
    __table_args__ = (Index("ix_run_alone_term", "term_id", "starts_at", "session_id", "reason"),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("run_tally.run_id", ondelete="CASCADE"), primary_key=True
    )
    session_id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int]
    starts_at: Mapped[datetime]
    reason: Mapped[str]


Kept = type[RunSide] | type[RunLoad] | type[RunAlone]


def names_of(table: Kept) -> tuple[str, ...]:
    return tuple(each.name for each in table.__table__.columns)


def sums_of_tutors(run_ids: Ids, now: datetime) -> Mapping[Kept, Asked]:
    """Of each table its rows, in the order of its columns."""
    keys = (Run.id.label("run_id"), Run.term_id.label("term_id"))
    counted: dict[Kept, Asked] = {
        RunSide: asked_and_looked_for(now, *keys, run_ids=run_ids),
        RunLoad: taught(now, *keys).where(Run.id.in_(run_ids)),
        RunAlone: alone(now, *keys, *ALONE).where(Run.id.in_(run_ids)),
    }
    return {table: _in_order(of, table) for table, of in counted.items()}


def _in_order(counted: Asked, table: Kept) -> Asked:
    rows = counted.subquery().c
    return select(*(rows[name] for name in names_of(table)))


def asked_and_looked_for(now: datetime, *keys: Any, run_ids: Ids) -> Asked:
    """By side."""
    parts = [part.where(Run.id.in_(run_ids)) for part in sides(now, *keys)]
    rows = union_all(*parts).subquery().c
    same = [rows[key.name] for key in keys]
    sums = [func.sum(rows[name]).label(name) for name in (*REQUESTS, *SEARCHES)]
    return select(*same, rows.side, *sums).group_by(*same, rows.side)


def sides(now: datetime, *keys: Any) -> list[Asked]:
    """Requests, and searches, by side. Who only learns there is not counted."""
    asked = Delivery.state == DeliveryState.ASKED
    late = or_(Delivery.answer_by <= now, Delivery.starts_at <= now)
    requests = {
        "yes": Delivery.state.in_(YES),
        "no": Delivery.state == DeliveryState.DECLINED,
        "taken_back": Delivery.state == DeliveryState.STOOD_DOWN,
        "in_time": and_(asked, case((late, False), else_=True)),
        "unanswered": and_(asked, late),
    }
    searches = {
        "found": CoverCall.state == CoverState.FILLED,
        "not_found": CoverCall.state == CoverState.GIVEN_UP,
        "going_on": CoverCall.state == CoverState.OPEN,
        "not_needed": CoverCall.state == CoverState.CLOSED,
    }
    whose = Delivery.asked_at.is_not(None), ~Delivery.shadowing
    return [
        _by_side(Delivery, requests, keys).where(*whose),
        _by_side(CoverCall, searches, keys),
    ]


def _by_side(
    table: type[Delivery | CoverCall], which: Mapping[str, ColumnElement[bool]], keys: Sequence[Any]
) -> Asked:
    counted = [
        (sum_where(which[name]) if name in which else literal(0)).label(name)
        for name in (*REQUESTS, *SEARCHES)
    ]
    asked: Any = select(*keys, table.side, *counted).join(Session, table.session_id == Session.id)
    return _of_runs(asked).group_by(*keys, table.side)


def taught(now: datetime, *keys: Any) -> Asked:
    """By tutor. Together their time is that of the sessions."""
    values = {"sessions": 1, "minutes": MINUTES}
    sums = [
        sum_where(TutorMark.side == side, value).label(f"{side.value}_{what}")
        for side in Side
        for what, value in values.items()
    ]
    asked: Any = (
        select(*keys, TutorMark.tutor_id, *sums)
        .join(Session, TutorMark.session_id == Session.id)
        .where(TutorMark.stands, TutorMark.state.in_(TEACHING), has_run(now))
    )
    return _of_runs(asked).group_by(*keys, TutorMark.tutor_id)


def alone(now: datetime, *columns: Any) -> Asked:
    """Sessions that were promised to one side alone, or are marked as taught by one alone."""
    one, asked = SessionTally, select(*columns).select_from(Session)
    marked_alone = and_(one.tutors > 0, or_(one.lived == 0, one.professional == 0))
    beside = asked.outerjoin(one, one.session_id == Session.id)
    return _of_runs(beside.where(has_run(now), or_(~Session.paired, marked_alone)))


def _of_runs(asked: Select[Any]) -> Select[Any]:
    run = asked.join(Run, Session.run_id == Run.id)
    return run.where(Session.kind == SessionKind.TEACHING)
