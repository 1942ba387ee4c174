"""Students: people who held places, each of them counted once."""

from datetime import datetime, time

from sqlalchemy import (
    ColumnElement,
    Subquery,
    exists,
    false,
    func,
    literal,
    nulls_last,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from recovery_college.clock import london_instant
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.reports.counts import Asked, has_begun, held_at_start, sum_where
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Students
from recovery_college.reports.tallies import KEYS, Group, counts_in
from recovery_college.scheduling.models import Run, Term, Venue
from recovery_college.scheduling.rules import RunState


def students_of(filters: Filters, now: datetime) -> Students:
    """Everybody who held a place, each of them once."""
    return counts_in(Students, db.session.execute(_students(None, filters, now)).one())


def students_by(by: By, filters: Filters, now: datetime) -> list[Group[Students]]:
    """Each once in a line, and in as many lines as they had places in."""
    rows = db.session.execute(_students(by, filters, now))
    return [Group(row.key, row.name or "", counts_in(Students, row)) for row in rows]


def _students(by: By | None, filters: Filters, now: datetime) -> Asked:
    key, name, order = KEYS[by] if by else (literal(0), literal(""), literal(0))
    named = (key.label("key"), name.label("name"), order.label("place"))
    each = (
        select(Enrolment.person_id, *named, func.max(Term.starts_on).label("began"))
        .add_columns(func.count().label("places"))
        .add_columns(func.count(Run.course_id.distinct()).label("courses"))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
        .where(held_at_start(), Enrolment.person_id.is_not(None), *has_begun(filters, now))
        .group_by(Enrolment.person_id, *(dict.fromkeys((key, name, order)) if by else ()))
        .subquery()
    )
    columns = {
        "students": func.count(),
        "new": sum_where(~_came_before(each, filters, by, now)),
        "places": func.sum(each.c.places),
        "one": sum_where(each.c.courses == 1),
        "two": sum_where(each.c.courses == 2),
        "three": sum_where(each.c.courses == 3),
        "more": sum_where(each.c.courses > 3),
    }
    asked: Asked = select(*(column.label(name) for name, column in columns.items()))
    if by is None:
        return asked.select_from(each)
    line = (each.c.key, each.c.name, each.c.place)
    return (
        asked.add_columns(*line[:2]).group_by(*line).order_by(nulls_last(each.c.place), each.c.key)
    )


def _came_before(
    each: Subquery, filters: Filters, by: By | None, now: datetime
) -> ColumnElement[bool]:
    """Whether they had held a place before the time that is looked at; a term has its own."""
    place, run, term = aliased(Enrolment), aliased(Run), aliased(Term)
    before = []
    if filters.term or by is By.TERM:
        before.append(term.starts_on < each.c.began)
    if filters.since:
        before.append(run.starts_at < london_instant(filters.since, time()))
    if not before:
        return false()
    return (
        exists()
        .where(place.person_id == each.c.person_id, place.run_id == run.id)
        .where(run.term_id == term.id, run.state == RunState.PUBLISHED, ~run.drop_in)
        .where(run.starts_at <= now, held_at_start(place, run), or_(*before))
    )
