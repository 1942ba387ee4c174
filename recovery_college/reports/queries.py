"""What reports add up: one statement for each kind of row, whatever the college's size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from recovery_college.attendance.tally import SessionTally
from recovery_college.clock import london_instant
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Tally
from recovery_college.reports.rules.terms import Days
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState

MOST_CHOICES = 2_000


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


@dataclass(frozen=True)
class Group:
    """What is alike: the id or the value that the address names it by, and its name."""

    key: Any
    name: str
    tally: Tally


def tally_of(filters: Filters, now: datetime) -> Tally:
    """Of all sessions that are asked for, called off ones among them."""
    row = db.session.execute(_asked(filters, now)).one()
    return _tally(row)


def tallies_by(by: By, filters: Filters, now: datetime) -> list[Group]:
    """The same, told apart. Together they are the whole."""
    key, name, order = _KEYS[by]
    asked = _asked(filters, now).add_columns(key.label("key"), name.label("name"))
    for each in dict.fromkeys((key, name, order)):
        asked = asked.group_by(each)
    rows = db.session.execute(asked.order_by(order, key))
    return [Group(row.key, row.name or "", _tally(row)) for row in rows]


def _tally(row: Row[Any]) -> Tally:
    return Tally(**{name: getattr(row, name) or 0 for name in Tally.__dataclass_fields__})


def _asked(filters: Filters, now: datetime) -> Select[*tuple[Any, ...]]:
    ran = has_run(now)
    off = and_(Session.state == SessionState.CANCELLED, Session.starts_at <= now)
    one, taken = SessionTally, and_(ran, Session.taken)
    columns = {
        "ran": _sum(ran, literal(1)),
        "taken": _sum(taken, literal(1)),
        "cancelled": _sum(off, literal(1)),
        "paired": _sum(and_(ran, Session.paired), literal(1)),
        "both": _sum(and_(ran, one.lived > 0, one.professional > 0), literal(1)),
        "unrecorded": _sum(and_(ran, func.coalesce(one.tutors, 0) == 0), literal(1)),
        "lived_minutes": _sum(ran, one.lived * MINUTES),
        "professional_minutes": _sum(ran, one.professional * MINUTES),
        **{name: _sum(taken, getattr(one, name)) for name in MARKS},
    }
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(Session)
        .join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Room, Session.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .outerjoin(SessionTally, SessionTally.session_id == Session.id)
        .where(*in_report(filters))
    )


def has_run(now: datetime) -> ColumnElement[bool]:
    """Over, and not called off."""
    return and_(Session.state == SessionState.PLANNED, Session.ends_at <= now)


SECONDS = extract("epoch", Session.ends_at) - extract("epoch", Session.starts_at)
MINUTES = cast(SECONDS / 60, Integer)
MARKS = ("present", "late", "early", "told", "unheard")


def in_report(filters: Filters) -> list[ColumnElement[bool]]:
    """The sessions that a report looks at; a run that was never published has none."""
    found = [Session.kind == SessionKind.TEACHING, Run.state == RunState.PUBLISHED]
    asked: dict[InstrumentedAttribute[Any], object] = {
        Run.term_id: filters.term,
        Run.course_id: filters.course,
        Course.strand_id: filters.strand,
        Room.venue_id: filters.venue,
        Run.mode: filters.mode,
        Run.id: filters.run,
        Run.part: filters.part,
    }
    found += [column == value for column, value in asked.items() if value]
    if filters.weekday:
        found.append(Run.weekday == filters.weekday - 1)
    if filters.since:
        found.append(Session.starts_at >= london_instant(filters.since, time()))
    if filters.until:
        after = filters.until + timedelta(days=1)
        found.append(Session.starts_at < london_instant(after, time()))
    return found


def _sum(where: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.sum(case((where, value), else_=0))


Named = tuple[Any, Any, Any]  # the key, the name, and what they go by
_KEYS: dict[By, Named] = {
    By.TERM: (Term.id, Term.name, Term.starts_on),
    By.STRAND: (Strand.id, Strand.name, Strand.position),
    By.COURSE: (Course.id, Course.title, Course.title),
    By.VENUE: (Venue.id, Venue.name, Venue.name),
    By.MODE: (Run.mode, Run.mode, Run.mode),
    By.WEEKDAY: (Run.weekday, Run.weekday, Run.weekday),
    By.PART: (Run.part, Run.part, Run.part),
    By.RUN: (Run.id, Course.title, Run.starts_at),
}


def terms() -> list[Days]:
    """To choose from and to compare with, the newest first."""
    asked = select(Term.id, Term.name, Term.starts_on, Term.ends_on)
    rows = db.session.execute(asked.order_by(Term.starts_on.desc(), Term.id.desc()))
    return [Days(*row) for row in rows]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a report can be narrowed to: strands, courses and venues by name."""
    of: dict[str, type[Strand | Course | Venue]] = {
        "strand": Strand,
        "course": Course,
        "venue": Venue,
    }
    names = {Strand: Strand.name, Course: Course.title, Venue: Venue.name}
    return {
        kind: [
            (str(row[0]), row[1])
            for row in db.session.execute(
                select(table.id, names[table]).order_by(names[table]).limit(MOST_CHOICES)
            )
        ]
        for kind, table in of.items()
    }


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
