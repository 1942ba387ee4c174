"""The list's statements, one for each shape of question; the answers to it are parameters.

Building a statement costs more than the database takes to answer it, so each is built once.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    false,
    func,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import aliased

from recovery_college.accounts.models import Person
from recovery_college.courses import search
from recovery_college.courses.models import Course, CourseTheme
from recovery_college.database import Instant
from recovery_college.prospectus.on_show import (
    COURSE_ON_SHOW,
    Runs,
    of_course_on_show,
    to_everybody,
)
from recovery_college.prospectus.places import has_places, places_left
from recovery_college.prospectus.rules import PAGE_SIZE
from recovery_college.scheduling.models import Delivery, Run, Session, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.tutors.models import Tutor

Statement = Select[*tuple[Any, ...]]

NOW = bindparam("now", type_=Instant())
MOST_DATELESS = 60
UNIT, RECORD = "\x1f", "\x1e"  # ASCII's own separators, which nobody has in a name
OF_RUN = (
    Run.id,
    Run.starts_at,
    Run.ends_at,
    Run.session_count,
    Run.regular,
    Run.drop_in,
)
FRAME = text("""
SELECT 'setting' AS kind, 0 AS id, key AS slug, value AS name, '' AS look, 0 AS place FROM setting
UNION ALL SELECT 'strand', id, slug, name, look, position FROM strand
WHERE EXISTS (SELECT 1 FROM course WHERE strand_id = strand.id AND state = 'published')
UNION ALL SELECT 'venue', id, slug, name, '', row_number() OVER (ORDER BY name) FROM venue
WHERE EXISTS (SELECT 1 FROM run WHERE venue_id = venue.id AND starts_at > :now
AND state = 'published' AND visibility = 'public')
UNION ALL SELECT 'term', id, slug, name, '', row_number() OVER (ORDER BY starts_on) FROM term
WHERE public_at <= :now AND ends_on >= :today
ORDER BY 1, 6
""").bindparams(bindparam("now", type_=Instant()), bindparam("today", type_=Date()))


@dataclass(frozen=True)
class Shape:
    """What kind of question is asked, which decides the statement."""

    asked: frozenset[str]
    strands: bool
    dialect: str


@lru_cache(maxsize=512)
def cards(shape: Shape) -> Statement:
    """A page of courses by their next run that fits, with how many runs fit, and courses too."""
    page, others = _page(shape), aliased(Run)
    runs = select(func.count()).where(others.course_id == Run.course_id, *_fits(others, shape))
    of_course = (Course.title, Course.slug, Course.summary, Course.strand_id)
    of_venue = (Venue.name.label("venue"), Venue.address, Venue.online)
    return (
        select(page.c.total, runs.scalar_subquery().label("runs"), _tutors().label("tutors"))
        .add_columns(*OF_RUN, places_left(Run).label("places"), *of_course, *of_venue)
        .join_from(page, Run, Run.id == page.c.id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Venue, Venue.id == Run.venue_id)
        .order_by(*_order(page.c))
    )


def _tutors() -> ScalarSelect[str]:
    """Who has accepted to teach in the run, in one text: a statement of their own costs more."""
    side, shown_as = type_coerce(Delivery.side, String), type_coerce(Tutor.shown_as, String)
    wish = side.concat(UNIT).concat(shown_as).concat(UNIT).concat(Person.name)
    return (
        select(func.aggregate_strings(wish, RECORD))
        .join_from(Session, Delivery)
        .join(Tutor)
        .join(Person)
        .where(
            Session.run_id == Run.id,
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.shadowing.is_(False),
        )
        .scalar_subquery()
    )


def _page(shape: Shape) -> Subquery:
    """The runs of this page, and how many courses there are, counted no further than needed."""
    found = _found(shape).limit(bindparam("counted")).subquery()
    return (
        select(found, func.count().over().label("total"))
        .order_by(*_order(found.c))
        .limit(PAGE_SIZE)
        .offset(bindparam("first"))
        .subquery()
    )


def _found(shape: Shape) -> Statement:
    """Each course's next run that fits.

    A question about courses goes from the few courses to their runs; any other walks the
    runs by date and stops as soon as it has enough.
    """
    found = select(Run.id, Run.starts_at)
    if shape.asked & {"strand", "theme", "question"}:
        found = found.join_from(Course, Run, Run.id == _next_run(Course.id, shape))
        found = found.where(COURSE_ON_SHOW, *_is_about(shape))
    else:
        # PostgreSQL takes "id = (…)" for one row in all, and then plans as if there were but one.
        is_next = func.coalesce(Run.id == _next_run(Run.course_id, shape), false())
        found = found.where(*_fits(Run, shape), of_course_on_show(Run), is_next)
    if "title" in shape.asked:
        found = found.add_columns(search.answers("title").label("titled"))
    return found.order_by(*_order(found.selected_columns))


def _next_run(course_id: Any, shape: Shape) -> ScalarSelect[int]:
    run = aliased(Run)
    of_course = select(run.id).where(run.course_id == course_id, *_fits(run, shape))
    return of_course.order_by(run.starts_at, run.id).limit(1).scalar_subquery()


def _order(columns: Any) -> list[ColumnElement[Any]]:
    """Title before text, then the next to begin."""
    by_date = [columns.starts_at, columns.id]
    return [columns.titled.desc(), *by_date] if "titled" in columns else by_date


def _is_about(shape: Shape) -> list[ColumnElement[bool]]:
    """What is asked of the course."""
    themed = select(CourseTheme.course_id).where(CourseTheme.theme == bindparam("theme"))
    asked = {
        "strand": Course.strand_id == bindparam("strand"),
        "theme": Course.id.in_(themed),
        "question": _is_worded(shape) if "question" in shape.asked else None,
    }
    return [each for key, each in asked.items() if key in shape.asked and each is not None]


def _is_worded(shape: Shape) -> ColumnElement[bool]:
    """The words are in the course, or in the name of its strand."""
    answers = search.answers("question")
    if shape.strands:
        return or_(answers, Course.strand_id.in_(bindparam("strands", expanding=True)))
    return answers


def _fits(run: Runs, shape: Shape) -> list[ColumnElement[bool]]:
    """What is asked of the run: for everybody, and as the visitor wants it."""
    # SQLite would leave the index that gives the order for the one on terms.
    term = run.term_id + 0 if shape.dialect == "sqlite" else run.term_id
    asked = {
        "term": term == bindparam("term"),
        "venue": run.venue_id == bindparam("venue"),
        "mode": run.mode == bindparam("mode"),
        "day": run.weekday + 1 == bindparam("day"),
        "time": run.part == bindparam("time"),
        "places": has_places(run),
    }
    wanted = [condition for key, condition in asked.items() if key in shape.asked]
    return to_everybody(run, NOW) + wanted


@lru_cache(maxsize=512)
def dateless(shape: Shape) -> Statement:
    """Courses that answer the question, and have no run that does."""
    return (
        select(Course.title, Course.slug)
        .where(
            COURSE_ON_SHOW,
            *_is_about(shape),
            _next_run(Course.id, shape).is_(None),
        )
        .order_by(Course.title)
        .limit(MOST_DATELESS)
    )
