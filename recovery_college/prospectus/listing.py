"""The list of courses: three statements, however much the college holds.

Building a statement costs more than the database takes to answer it, so each shape of
question is built once; the answers to it are parameters.
"""

from collections import defaultdict
from collections.abc import Sequence
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
    Row,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
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
        rows = (around, self.filters, self.nearly, self.cards, self.tutors, self.dateless)
        return blake2b(repr(rows).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Shape:
    """What kind of question is asked, which decides the statement."""

    asked: frozenset[str]
    strands: bool
    dialect: str


def frame(now: datetime) -> Frame:
    kinds: dict[str, dict[str, OneRow]] = defaultdict(dict)
    for row in db.session.execute(FRAME, {"now": now, "today": in_london(now).date()}):
        kinds[row.kind][row.slug] = row
    kept = {slug: row.name for slug, row in kinds["setting"].items()}
    return Frame(
        college_from(current_app.config["NAME"], kept),
        *(_choices(kinds[kind]) for kind in ("strand", "venue", "term")),
    )


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


def _choices(rows: dict[str, OneRow]) -> dict[str, Choice]:
    return {slug: Choice(row.id, slug, row.name, row.look) for slug, row in rows.items()}


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
    return db.session.execute(_cards_statement(_shape(asked)), asked).all()


def _tutors(runs: list[int]) -> Rows:
    return db.session.execute(_tutors_statement(), {"runs": runs}).all()


def _dateless(asked: dict[str, Any], cards: Rows) -> Rows:
    """Behind the last card: courses that answer the question, and have no dates yet.

    Not where a day, a place or the like was asked: they may well have other dates.
    """
    is_last = not cards or asked["first"] + len(cards) >= cards[0].total
    wanted = {"wanted": is_last and not asked.keys() & ABOUT_DATES}
    return db.session.execute(_dateless_statement(_shape(asked)), asked | wanted).all()


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
    if shape.asked & {"strand", "theme", "question"}:
        return _found_by_course(shape)
    state = select(Course.state).where(Course.id == Run.course_id).scalar_subquery()
    is_next = Run.id == _next_run(Run.course_id, shape)
    found = select(Run.id, Run.starts_at)
    found = found.where(*_fits(Run, shape), state == CourseState.PUBLISHED, is_next)
    return found.order_by(*_order(found.selected_columns))


def _found_by_course(shape: Shape) -> Statement:
    columns = [
        _next_run(Course.id, shape).label("id"),
        _next_run(Course.id, shape, start=True).label("starts_at"),
    ]
    if "title" in shape.asked:
        columns.append(search.answers("title").label("titled"))
    about = select(*columns).where(Course.state == CourseState.PUBLISHED, *_is_about(shape))
    courses = about.subquery()
    return select(courses).where(courses.c.id.is_not(None)).order_by(*_order(courses.c))


def _next_run(course_id: Any, shape: Shape, *, start: bool = False) -> ScalarSelect[Any]:
    run = aliased(Run)
    next_run = select(run.starts_at if start else run.id)
    next_run = next_run.where(run.course_id == course_id, *_fits(run, shape))
    return next_run.order_by(run.starts_at, run.id).limit(1).scalar_subquery()


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
    return (
        select(Session.run_id, Delivery.side, Person.name, Tutor.shown_as)
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
