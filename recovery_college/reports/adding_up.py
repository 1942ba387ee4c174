"""Runs that are over with the sums of their sessions and places, as `RunTally` keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, and_, exists, func, literal, or_, select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.reports import counts
from recovery_college.reports.models import RunTally
from recovery_college.reports.needs_counted import ENDS, ended
from recovery_college.reports.rules.counted import Places
from recovery_college.reports.tallies import NAMES, Ids, sums_of_sessions
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import RunState, SessionKind

TEACHING = Session.kind == SessionKind.TEACHING
COLUMNS = tuple(each.name for each in RunTally.__table__.columns)


def runs_to_add_up(over: datetime, percent: int, *, most: int) -> Sequence[int]:
    """Those that were over by then, and are not added up, or for another percent.

    A session that was called off may still be to come: it counts from when it would have begun.
    """
    missing = or_(RunTally.open_needs.is_(None), RunTally.percent != percent)
    to_come = exists().where(Session.run_id == Run.id, Session.starts_at > over, TEACHING)
    asked = (
        select(Run.id)
        .outerjoin(RunTally, RunTally.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED, Run.ends_at <= over, missing, ~to_come)
    )
    return db.session.scalars(asked.order_by(Run.id).limit(most)).all()


def sums_of_runs(run_ids: Ids, now: datetime, percent: int) -> Select[*tuple[Any, ...]]:
    """In the order of `COLUMNS`."""
    sessions = sums_of_sessions(run_ids, now).subquery()
    places = _places(run_ids, now, percent, sessions)
    kept = [name for name in Places.__dataclass_fields__ if name in places.c]
    columns: dict[str, Any] = {
        "run_id": Run.id,
        "term_id": Run.term_id,
        "percent": literal(percent),
        "capacity": func.coalesce(counts.ROOM, 0),
        **{name: sessions.c[name] for name in NAMES},
        **{name: func.coalesce(places.c[name], 0) for name in (*kept, "completed", *ENDS)},
    }
    return (
        select(*(columns[name].label(name) for name in COLUMNS))
        .join(sessions, sessions.c.run_id == Run.id)
        .outerjoin(places, places.c.run_id == Run.id)
        .where(Run.state == RunState.PUBLISHED)
    )


def _places(run_ids: Ids, now: datetime, percent: int, sessions: Subquery) -> Subquery:
    came = counts.came_to(Run.id.in_(run_ids))
    enough = counts.enough(came, percent, sessions)
    completed = counts.sum_where(and_(counts.held_at_start(), enough, sessions.c.taken > 0))
    return (
        select(Enrolment.run_id, *counts.counted_places(), completed.label("completed"))
        .add_columns(*ended(now))
        .join(Run, Enrolment.run_id == Run.id)
        .outerjoin(Person, Enrolment.person_id == Person.id)
        .outerjoin(Adjustment, Adjustment.enrolment_id == Enrolment.id)
        .join(sessions, sessions.c.run_id == Run.id)
        .outerjoin(came, came.c.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id.in_(run_ids))
        .group_by(Enrolment.run_id)
        .subquery()
    )
