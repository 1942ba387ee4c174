"""What reports add up: one statement for each kind of row, whatever the college's size."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    cast,
    extract,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from recovery_college.attendance.tally import SessionTally
from recovery_college.clock import london_instant
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.reports.models import Budget, SavedReturn
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.terms import Days
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState

MOST_CHOICES = 2_000
MOST_RETURNS = 50


class By(StrEnum):
    """By what the sessions of a report are told apart."""

    TERM = "term"
    STRAND = "strand"
    COURSE = "course"
    VENUE = "venue"
    MODE = "mode"
    WEEKDAY = "weekday"
    PART = "part"
    RUN = "run"


def has_run(now: datetime) -> ColumnElement[bool]:
    """Over, and not called off."""
    return and_(Session.state == SessionState.PLANNED, Session.ends_at <= now)


SECONDS = extract("epoch", Session.ends_at) - extract("epoch", Session.starts_at)
MINUTES = cast(SECONDS / 60, Integer)
MARKS = ("present", "late", "early", "told", "unheard")


def in_report(filters: Filters) -> list[ColumnElement[bool]]:
    """The sessions that a report looks at."""
    teaching = Session.kind == SessionKind.TEACHING
    return [teaching, *of_runs(filters), *on_days(filters, Session.starts_at)]


def on_days(filters: Filters, begins: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
    """What begins on a day that is asked for, the first and the last among them."""
    found = []
    if filters.since:
        found.append(begins >= london_instant(filters.since, time()))
    if filters.until:
        found.append(begins < london_instant(filters.until + timedelta(days=1), time()))
    return found


def of_runs(filters: Filters) -> list[ColumnElement[bool]]:
    """The runs whose sessions it looks at: none that was never published."""
    asked: dict[InstrumentedAttribute[Any], object] = {
        Run.course_id: filters.course,
        Course.strand_id: filters.strand,
        Run.venue_id: filters.venue,
        Run.mode: filters.mode,
        Run.id: filters.run,
        Run.part: filters.part,
    }
    found = [column == value for column, value in asked.items() if value]
    if filters.term:
        found.append(Run.term_id.in_(filters.terms))
    if filters.weekday:
        found.append(Run.weekday == filters.weekday - 1)
    return [Run.state == RunState.PUBLISHED, *found]


def terms() -> list[Days]:
    """To choose from and to compare with, the newest first."""
    asked = select(Term.id, Term.name, Term.starts_on, Term.ends_on)
    rows = db.session.execute(asked.order_by(Term.starts_on.desc(), Term.id.desc()))
    return [Days(*row) for row in rows]


def budgets() -> Sequence[Row[*tuple[Any, ...]]]:
    """Of each term that has one: its name, the money, what it is for. The newest first."""
    asked = select(Term.name, Budget.pence, Budget.words).join(Term, Budget.term_id == Term.id)
    return db.session.execute(asked.order_by(Term.starts_on.desc(), Term.id.desc())).all()


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a report can be narrowed to: strands, courses and venues by name."""
    of: dict[str, tuple[Any, Any]] = {
        "strand": (Strand.id, Strand.name),
        "course": (Course.id, Course.title),
        "venue": (Venue.id, Venue.name),
    }
    parts = [
        select(literal(kind).label("kind"), id_.label("id"), name.label("name"))
        .order_by(name)
        .limit(MOST_CHOICES)
        .subquery()
        for kind, (id_, name) in of.items()
    ]
    every = union_all(*(select(part) for part in parts)).subquery()
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in of}
    for row in db.session.execute(select(every).order_by(every.c.name)):
        found[row.kind].append((str(row.id), row.name))
    return found


def count_sessions(filters: Filters, now: datetime) -> int:
    asked = _sessions(filters, now).with_only_columns(func.count(Session.id))
    return db.session.scalars(asked).one()


def page_of_sessions(
    filters: Filters, now: datetime, *, first: int, size: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that ran, the newest first, with what their registers say."""
    asked = _sessions(filters, now).order_by(Session.starts_at.desc(), Session.id.desc())
    return db.session.execute(asked.offset(first).limit(size)).all()


def _sessions(filters: Filters, now: datetime) -> Select[*tuple[Any, ...]]:
    one = SessionTally
    return (
        select(Session.id, Session.starts_at, Session.ends_at, Session.taken, Session.paired)
        .add_columns(Session.alone_reason, Course.title, Venue.name.label("venue"))
        .add_columns(*(func.coalesce(getattr(one, name), 0).label(name) for name in MARKS))
        .add_columns(one.lived, one.professional, func.coalesce(one.tutors, 0).label("tutors"))
        .select_from(Session)
        .join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .outerjoin(SessionTally, SessionTally.session_id == Session.id)
        .where(*in_report(filters))
        .where(has_run(now))
    )


def saved_returns() -> Sequence[Row[*tuple[Any, ...]]]:
    """The newest first, without what they say."""
    asked = select(SavedReturn.id, SavedReturn.period, SavedReturn.made_at)
    newest = asked.order_by(SavedReturn.made_at.desc(), SavedReturn.id.desc())
    return db.session.execute(newest.limit(MOST_RETURNS)).all()


def saved_return(return_id: int) -> SavedReturn:
    found = db.session.get(SavedReturn, return_id)
    if found is None:
        raise NotFound
    return found
