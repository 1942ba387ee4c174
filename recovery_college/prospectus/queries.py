"""What the public pages and the printed prospectus read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, raiseload, subqueryload

from recovery_college import database
from recovery_college.accounts.models import Person
from recovery_college.courses.models import Contributor, Course, Strand
from recovery_college.database import Instant, db
from recovery_college.errors import NotFound
from recovery_college.prospectus.booking import Beside
from recovery_college.prospectus.on_show import (
    COURSE_ON_SHOW,
    VENUE_ON_SHOW,
    of_course_on_show,
    to_everybody,
    to_holder,
)
from recovery_college.prospectus.places import OF_RUNS, places_from, places_left
from recovery_college.prospectus.rules import Accepted
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Tutor


def printed_count(now: datetime) -> int:
    number: int = db.session.scalars(_on_paper(select(func.count(Run.id)), now)).one()
    return number


def printed_runs(now: datetime) -> Sequence[Run]:
    """The runs with all that is printed about them, in three statements."""
    sessions = subqueryload(Run.sessions).options(
        joinedload(Session.room).joinedload(Room.venue),
        joinedload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
    )
    course = joinedload(Run.course).options(
        joinedload(Course.strand),
        subqueryload(Course.contributors).joinedload(Contributor.person),
    )
    loaded = (course, joinedload(Run.term), sessions, raiseload("*"))
    found = _on_paper(select(Run), now).options(*loaded)
    return db.session.scalars(found.order_by(Run.starts_at, Run.id)).all()


def finish_reading() -> None:
    """What follows is slow, and nobody shall wait for our transaction meanwhile."""
    database.finish_reading()


def _on_paper(found: Select[Any], now: datetime) -> Select[Any]:
    return found.join(Run.course).where(COURSE_ON_SHOW, *to_everybody(Run, now))


def strands() -> Sequence[Strand]:
    """The subjects that have a course on show, in the college's own order."""
    shown = select(Course.strand_id).where(COURSE_ON_SHOW)
    return db.session.scalars(
        select(Strand).where(Strand.id.in_(shown)).order_by(Strand.position)
    ).all()


def course_on_show(slug: str) -> Course:
    """A published course with its strand, its themes and who made it, in one statement."""
    course = db.session.scalars(COURSE, {"slug": slug}).unique().one_or_none()
    if course is None:
        raise NotFound
    return course


def runs_on_show(course: Course, now: datetime, *, key: str, most: int) -> Sequence[Run]:
    """The course's runs that are not over, as far as whoever holds this key may see them.

    With their sessions and rooms, in one statement.
    """
    asked = {"course": course.id, "now": now, "key": key, "most": most}
    return db.session.scalars(RUNS, asked).unique().all()


def beside(runs: Sequence[Run]) -> Beside:
    """What is left of each, and who teaches: in two statements, as rows, not as objects."""
    asked = {"runs": [run.id for run in runs]}
    connection = db.session.connection()
    places = places_from(connection.execute(OF_RUNS, asked))
    accepted: dict[int, list[Accepted]] = defaultdict(list)
    for row in connection.execute(TAUGHT, asked):
        accepted[row.session_id].append((row.side, row.name, row.shown_as))
    return Beside(places, {each: accepted[each.id] for run in runs for each in run.sessions})


def venues() -> Sequence[Venue]:
    """The places on show, by name; meeting online comes last."""
    shown = select(Venue).where(VENUE_ON_SHOW)
    return db.session.scalars(shown.order_by(Venue.online, Venue.name)).all()


def venue_on_show(slug: str) -> tuple[Venue, bool]:
    """A place with its rooms, and whether there is a photo of its door."""
    found = select(Venue, Venue.door_photo.is_not(None)).where(Venue.slug == slug, VENUE_ON_SHOW)
    row = db.session.execute(found.options(joinedload(Venue.rooms))).unique().one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def door_photo(slug: str) -> bytes:
    shown = select(Venue.door_photo).where(Venue.slug == slug, VENUE_ON_SHOW)
    photo = db.session.scalar(shown)
    if photo is None:
        raise NotFound
    return photo


def runs_at(venue: Venue, now: datetime, *, most: int) -> Sequence[Row[Run, int]]:
    """The next runs that begin in this place, each with how many places are left."""
    found = (
        select(Run, places_left(Run))
        .where(Run.venue_id == venue.id, of_course_on_show(Run), *to_everybody(Run, now))
        .order_by(Run.starts_at, Run.id)
        .limit(most)
    )
    loaded = (joinedload(Run.course), raiseload("*"))
    return db.session.execute(found.options(*loaded)).all()


def slugs_on_show(now: datetime) -> Sequence[str]:
    """The addresses of the courses that have a public run to come."""
    runs = select(Run.course_id).where(*to_everybody(Run, now))
    courses = select(Course.slug).where(COURSE_ON_SHOW, Course.id.in_(runs))
    return db.session.scalars(courses.order_by(Course.slug)).all()


# To build a statement costs more than to answer it, so the course page's are built once.
NOW = bindparam("now", type_=Instant())
COURSE = (
    select(Course)
    .where(Course.slug == bindparam("slug"), COURSE_ON_SHOW)
    .options(
        joinedload(Course.strand),
        joinedload(Course.first_course).load_only(Course.title, Course.slug, Course.state),
        joinedload(Course.themes),
        joinedload(Course.contributors).joinedload(Contributor.person).load_only(Person.name),
        raiseload("*"),
    )
)
TAUGHT = (
    select(Delivery.session_id, Delivery.side, Person.name, Tutor.shown_as)
    .join_from(Delivery, Session, Delivery.session_id == Session.id)
    .join(Tutor, Delivery.tutor_id == Tutor.id)
    .join(Person, Tutor.person_id == Person.id)
    .where(
        Session.run_id.in_(bindparam("runs", expanding=True)),
        Delivery.state == DeliveryState.ACCEPTED,
        Delivery.shadowing.is_(False),
    )
)
RUNS = (
    select(Run)
    .where(Run.course_id == bindparam("course"), *to_holder(Run, NOW, bindparam("key")))
    .order_by(Run.starts_at, Run.id)
    .limit(bindparam("most"))
    .options(
        joinedload(Run.term).load_only(Term.public_at, Term.enrolment_opens_at),
        joinedload(Run.sessions).joinedload(Session.room).joinedload(Room.venue),
        raiseload("*"),
    )
)
