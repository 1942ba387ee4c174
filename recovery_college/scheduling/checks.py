"""What must always be true of runs and sessions. Each check gives the rows that break it."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionKind, SessionState
from recovery_college.scheduling.rules.timetable import Span, Timetable, timetable
from recovery_college.tutors.models import TutorSide


def _rooms_twice() -> list[str]:
    return _twice(Session, Session.room_id, Session.live & Session.room_exclusive)


def _tutors_twice() -> list[str]:
    accepted = Delivery.state == DeliveryState.ACCEPTED
    return _twice(Delivery, Delivery.tutor_id, Delivery.live & accepted)


def _twice(table: Any, same: Any, holds: ColumnElement[bool]) -> list[str]:
    """Rows that begin before another with the same `same`, which began earlier, has ended.

    One pass in order of time: comparing all with all would take hours on a large college.
    """
    latest = func.max(table.ends_at).over(
        partition_by=same, order_by=(table.starts_at, table.id), rows=(None, -1)
    )
    rows = select(table.id, table.starts_at, latest.label("latest")).where(holds).subquery()
    clashing = select(rows.c.id).where(rows.c.starts_at < rows.c.latest).order_by(rows.c.id)
    return [f"{table.__tablename__}:{id}" for id in db.session.scalars(clashing)]


def _unpaired() -> list[str]:
    sides = select(func.count(Delivery.side.distinct())).where(
        Delivery.session_id == Session.id,
        Delivery.state == DeliveryState.ACCEPTED,
        Delivery.shadowing.is_(False),
    )
    lacking = (
        select(Session.id)
        .join(Run)
        .where(
            Run.state == RunState.PUBLISHED,
            Run.starts_at > clock.now(),
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Session.pair_by_on.is_(None),
            sides.scalar_subquery() < len(Side),
        )
    )
    return [f"session:{id}" for id in db.session.scalars(lacking.order_by(Session.id))]


def _on_another_side() -> list[str]:
    """Of sessions to come: who taught on a side once may have left it since."""
    brought = select(TutorSide.side).where(TutorSide.tutor_id == Delivery.tutor_id)
    lacking = (
        select(Delivery.id)
        .join(Session, Delivery.session_id == Session.id)
        .where(
            Session.state == SessionState.PLANNED,
            Session.starts_at > clock.now(),
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.side.not_in(brought),
        )
    )
    return [f"delivery:{id}" for id in db.session.scalars(lacking.order_by(Delivery.id))]


def _too_many() -> list[str]:
    promising = (
        select(Run.id)
        .join(Session)
        .join(Room, Session.room_id == Room.id)
        .where(
            Run.state != RunState.CANCELLED,
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Run.capacity > Room.places,
        )
    )
    return [f"run:{id}" for id in db.session.scalars(promising.distinct().order_by(Run.id))]


def _wrongly_paired() -> list[str]:
    sides = (
        select(func.count(Delivery.side.distinct()))
        .where(
            Delivery.session_id == Session.id,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.shadowing.is_(False),
        )
        .scalar_subquery()
    )
    wrong = select(Session.id).where(Session.paired != (sides == len(Side)))
    return [f"session:{id}" for id in db.session.scalars(wrong.order_by(Session.id))]


class Line(NamedTuple):
    """A run's timetable and where it meets."""

    timetable: Timetable
    venue_id: int | None


def _out_of_step() -> list[str]:
    made = {id: _line(list(rows)) for id, rows in groupby(_planned(), attrgetter("run_id"))}
    nothing = _line([])
    return [f"run:{id}" for id, kept in _kept() if kept != made.get(id, nothing)]


def _planned() -> Iterator[Row[Any]]:
    sessions = (
        select(Session.run_id, Session.starts_at, Session.ends_at, Room.venue_id)
        .join(Room, Session.room_id == Room.id, isouter=True)
        .where(Session.state != SessionState.CANCELLED, Session.kind == SessionKind.TEACHING)
        .order_by(Session.run_id, Session.starts_at)
    )
    return iter(db.session.execute(sessions))


def _line(sessions: list[Row[Any]]) -> Line:
    venues = [row.venue_id for row in sessions if row.venue_id is not None]
    spans = (Span(row.starts_at, row.ends_at) for row in sessions)
    return Line(timetable(spans), venues[0] if venues else None)


def _kept() -> Iterator[tuple[int, Line]]:
    kept = (Run.starts_at, Run.ends_at, Run.weekday, Run.part, Run.regular, Run.session_count)
    for row in db.session.execute(select(Run.id, Run.venue_id, *kept).order_by(Run.id)):
        yield row[0], Line(Timetable(*row[2:]), row[1])


CHECKS = {
    "No room is in two sessions at once": _rooms_twice,
    "No tutor is in two sessions at once": _tutors_twice,
    "Every session of a published run that has yet to begin has its pair, or a date for it": (
        _unpaired
    ),
    "Every session that counts as paired has both sides": _wrongly_paired,
    "Every accepted tutor of a session to come teaches on a side they bring": _on_another_side,
    "No run promises more places than its room holds": _too_many,
    "Every run's line in the prospectus says what its sessions say": _out_of_step,
}
