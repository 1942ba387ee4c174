"""What a student's own pages ask: their places, each reached through them, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.courses.models import Course
from recovery_college.database import Instant, db
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.queries.pools import FREE, IN_LINE, MAIN
from recovery_college.enrolment.rules import LIVE, State
from recovery_college.enrolment.rules.queue import Asking, position, units
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Room, Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState
from recovery_college.tutors.models import Tutor

TAKEN = (State.CONFIRMED, State.COMPLETED)


@dataclass(frozen=True)
class Left:
    """What a newcomer finds: places left, of how many, and how many wait."""

    places: int
    of: int
    waiting: int


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a queue: 1 is next."""

    position: int
    waiting: int


def run_on_show(run_id: int, now: datetime, *, key: str) -> Run:
    """One that everybody can find, or whoever has its key; cancelled ones say so."""
    asked = {"run": run_id, "now": now, "key": key}
    found = db.session.scalar(_shown(), asked)
    if found is None:
        raise NotFound
    return found


@lru_cache
def _shown() -> Select[Run]:
    return _run().where(queries.is_findable())


def run_of(run_id: int) -> Run:
    """Whatever has become of it since, its student may read it."""
    found = db.session.scalar(_run(), {"run": run_id})
    if found is None:
        raise NotFound
    return found


@lru_cache
def _run() -> Select[Run]:
    teaches = joinedload(Delivery.tutor).joinedload(Tutor.person)
    return (
        select(Run)
        .where(Run.id == bindparam("run"))
        .options(
            joinedload(Run.course).options(
                joinedload(Course.strand), joinedload(Course.first_course)
            ),
            joinedload(Run.term),
            selectinload(Run.sessions).options(
                joinedload(Session.room).joinedload(Room.venue),
                selectinload(Session.deliveries).options(teaches),
            ),
        )
    )


def live_on(person: Person, run_id: int) -> int | None:
    """Their place on it, or their request."""
    return db.session.scalar(
        select(Enrolment.id).where(
            Enrolment.run_id == run_id,
            Enrolment.person_id == person.id,
            Enrolment.state.in_(LIVE),
        )
    )


def left_on(run: Run, *, by_link: bool) -> Left:
    """At this moment. While somebody waits, nothing is left for whoever comes now."""
    kind = queries.main_kind(run, by_link=by_link)
    found = db.session.execute(_left(), {"run": run.id, "kind": kind}).one_or_none()
    if found is None:
        raise NotFound
    return Left(found[0], found[1] or 0, found[2])


@lru_cache
def _left() -> Select[int, int | None, int]:
    waiting = select(func.count(Enrolment.id)).where(IN_LINE).scalar_subquery()
    return select(FREE, Pool.capacity, waiting).where(
        Pool.run_id == bindparam("run"), Pool.kind == bindparam("kind", type_=Pool.kind.type)
    )


def first_course_lacking(person: Person, run: Run) -> Course | None:
    """The course that comes before this one, if they have not been on it."""
    before = run.course.first_course
    if before is None:
        return None
    taken = exists().where(
        Enrolment.person_id == person.id,
        Enrolment.state.in_(TAKEN),
        Enrolment.run_id == Run.id,
        Run.course_id == before.id,
    )
    return None if db.session.scalar(select(taken)) else before


def own_places(person: Person) -> Sequence[Enrolment]:
    """All of them, those that can still change first, by when their runs begin."""
    return db.session.scalars(_own(), {"person": person.id}).all()


@lru_cache
def _own() -> Select[Enrolment]:
    run = joinedload(Enrolment.run).options(
        joinedload(Run.course).joinedload(Course.strand),
        joinedload(Run.venue),
    )
    return (
        select(Enrolment)
        .join(Run)
        .where(Enrolment.person_id == bindparam("person"))
        .options(run)
        .order_by(Run.starts_at, Enrolment.id)
    )


def next_session(person: Person, now: datetime) -> Session | None:
    """The next on which they have a place, with where it is and who teaches it."""
    return db.session.scalar(_next(), {"person": person.id, "now": now})


@lru_cache
def _next() -> Select[Session]:
    """Theirs are found first, by OFFSET 0, or PostgreSQL walks through all in order of time."""
    theirs = (
        select(Session.id, Session.starts_at)
        .join(Enrolment, Enrolment.run_id == Session.run_id)
        .where(
            Enrolment.person_id == bindparam("person"),
            Enrolment.state == State.CONFIRMED,
            Session.kind == SessionKind.TEACHING,
            Session.state == SessionState.PLANNED,
            Session.ends_at > bindparam("now", type_=Instant()),
        )
        .offset(0)
        .subquery()
    )
    soonest = select(theirs.c.id).order_by(theirs.c.starts_at, theirs.c.id).limit(1)
    return (
        select(Session)
        .where(Session.id == soonest.scalar_subquery())
        .options(
            joinedload(Session.run).joinedload(Run.course),
            joinedload(Session.room).joinedload(Room.venue),
            selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
        )
    )


def days_of(places: Sequence[Enrolment]) -> dict[int, list[datetime]]:
    """When the planned sessions of these runs begin, in order, by run."""
    found: dict[int, list[datetime]] = {place.run_id: [] for place in places}
    rows = db.session.connection().execute(_days(), {"runs": list(found)})
    for run_id, starts_at in rows:
        found[run_id].append(starts_at)
    return found


@lru_cache
def _days() -> Select[int, datetime]:
    return (
        select(Session.run_id, Session.starts_at)
        .where(
            Session.run_id.in_(bindparam("runs", expanding=True)),
            Session.kind == SessionKind.TEACHING,
            Session.state == SessionState.PLANNED,
        )
        .order_by(Session.starts_at)
    )


def standings_of(places: Sequence[Enrolment]) -> dict[int, Standing]:
    """Of each that waits: how many are ahead of it, in one statement for all."""
    waits = [each for each in places if each.state is State.WAITING and each.lot is not None]
    if not waits:
        return {}
    by_run: dict[int, list[Asking]] = {each.run_id: [] for each in waits}
    rows = db.session.connection().execute(_waiting(), {"runs": list(by_run)})
    for run_id, *asking in rows:
        by_run[run_id].append(Asking(*asking))
    return {
        each.id: Standing(position(units(by_run[each.run_id]), each.id), len(by_run[each.run_id]))
        for each in waits
    }


@lru_cache
def _waiting() -> Select[*tuple[Any, ...]]:
    same = aliased(Enrolment)
    columns = (same.id, same.person_id, same.pool_id, same.requested_at, same.lot)
    return select(same.run_id, *columns, same.with_supporter, same.party).where(
        same.run_id.in_(bindparam("runs", expanding=True)),
        same.state == State.WAITING,
        same.lot.is_not(None),
    )


def left_on_each(runs: Sequence[Run]) -> dict[int, int]:
    """What is left of several, for a choice between them."""
    asked = select(Pool.run_id, func.sum(FREE)).where(
        Pool.run_id.in_([run.id for run in runs]), Pool.kind.in_(MAIN)
    )
    left = {row[0]: row[1] for row in db.session.execute(asked.group_by(Pool.run_id))}
    return {run.id: left.get(run.id) or 0 for run in runs}
