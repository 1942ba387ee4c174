"""Places, and the runs and sessions that they are of, each with what its page or verb needs."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import seen_by
from recovery_college.courses.models import Course
from recovery_college.database import Instant, Model, db, hold_unread, locking
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.enrolment.rules import LIVE, State
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState, Visibility

M = TypeVar("M", bound=Model)
WITH_RUN = joinedload(Enrolment.run).options(joinedload(Run.course), joinedload(Run.term))


def everybody_on(run: Run) -> Sequence[Enrolment]:
    """All who have something to hear of it, in order."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.run_id == run.id, Enrolment.state.in_(LIVE))
        .options(joinedload(Enrolment.person), WITH_RUN)
        .order_by(Enrolment.requested_at, Enrolment.lot, Enrolment.id)
    ).all()


def has_anybody(run: Run) -> bool:
    """Whether somebody ever asked for a place on it."""
    return bool(db.session.scalar(select(exists().where(Enrolment.run_id == run.id))))


def enrolment(id: int) -> Enrolment:
    return _found(db.session.scalar(select(Enrolment).where(Enrolment.id == id).options(WITH_RUN)))


def own_enrolment(viewer: Person, id: int) -> Enrolment:
    """To anybody else it is not there."""
    found = select(Enrolment).where(Enrolment.id == id, Enrolment.person_id == viewer.id)
    steps = selectinload(Enrolment.steps)
    return _found(db.session.scalar(found.options(WITH_RUN, joinedload(Enrolment.pool), steps)))


def enrolment_for(viewer: Person, id: int) -> Enrolment:
    """For the office; not there if its person's record isn't for this viewer."""
    found = select(Enrolment).outerjoin(Enrolment.person).where(Enrolment.id == id, seen_by(viewer))
    return _found(
        db.session.scalar(
            found.options(WITH_RUN, joinedload(Enrolment.person), selectinload(Enrolment.steps))
        )
    )


def run_to_enrol(run_id: int) -> Run:
    """With its course, its term and its sessions."""
    found = select(Run).where(Run.id == run_id)
    return _found(
        db.session.scalar(
            found.options(
                joinedload(Run.course),
                joinedload(Run.term),
                selectinload(Run.sessions).joinedload(Session.room).joinedload(Room.venue),
            )
        )
    )


def hold_run_to_take(run_id: int, now: datetime, *, key: str) -> Run:
    """One that everybody can find, or whoever has its key: read and held in one statement."""
    return hold_unread(_taken(), {"run": run_id, "now": now, "key": key})


@lru_cache
def _taken() -> Select[Run]:
    """With what decides of its course and its term."""
    decides = (Course.title, Course.first_course_id, Course.first_course_needed)
    around = (
        joinedload(Run.course).load_only(*decides),
        joinedload(Run.term).load_only(Term.enrolment_opens_at),
    )
    found = select(Run).where(Run.id == bindparam("run"), is_findable()).options(*around)
    return locking(found, Run)


def is_findable() -> ColumnElement[bool]:
    """Of a run, by everybody or by whoever has its key; cancelled ones say so."""
    now = bindparam("now", type_=Instant())
    key = bindparam("key", type_=String())
    by_key = and_(Run.visibility == Visibility.BY_LINK, Run.link_key == key, key != "")
    public = Run.term.has(Term.public_at <= now)
    on_show = Run.state.in_((RunState.PUBLISHED, RunState.CANCELLED))
    return and_(on_show, public, (Run.visibility == Visibility.PUBLIC) | by_key)


def next_run(run: Run, now: datetime) -> Run | None:
    """Of the same course, the next that everybody can find, and that has yet to begin."""
    return db.session.scalar(
        select(Run)
        .where(
            Run.course_id == run.course_id,
            Run.id != run.id,
            Run.state == RunState.PUBLISHED,
            Run.visibility == Visibility.PUBLIC,
            Run.drop_in.is_(False),
            Run.starts_at > now,
        )
        .order_by(Run.starts_at, Run.id)
        .limit(1)
    )


def other_dates(enrolment: Enrolment, now: datetime) -> Sequence[Run]:
    """Of the same course, to which they may move, or which would do as well."""
    here = select(Enrolment.run_id).where(
        Enrolment.person_id == enrolment.person_id, Enrolment.state.in_(LIVE)
    )
    return db.session.scalars(
        select(Run)
        .where(
            Run.course_id == enrolment.run.course_id,
            Run.state == RunState.PUBLISHED,
            Run.visibility == Visibility.PUBLIC,
            Run.drop_in.is_(False),
            Run.starts_at > now,
            Run.id.not_in(here),
        )
        .options(joinedload(Run.term), selectinload(Run.sessions))
        .order_by(Run.starts_at, Run.id)
        .limit(6)
    ).all()


def clashes(person: Person, run: Run) -> Sequence[Row[str, datetime]]:
    """What of theirs is at the same time as a session of this run: its course, and when."""
    mine, theirs = aliased(Session), aliased(Session)
    return db.session.execute(
        select(func.min(Course.title).label("title"), mine.starts_at)
        .join_from(Enrolment, Run)
        .join(Course)
        .join(mine, mine.run_id == Run.id)
        .join(
            theirs,
            and_(
                theirs.run_id == run.id,
                theirs.starts_at < mine.ends_at,
                theirs.ends_at > mine.starts_at,
            ),
        )
        .where(
            Enrolment.person_id == person.id,
            Enrolment.state.in_(LIVE),
            Run.id != run.id,
            *(
                condition
                for each in (mine, theirs)
                for condition in (
                    each.kind == SessionKind.TEACHING,
                    each.state == SessionState.PLANNED,
                )
            ),
        )
        .group_by(mine.starts_at)
        .order_by(mine.starts_at)
        .limit(20)
    ).all()


def live_among(people: Iterable[Person], run: Run) -> dict[int, Enrolment]:
    """What these have of a run already, by person."""
    found = db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.run_id == run.id,
            Enrolment.person_id.in_([person.id for person in people]),
            Enrolment.state.in_(LIVE),
        )
        .options(WITH_RUN)
        .order_by(Enrolment.id)
    )
    return {each.person_id: each for each in found if each.person_id is not None}


def people_on(run: Run) -> set[int | None]:
    """Who has a place, or waits for one."""
    live = select(Enrolment.person_id).where(Enrolment.run_id == run.id, Enrolment.state.in_(LIVE))
    return set(db.session.scalars(live))


def dates_of(run: Run) -> list[tuple[Any, ...]]:
    """What its students rely on: each session, its time and its place, in order."""
    asked = select(Session.id, Session.starts_at, Session.ends_at, Session.room_id, Session.link)
    found = asked.where(
        Session.run_id == run.id,
        Session.kind == SessionKind.TEACHING,
        Session.state == SessionState.PLANNED,
    )
    return [tuple(row) for row in db.session.execute(found.order_by(Session.starts_at))]


def sessions_of(run_id: int) -> Sequence[Row[datetime, datetime, str, str, bool]]:
    """When those that are planned are, in order, and where they meet: `room` may be None."""
    db.session.flush()
    return db.session.connection().execute(_sessions(), {"run": run_id}).all()


@lru_cache
def _sessions() -> Select[datetime, datetime, str, str, bool]:
    planned = (
        Session.run_id == bindparam("run"),
        Session.kind == SessionKind.TEACHING,
        Session.state == SessionState.PLANNED,
    )
    where = (Room.name.label("room"), Venue.name.label("venue"), Venue.online)
    return (
        select(Session.starts_at, Session.ends_at, *where)
        .outerjoin_from(Session, Room, Session.room_id == Room.id)
        .outerjoin(Venue)
        .where(*planned)
        .order_by(Session.starts_at)
    )


def steps_of(ids: Collection[int]) -> dict[int, list[State]]:
    """The states that each of these went through, in order."""
    found: dict[int, list[State]] = {id: [] for id in ids}
    rows = select(EnrolmentStep.enrolment_id, EnrolmentStep.state)
    asked = rows.where(EnrolmentStep.enrolment_id.in_(ids)).order_by(EnrolmentStep.id)
    for id, state in db.session.execute(asked):
        found[id].append(state)
    return found


def _found(row: M | None) -> M:
    if row is None:
        raise NotFound
    return row
