"""Which courses and runs the public may see: said here once, and asked by every page."""

from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm.util import AliasedClass

from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import RunState, Visibility

Condition = ColumnElement[bool]
Moment = datetime | BindParameter[datetime]
Runs = type[Run] | AliasedClass[Run]

# Written out, not parameters, so that either database sees that its partial index fits.
PUBLISHED: ColumnElement[str] = literal_column(f"'{RunState.PUBLISHED}'")
PUBLIC: ColumnElement[str] = literal_column(f"'{Visibility.PUBLIC}'")

COURSE_ON_SHOW: Condition = Course.state == CourseState.PUBLISHED

# Where a run that anybody can find meets, or once met; other places are nobody's business.
VENUE_ON_SHOW: Condition = (
    select(Session.id)
    .join(Room, Session.room_id == Room.id)
    .join(Run, Session.run_id == Run.id)
    .where(Room.venue_id == Venue.id, Run.state == PUBLISHED, Run.visibility == PUBLIC)
    .exists()
)


def to_everybody(run: Runs, now: Moment) -> list[Condition]:
    """Of runs of a course on show: those that anybody can find and that have yet to begin."""
    return [_is_out(run, now), run.visibility == PUBLIC, run.starts_at > now]


def to_holder(run: Runs, now: Moment, key: str | BindParameter[str]) -> list[Condition]:
    """Those that are not over, and for everybody or found by this key; office runs have no page."""
    by_link = and_(run.visibility == Visibility.BY_LINK, run.link_key == key, run.link_key != "")
    return [_is_out(run, now), or_(run.visibility == PUBLIC, by_link), run.ends_at > now]


def of_course_on_show(run: Runs) -> Condition:
    """Asked run by run: a join would lose the order in which an index gives them."""
    return select(COURSE_ON_SHOW).where(Course.id == run.course_id).scalar_subquery()


def _is_out(run: Runs, now: Moment) -> Condition:
    """Published, in a term whose prospectus is public.

    Asked as a yes or no (`coalesce`), or SQLite leaves the index that gives the order for the
    one on terms, and PostgreSQL plans as if hardly any run were in such a term.
    """
    public = select(Term.id).where(Term.public_at <= now)
    return and_(run.state == PUBLISHED, func.coalesce(run.term_id.in_(public), false()))
