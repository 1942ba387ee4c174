"""The list of courses: three statements, however much the college holds.

Building a statement costs more than the database takes to answer it, so each shape of
question is built once; the answers to it are parameters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from flask import current_app
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Executable,
    Row,
    ScalarSelect,
    Select,
    String,
    Subquery,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from recovery_college.accounts.models import Person
from recovery_college.clock import in_london
from recovery_college.college.rules import College, college_from
from recovery_college.courses import search
from recovery_college.courses.models import Course, CourseTheme
from recovery_college.courses.rules import CourseState, words_of
from recovery_college.database import Instant, db
from recovery_college.prospectus.rules import COUNTED, PAGE_SIZE, Filters
from recovery_college.scheduling.models import Delivery, Run, Session, Venue
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionState, Visibility
from recovery_college.tutors.models import Tutor

OneRow = Row[*tuple[Any, ...]]
Rows = Sequence[OneRow]
Runs = type[Run] | AliasedClass[Run]
Statement = Select[*tuple[Any, ...]]

# Written out, not parameters, so that either database sees that its partial index fits.
PUBLISHED: ColumnElement[str] = literal_column(f"'{RunState.PUBLISHED}'")
PUBLIC: ColumnElement[str] = literal_column(f"'{Visibility.PUBLIC}'")
OF_RUN = (
    Run.id,
    Run.starts_at,
    Run.ends_at,
    Run.session_count,
    Run.regular,
    Run.capacity,
)
ABOUT_DATES = {"venue", "mode", "day", "time", "places", "one_term"}
MOST_DATELESS = 60
FRAME = text("""
SELECT 'setting' AS kind, 0 AS id, key AS slug, value AS name, '' AS look, 0 AS place FROM setting
UNION ALL SELECT 'strand', id, slug, name, look, position FROM strand
UNION ALL SELECT 'venue', id, slug, name, '', row_number() OVER (ORDER BY name) FROM venue
UNION ALL SELECT 'term', id, slug, name, '', row_number() OVER (ORDER BY starts_on) FROM term
WHERE public_at <= :now AND ends_on >= :today
ORDER BY 1, 6
""").bindparams(bindparam("now", type_=Instant()), bindparam("today", type_=Date()))


@dataclass(frozen=True)
class Choice:
    """A strand, a venue or a term that a visitor may choose."""

    id: int
    slug: str
    name: str
    look: str


@dataclass(frozen=True)
class Frame:
    """What stands around every list: the college's words, and what can be chosen."""

    college: College
    strands: dict[str, Choice]
    venues: dict[str, Choice]
    terms: dict[str, Choice]
    version: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of courses, each shown by its next run that fits the question."""

    filters: Filters
    cards: Rows
    tutors: Rows
    dateless: Rows
    total: int
    nearly: bool

    def version(self, around: Frame) -> str:
        """The same for the same rows, so that an unchanged page need not be rendered again."""
        rows = [tuple(row) for row in (*self.cards, *self.tutors, *self.dateless)]
        shown = repr((around.version, self.filters, self.nearly, rows))
        return blake2b(shown.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Shape:
    """What kind of question is asked, which decides the statement."""

    asked: frozenset[str]
    strands: bool
    dialect: str


def frame(now: datetime) -> Frame:
    rows = _ask(FRAME, {"now": now, "today": in_london(now).date()})
    return _framed(current_app.config["NAME"], tuple(map(tuple, rows)))


@lru_cache(maxsize=4)
def _framed(name: str, rows: tuple[tuple[Any, ...], ...]) -> Frame:
    """The same rows are the same frame, so it is put together once."""
    kinds: dict[str, dict[str, Choice]] = defaultdict(dict)
    for kind, id, slug, words, look, _place in rows:
        kinds[kind][slug] = Choice(id, slug, words, look)
    kept = {slug: setting.name for slug, setting in kinds["setting"].items()}
    version = blake2b(repr(rows).encode(), digest_size=16).hexdigest()
    return Frame(college_from(name, kept), kinds["strand"], kinds["venue"], kinds["term"], version)


def listing(filters: Filters, around: Frame, now: datetime) -> Listing:
    """The page that was asked for; if no course has the words, those that nearly have them."""
    words = search.words_in(filters.q)
    asked = _asked(filters, around, now)
    if words:
        asked |= {"question": search.anywhere(words), "title": search.in_title(words)}
        asked["strands"] = [s.id for s in around.strands.values() if _begin(words, s.name)]
    cards = _cards(asked)
    dateless = _dateless(asked, cards)
    nearly = bool(words) and not cards and not dateless and filters.page == 1
    if nearly:
        asked |= {"question": search.nearly(words)}
        cards = _cards(asked)
        dateless = _dateless(asked, cards)
    total = cards[0].total if cards else 0
    close = nearly and bool(cards or dateless)
    return Listing(filters, cards, _tutors([c.id for c in cards]), dateless, total, close)


def _ask(statement: Executable, asked: Mapping[str, Any]) -> Rows:
    """On the connection itself: there are no objects to make, only rows."""
    return db.session.connection().execute(statement, asked).all()


def _begin(beginnings: list[str], name: str) -> bool:
    """Whether the name of a strand has all the words, each as the beginning of one."""
    words = words_of(name)
    return all(any(word.startswith(b) for word in words) for b in beginnings)


def _asked(filters: Filters, around: Frame, now: datetime) -> dict[str, Any]:
    """The question as parameters; what is not asked is not among them."""
    first = (filters.page - 1) * PAGE_SIZE
    terms = [around.terms[filters.term]] if filters.term else around.terms.values()
    maybe = {
        "strand": filters.strand and around.strands[filters.strand].id,
        "venue": filters.venue and around.venues[filters.venue].id,
        "theme": filters.theme,
        "mode": filters.mode,
        "day": filters.day and filters.day.number + 1,
        "time": filters.time,
        "places": filters.places,
        "one_term": filters.term,
    }
    return {key: value for key, value in maybe.items() if value} | {
        "now": now,
        "terms": [term.id for term in terms],
        "first": first,
        "counted": max(COUNTED, first + PAGE_SIZE) + 1,
    }


def _cards(asked: dict[str, Any]) -> Rows:
    return _ask(_cards_statement(_shape(asked)), asked)


def _tutors(runs: list[int]) -> Rows:
    return _ask(_tutors_statement(), {"runs": runs})


def _dateless(asked: dict[str, Any], cards: Rows) -> Rows:
    """Behind the last card: courses that answer the question, and have no dates yet.

    Not where a day, a place or the like was asked: they may well have other dates.
    """
    is_last = not cards or asked["first"] + len(cards) >= cards[0].total
    wanted = {"wanted": is_last and not asked.keys() & ABOUT_DATES}
    return _ask(_dateless_statement(_shape(asked)), asked | wanted)


def _shape(asked: dict[str, Any]) -> Shape:
    return Shape(frozenset(asked), bool(asked.get("strands")), db.engine.dialect.name)


@lru_cache(maxsize=512)
def _cards_statement(shape: Shape) -> Statement:
    page, others = _page(shape), aliased(Run)
    runs = select(func.count()).where(others.course_id == Run.course_id, *_fits(others, shape))
    of_course = (Course.title, Course.slug, Course.summary, Course.strand_id)
    of_venue = (Venue.name.label("venue"), Venue.address, Venue.online)
    return (
        select(page.c.total, runs.scalar_subquery().label("runs"), *OF_RUN, *of_course, *of_venue)
        .join_from(page, Run, Run.id == page.c.id)
        .join(Course, Course.id == Run.course_id)
        .outerjoin(Venue, Venue.id == Run.venue_id)
        .order_by(*_order(page.c))
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
        found = found.where(Course.state == CourseState.PUBLISHED, *_is_about(shape))
    else:
        state = select(Course.state).where(Course.id == Run.course_id).scalar_subquery()
        is_next = Run.id == _next_run(Run.course_id, shape)
        found = found.where(*_fits(Run, shape), state == CourseState.PUBLISHED, is_next)
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
    """What is asked of the run: public, not begun, and as the visitor wants it."""
    # SQLite would leave the index that gives the order for the one on terms.
    term = run.term_id + 0 if shape.dialect == "sqlite" else run.term_id
    asked = {
        "now": run.starts_at > bindparam("now", type_=Instant()),
        "terms": term.in_(bindparam("terms", expanding=True)),
        "venue": run.venue_id == bindparam("venue"),
        "mode": run.mode == bindparam("mode"),
        "day": run.weekday + 1 == bindparam("day"),
        "time": run.part == bindparam("time"),
        "places": run.capacity > 0,
    }
    listed = [run.state == PUBLISHED, run.visibility == PUBLIC]
    return listed + [condition for key, condition in asked.items() if key in shape.asked]


@lru_cache(maxsize=512)
def _dateless_statement(shape: Shape) -> Statement:
    return (
        select(Course.title, Course.slug)
        .where(
            bindparam("wanted", type_=Boolean()),
            Course.state == CourseState.PUBLISHED,
            *_is_about(shape),
            _next_run(Course.id, shape).is_(None),
        )
        .order_by(Course.title)
        .limit(MOST_DATELESS)
    )


@lru_cache(maxsize=1)
def _tutors_statement() -> Statement:
    """Who has accepted to teach in these runs, on which side, and how they wish to be shown."""
    side = type_coerce(Delivery.side, String).label("side")
    shown_as = type_coerce(Tutor.shown_as, String).label("shown_as")
    return (
        select(Session.run_id, side, Person.name, shown_as)
        .distinct()
        .join_from(Session, Delivery)
        .join(Tutor)
        .join(Person)
        .where(
            Session.run_id.in_(bindparam("runs", expanding=True)),
            Session.state == SessionState.PLANNED,
            Delivery.state == DeliveryState.ACCEPTED,
        )
        .order_by(Session.run_id, Delivery.side, Person.name)
    )
