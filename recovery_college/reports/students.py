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
    each = _each(by, filters, now)
    if by is By.TERM and not filters.term and not filters.since:
        first = _first_terms(now)
        asked = _counted(each, first.c.on >= each.c.began).select_from(each)
        asked = asked.join(first, first.c.person_id == each.c.person_id)
    else:
        asked = _counted(each, ~_came_before(each, filters, by, now)).select_from(each)
    if by is None:
        return asked
    line = (each.c.key, each.c.name, each.c.place)
    return (
        asked.add_columns(*line[:2]).group_by(*line).order_by(nulls_last(each.c.place), each.c.key)
    )


def _each(by: By | None, filters: Filters, now: datetime) -> Subquery:
    """Everybody once in a line: first by course, for counting those together would sort them."""
    key, name, order = KEYS[by] if by else (literal(0), literal(""), literal(0))
    of_course = (
        select(Enrolment.person_id, key.label("key"), name.label("name"), order.label("place"))
        .add_columns(func.max(Term.starts_on).label("began"), func.count().label("places"))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
        .where(held_at_start(), Enrolment.person_id.is_not(None), *has_begun(filters, now))
        .group_by(Enrolment.person_id, Run.course_id)
        .group_by(*(dict.fromkeys((key, name, order)) if by else ()))
        .subquery()
    )
    one = of_course.c
    alike = (one.person_id, one.key, one.name, one.place)
    return (
        select(*alike, func.max(one.began).label("began"))
        .add_columns(func.sum(one.places).label("places"), func.count().label("courses"))
        .group_by(*alike)
        .subquery()
    )


def _counted(each: Subquery, new: ColumnElement[bool]) -> Asked:
    columns = {
        "students": func.count(),
        "new": sum_where(new),
        "places": func.sum(each.c.places),
        "one": sum_where(each.c.courses == 1),
        "two": sum_where(each.c.courses == 2),
        "three": sum_where(each.c.courses == 3),
        "more": sum_where(each.c.courses > 3),
    }
    return select(*(column.label(name) for name, column in columns.items()))


def _first_terms(now: datetime) -> Subquery:
    """Of everybody at once: for all terms that is quicker than to look for each."""
    return (
        select(Enrolment.person_id, func.min(Term.starts_on).label("on"))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Term, Run.term_id == Term.id)
        .where(Run.state == RunState.PUBLISHED, ~Run.drop_in, Run.starts_at <= now)
        .where(held_at_start(), Enrolment.person_id.is_not(None))
        .group_by(Enrolment.person_id)
        .subquery()
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
