"""What the office asks about courses, strands and the record of who made them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.rules import Side
from recovery_college.courses import search
from recovery_college.courses.models import Contributor, Course, Decision, Strand
from recovery_college.courses.rules import CourseState
from recovery_college.database import db
from recovery_college.errors import NotFound


@dataclass(frozen=True)
class Filters:
    """Which courses the office's list shows."""

    words: str = ""
    state: CourseState | None = None


def strands() -> Sequence[Strand]:
    return db.session.scalars(select(Strand).order_by(Strand.position, Strand.id)).all()


def strand(id: object) -> Strand:
    found = db.session.scalar(select(Strand).where(Strand.id == id))
    if found is None:
        raise NotFound
    return found


def courses_by_strand() -> dict[int, int]:
    """How many courses stand in each strand, by its id."""
    counted = select(Course.strand_id, func.count()).group_by(Course.strand_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def courses_in(strand: Strand) -> int:
    return db.session.scalars(select(func.count()).where(Course.strand_id == strand.id)).one()


def strand_is_named(name: str, but: Strand | None) -> bool:
    """Whether another strand has this name, however it is written."""
    asked = select(Strand.id).where(func.lower(Strand.name) == func.lower(name))
    return db.session.scalar(asked.where(Strand.id != (but.id if but else 0))) is not None


def title_is_taken(title: str, but: Course | None) -> bool:
    """Whether another course has this title, however it is written."""
    asked = select(Course.id).where(func.lower(Course.title) == func.lower(title))
    return db.session.scalar(asked.where(Course.id != (but.id if but else 0))) is not None


def course_slugs() -> set[str]:
    return set(db.session.scalars(select(Course.slug)))


def course(id: object) -> Course:
    """With its strand and its themes."""
    found = db.session.scalar(
        select(Course)
        .where(Course.id == id)
        .options(joinedload(Course.strand), selectinload(Course.themes))
    )
    if found is None:
        raise NotFound
    return found


def course_with_record(id: int) -> Course:
    """Also with who made it and what was decided."""
    found = db.session.scalar(
        select(Course)
        .where(Course.id == id)
        .options(
            joinedload(Course.strand),
            selectinload(Course.themes),
            selectinload(Course.contributors).joinedload(Contributor.person),
            selectinload(Course.decisions),
        )
    )
    if found is None:
        raise NotFound
    return found


def courses_to_offer() -> Sequence[Course]:
    """Those of which a run can be planned."""
    asked = select(Course).where(Course.state != CourseState.ARCHIVED)
    return db.session.scalars(asked.order_by(Course.title, Course.id)).all()


def titles(ids: Iterable[int]) -> dict[int, str]:
    """What each of these courses is called, in order of their titles."""
    asked = select(Course.id, Course.title).where(Course.id.in_(list(ids)))
    return {row[0]: row[1] for row in db.session.execute(asked.order_by(Course.title, Course.id))}


def all_titles() -> dict[int, str]:
    """Of every course there is, in order of their titles."""
    asked = select(Course.id, Course.title).order_by(Course.title, Course.id)
    return {row[0]: row[1] for row in db.session.execute(asked)}


def before_each() -> dict[int, int]:
    """The course that comes before another, by the id of the later one."""
    asked = select(Course.id, Course.first_course_id).where(Course.first_course_id.is_not(None))
    return {id: before for id, before in db.session.execute(asked) if before is not None}


def courses_half_made(*, most: int) -> Sequence[Row[Any]]:
    """Those on whose record both kinds of experience don't stand yet.

    A row has `id`, `title`, the one side that stands, if any, as `side`, and how many courses
    there are in all as `total`.
    """
    return db.session.execute(
        select(Course.id, Course.title, func.min(Contributor.side).label("side"))
        .add_columns(func.count().over().label("total"))
        .outerjoin(Contributor)
        .where(Course.state != CourseState.ARCHIVED)
        .group_by(Course.id)
        .having(func.count(Contributor.side.distinct()) < len(Side))
        .order_by(Course.title, Course.id)
        .limit(most)
    ).all()


def courses(filters: Filters) -> Select[Course]:
    asked = select(Course).order_by(Course.title, Course.id)
    return asked.where(*_conditions(filters)).params(**_parameters(filters))


def count_courses(filters: Filters) -> int:
    asked = courses(filters).order_by(None).subquery()
    return db.session.scalars(
        select(func.count()).select_from(asked).params(**_parameters(filters))
    ).one()


def page_of_courses(filters: Filters, *, first: int, size: int) -> Sequence[Course]:
    asked = courses(filters).options(joinedload(Course.strand)).offset(first).limit(size)
    return db.session.scalars(asked).all()


def contributor(course_id: int, id: int) -> Contributor:
    """Of this course, or not there."""
    found = db.session.scalar(
        select(Contributor)
        .where(Contributor.course_id == course_id, Contributor.id == id)
        .options(joinedload(Contributor.person), joinedload(Contributor.course))
    )
    if found is None:
        raise NotFound
    return found


def decision(course_id: int, id: int) -> Decision:
    """Of this course, or not there."""
    found = db.session.scalar(
        select(Decision).where(Decision.course_id == course_id, Decision.id == id)
    )
    if found is None:
        raise NotFound
    return found


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    asked = []
    if search.words_in(filters.words):
        asked.append(search.answers("words"))
    elif filters.words.strip():
        asked.append(false())
    if filters.state:
        asked.append(Course.state == filters.state)
    return asked


def _parameters(filters: Filters) -> dict[str, str]:
    words = search.words_in(filters.words)
    return {"words": search.anywhere(words)} if words else {}
