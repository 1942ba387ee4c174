"""What others ask about terms, places, runs and sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, TravelTime, Venue
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState
from recovery_college.scheduling.rules.timetable import Span
from recovery_college.tutors.models import Tutor

M = TypeVar("M")
WITH_ROOM = joinedload(Session.room).joinedload(Room.venue)
WITH_TUTORS = selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person)


@dataclass(frozen=True)
class RunLine:
    """A run in a list, and how many of its planned sessions still lack something."""

    run: Run
    without_room: int
    without_pair: int


def runs_to_come(course: Course, now: datetime) -> int:
    """How many of its published runs have yet to end."""
    coming = select(func.count(Run.id)).where(
        Run.course_id == course.id, Run.state == RunState.PUBLISHED, Run.ends_at > now
    )
    return db.session.scalars(coming).one()


def terms() -> Sequence[Term]:
    """The latest first."""
    return db.session.scalars(select(Term).order_by(Term.starts_on.desc(), Term.id.desc())).all()


def term(id: object) -> Term:
    return _found(db.session.get(Term, id))


def term_is_named(name: str, but: Term) -> bool:
    """Whether another term has this name, however it is written."""
    asked = select(Term.id).where(func.lower(Term.name) == func.lower(name))
    return db.session.scalar(asked.where(Term.id != (but.id or 0))) is not None


def runs_by_term() -> dict[int, int]:
    """How many runs each term has, by its id."""
    counted = select(Run.term_id, func.count()).group_by(Run.term_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def count_runs_of(term: Term) -> int:
    return db.session.scalars(select(func.count()).where(Run.term_id == term.id)).one()


def runs_of_term(term: Term, *, first: int, size: int) -> Sequence[RunLine]:
    return _lines(_run_lines().where(Run.term_id == term.id).offset(first).limit(size))


def sessions_of_term(term: Term, now: datetime) -> Sequence[Session]:
    """Those to come of runs that stand, with their rooms and everybody who teaches them."""
    whole = joinedload(Delivery.tutor).options(
        joinedload(Tutor.person), selectinload(Tutor.reaches)
    )
    return db.session.scalars(
        select(Session)
        .join(Run)
        .where(
            Run.term_id == term.id,
            Run.state != RunState.CANCELLED,
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Session.starts_at > now,
        )
        .options(
            joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term)),
            WITH_ROOM,
            selectinload(Session.deliveries).options(whole),
        )
        .order_by(Session.starts_at, Session.id)
    ).all()


def runs_of_course(course: Course, *, most: int) -> Sequence[RunLine]:
    """The latest first."""
    asked = _run_lines().where(Run.course_id == course.id).order_by(None)
    return _lines(asked.order_by(Run.starts_at.desc(), Run.id.desc()).limit(most))


def runs_to_copy(term: Term) -> Sequence[Run]:
    """Those that were not cancelled, in order."""
    return db.session.scalars(
        select(Run)
        .where(Run.term_id == term.id, Run.state != RunState.CANCELLED)
        .options(joinedload(Run.course), selectinload(Run.sessions).joinedload(Session.room))
        .order_by(Run.starts_at, Run.id)
    ).all()


def starts_in(term: Term) -> set[tuple[int, datetime]]:
    """The course and the first session of each run of a term."""
    asked = select(Run.course_id, Run.starts_at).where(Run.term_id == term.id)
    return {(course, at) for course, at in db.session.execute(asked) if at}


def run(id: int) -> Run:
    """With its sessions, where they meet and who teaches them."""
    return _found(
        db.session.scalar(
            select(Run)
            .where(Run.id == id)
            .options(
                joinedload(Run.course),
                joinedload(Run.term),
                selectinload(Run.sessions).options(WITH_ROOM, WITH_TUTORS),
            )
        )
    )


def session(id: int) -> Session:
    run = joinedload(Session.run).options(joinedload(Run.course), joinedload(Run.term))
    whole = (run, WITH_ROOM, WITH_TUTORS, selectinload(Session.cover_calls))
    asked = select(Session).where(Session.id == id).options(*whole)
    return _found(db.session.scalar(asked))


def is_taken(room: Room, span: Span) -> bool:
    """Whether a session is in the room at that time; nobody is ever alone online."""
    asked = exists().where(
        Session.room_id == room.id,
        Session.live & Session.room_exclusive,
        Session.starts_at < span.ends_at,
        Session.ends_at > span.starts_at,
    )
    return bool(db.session.scalar(select(asked)))


def venues() -> Sequence[Venue]:
    """With their rooms."""
    asked = select(Venue).order_by(Venue.name, Venue.id).options(selectinload(Venue.rooms))
    return db.session.scalars(asked).all()


def venue(id: int) -> Venue:
    asked = select(Venue).where(Venue.id == id).options(selectinload(Venue.rooms))
    return _found(db.session.scalar(asked))


def other_venues(venue: Venue) -> Sequence[Venue]:
    """To which somebody may have to travel from here."""
    there = select(Venue).where(Venue.online.is_(False), Venue.id != venue.id)
    return db.session.scalars(there.order_by(Venue.name, Venue.id)).all()


def ways_from(venue: Venue) -> SimpleNamespace:
    """Minutes to each other venue as `to_<id>`; None is the usual time."""
    roads = or_(TravelTime.venue_id == venue.id, TravelTime.other_id == venue.id)
    ways: dict[str, int | None] = {f"to_{other.id}": None for other in other_venues(venue)}
    for road in db.session.scalars(select(TravelTime).where(roads)):
        other = road.other_id if road.venue_id == venue.id else road.venue_id
        ways[f"to_{other}"] = road.minutes
    return SimpleNamespace(**ways)


def venue_has_door(venue: Venue) -> bool:
    """Whether there is a picture of its door, which is too big to be read for that."""
    asked = select(Venue.door_photo.is_not(None)).where(Venue.id == venue.id)
    return bool(db.session.scalar(asked))


def venue_slugs() -> set[str]:
    return set(db.session.scalars(select(Venue.slug)))


def venue_is_named(name: str, but: Venue | None) -> bool:
    """Whether another venue has this name, however it is written."""
    asked = select(Venue.id).where(func.lower(Venue.name) == func.lower(name))
    return db.session.scalar(asked.where(Venue.id != (but.id if but else 0))) is not None


def rooms() -> Sequence[Room]:
    """All of the college's, by venue and name."""
    asked = select(Room).join(Room.venue).options(joinedload(Room.venue))
    return db.session.scalars(asked.order_by(Venue.name, Room.name, Room.id)).all()


def room(id: object) -> Room:
    asked = select(Room).where(Room.id == id).options(joinedload(Room.venue))
    return _found(db.session.scalar(asked))


def rooms_unchecked(*, most: int) -> Sequence[Row[Any]]:
    """Those of which something that a student may need isn't known.

    A row has `id`, `name`, `venue_id`, `venue`, and how many there are in all as `total`.
    """
    facts = (Room.places, Room.step_free, Room.hearing_loop, Room.quiet_space)
    return db.session.execute(
        select(Room.id, Room.name, Room.venue_id, Venue.name.label("venue"))
        .add_columns(func.count().over().label("total"))
        .join_from(Room, Venue)
        .where(Venue.online.is_(False), or_(*(fact.is_(None) for fact in facts)))
        .order_by(Venue.name, Room.name, Room.id)
        .limit(most)
    ).all()


def sessions_without_room(now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Of those to come: `id`, `title`, `starts_at`, and how many there are as `total`."""
    return db.session.execute(
        select(Session.id, Session.starts_at, Course.title)
        .add_columns(func.count().over().label("total"))
        .join_from(Session, Run)
        .join(Course)
        .where(
            Session.room_id.is_(None),
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Session.starts_at > now,
            Run.state != RunState.CANCELLED,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(most)
    ).all()


def sessions_in(rooms: Iterable[Room], now: datetime) -> tuple[int, int]:
    """How many are planned in these rooms and yet to begin, and how many there ever were."""
    ids = [room.id for room in rooms]
    coming = (Session.starts_at > now) & (Session.state == SessionState.PLANNED)
    asked = select(func.count().filter(coming), func.count(Session.id))
    to_come, ever = db.session.execute(asked.where(Session.room_id.in_(ids))).one()
    return to_come, ever


def most_places_in(room: Room, now: datetime) -> int:
    """The places of the largest run that has sessions to come in this room."""
    largest = (
        select(func.max(Run.capacity))
        .join(Session)
        .where(
            Session.room_id == room.id,
            Session.state == SessionState.PLANNED,
            Session.kind == SessionKind.TEACHING,
            Session.starts_at > now,
            Run.state != RunState.CANCELLED,
        )
    )
    return db.session.scalar(largest) or 0


def _found(row: M | None) -> M:
    if row is None:
        raise NotFound
    return row


def _run_lines() -> Select[Run, int, int]:
    planned = and_(
        Session.run_id == Run.id,
        Session.state == SessionState.PLANNED,
        Session.kind == SessionKind.TEACHING,
    )
    counted = select(func.count(Session.id)).where(planned).correlate(Run)
    return (
        select(
            Run,
            counted.where(Session.room_id.is_(None)).scalar_subquery(),
            counted.where(Session.paired.is_(False)).scalar_subquery(),
        )
        .options(joinedload(Run.course), joinedload(Run.term), joinedload(Run.venue))
        .order_by(Run.starts_at, Run.id)
    )


def _lines(asked: Select[Run, int, int]) -> list[RunLine]:
    return [RunLine(*row) for row in db.session.execute(asked)]
