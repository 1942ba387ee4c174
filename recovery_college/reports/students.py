"""Students: people who held places, each of them counted once."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    nulls_last,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from recovery_college.clock import london_instant
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.reports.counts import Asked, has_begun, held_at_start, sum_where
from recovery_college.reports.models import StudentTally
from recovery_college.reports.people_added_up import changed
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import EVERYTHING, Filters
from recovery_college.reports.rules.counted import Students
from recovery_college.reports.tallies import KEYS, Group, counts_in
from recovery_college.scheduling.models import Run, Term, Venue
from recovery_college.scheduling.rules import RunState

Who = Sequence[ColumnElement[bool]]


def students_of(filters: Filters, now: datetime) -> Students:
    """Everybody who held a place, each of them once."""
    if filters.is_whole:
        here = StudentTally.term_id == filters.term
        parts = [each.where(here) for each in _kept(now)]
        rows = db.session.execute(union_all(*parts, _rest(None, filters, now)))
        return reduce(Students.and_others, (counts_in(Students, row) for row in rows))
    return counts_in(Students, db.session.execute(_students(None, filters, now)).one())


def students_by(by: By, filters: Filters, now: datetime) -> list[Group[Students]]:
    """Each once in a line, and in as many lines as they had places in."""
    if by is By.TERM and filters.is_whole:
        return _terms(filters, now)
    asked = _students(by, filters, now)
    place, key = asked.selected_columns["place"], asked.selected_columns["key"]
    rows = db.session.execute(asked.order_by(nulls_last(place), key))
    return [Group(row.key, row.name or "", counts_in(Students, row)) for row in rows]


def _terms(filters: Filters, now: datetime) -> list[Group[Students]]:
    """Of those that are added up, and of those that are not or not any more."""
    key, name, place = KEYS[By.TERM]
    here = StudentTally.term_id
    which = here.in_(filters.terms) if filters.term else here != EVERYTHING
    parts = [_rest(By.TERM, filters, now)]
    for each in _kept(now):
        kept = each.add_columns(here).where(which).group_by(here).subquery()
        columns = [column for column in kept.c if column.name != "term_id"]
        line = (key.label("key"), name.label("name"), place.label("place"))
        parts.append(select(*columns, *line).join(kept, kept.c.term_id == Term.id))
    found: dict[int, Group[Students]] = {}
    for row in sorted(db.session.execute(union_all(*parts)), key=lambda row: (row.place, row.key)):
        before = found.get(row.key, Group(row.key, row.name, Students()))
        among = before.tally.and_others(counts_in(Students, row))
        found[row.key] = Group(row.key, row.name, among)
    return [each for each in found.values() if each.tally.students]


def _kept(now: datetime) -> list[Asked]:
    """All that is added up, less what is not so any more: to look for each would take longer."""
    one = StudentTally
    every = _counted(one.__table__.c, one.is_new)
    gone = every.with_only_columns(*((-each).label(each.name) for each in every.selected_columns))
    gone = gone.where(one.person_id.in_(select(changed(now).c.person_id)))
    return [each.select_from(one).where(one.places > 0) for each in (every, gone)]


def _rest(by: By | None, filters: Filters, now: datetime) -> Asked:
    return _students(by, filters, now, Enrolment.person_id.in_(select(changed(now).c.person_id)))


def _students(by: By | None, filters: Filters, now: datetime, *who: ColumnElement[bool]) -> Asked:
    each = _each(by, filters, now, who)
    if by is By.TERM and not filters.term and not filters.since:
        first = _first_terms(now, who)
        asked = _counted(each.c, first.c.on >= each.c.began).select_from(each)
        asked = asked.join(first, first.c.person_id == each.c.person_id)
    elif filters.term and not (filters.beside or filters.since or filters.until):
        asked = _in_term(each, filters, by, now)
    else:
        asked = _counted(each.c, ~_came_before(each, filters, by, now)).select_from(each)
    if by is None:
        return asked
    line = (each.c.key, each.c.name, each.c.place)
    return asked.add_columns(*line).group_by(*line)


def _in_term(each: Subquery, filters: Filters, by: By | None, now: datetime) -> Asked:
    """Who is new to that term is kept of each; it is looked up of those who have changed."""
    kept, other = StudentTally, changed(now)
    known = and_(kept.person_id.is_not(None), other.c.person_id.is_(None))
    new = case((known, kept.is_new), else_=~_came_before(each, filters, by, now))
    here = and_(kept.person_id == each.c.person_id, kept.term_id == filters.term)
    asked = _counted(each.c, new).select_from(each).outerjoin(kept, here)
    return asked.outerjoin(other, other.c.person_id == each.c.person_id)


def _each(by: By | None, filters: Filters, now: datetime, who: Who) -> Subquery:
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
        .where(*who)
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


def _counted(each: Any, new: Any) -> Asked:
    columns = {
        "students": func.count(),
        "new": sum_where(new),
        "places": func.sum(each.places),
        "one": sum_where(each.courses == 1),
        "two": sum_where(each.courses == 2),
        "three": sum_where(each.courses == 3),
        "more": sum_where(each.courses > 3),
    }
    return select(*(column.label(name) for name, column in columns.items()))


def _first_terms(now: datetime, who: Who) -> Subquery:
    """Of everybody at once: for all terms that is quicker than to look for each."""
    return (
        select(Enrolment.person_id, func.min(Term.starts_on).label("on"))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Term, Run.term_id == Term.id)
        .where(Run.state == RunState.PUBLISHED, ~Run.drop_in, Run.starts_at <= now)
        .where(held_at_start(), Enrolment.person_id.is_not(None), *who)
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
