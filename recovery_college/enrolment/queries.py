"""Who has a place, who waits for one, and what is free.

What stands here is asked by commands behind the run's lock, and by pages.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.queries import seen_by
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.database import Model, db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import HELD, LIVE, PoolKind, State, asking
from recovery_college.enrolment.rules.queue import Free, Unit, next_in_line, units
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Room, Run, Session, Term
from recovery_college.scheduling.rules import RunState, SessionKind, SessionState, Visibility

M = TypeVar("M", bound=Model)
MAIN = (PoolKind.ROOM, PoolKind.LINK)
WITH_RUN = joinedload(Enrolment.run).options(joinedload(Run.course), joinedload(Run.term))
GOT = (State.CONFIRMED, State.COMPLETED)  # what counts towards the cap of a term


@dataclass(frozen=True)
class Look:
    """All that decides over a request, in one statement, behind the locks."""

    live_id: int | None
    sent_id: int | None
    first_start: datetime | None
    second_start: datetime | None
    last_at: datetime | None
    last_lot: int | None
    has_early: bool
    has_waiting: bool
    is_walled: bool
    runs_this_term: int
    took_first: bool

    @property
    def starts(self) -> list[datetime]:
        return [at for at in (self.first_start, self.second_start) if at]


def look(person: Person, run: Run, *, form_key: str | None, wish: str | None) -> Look:
    asked = {
        "person": person.id,
        "run": run.id,
        "term": run.term_id,
        "first_course": run.course.first_course_id,
        "form_key": form_key,
        "wish": wish or "",
    }
    return Look(*db.session.connection().execute(_look(), asked).one())


@lru_cache
def _look() -> Select[*tuple[Any, ...]]:
    person, run = bindparam("person", type_=Integer()), bindparam("run", type_=Integer())
    of_run = Enrolment.run_id == run
    live = select(Enrolment.id).where(
        of_run, Enrolment.person_id == person, Enrolment.state.in_(LIVE)
    )
    key = bindparam("form_key", type_=String())
    sent = select(Enrolment.id).where(Enrolment.form_key == key, Enrolment.person_id == person)
    start = (
        select(Session.starts_at)
        .where(
            Session.run_id == run,
            Session.kind == SessionKind.TEACHING,
            Session.state == SessionState.PLANNED,
        )
        .order_by(Session.starts_at)
        .limit(1)
    )
    latest = (Enrolment.requested_at.desc(), Enrolment.lot.desc(), Enrolment.id.desc())
    last = select(Enrolment.requested_at).where(of_run).order_by(*latest).limit(1)
    drawn = [of_run, Enrolment.lot.is_not(None)]
    waits = Enrolment.state == State.WAITING
    return select(
        live.scalar_subquery(),
        sent.scalar_subquery(),
        start.scalar_subquery(),
        start.offset(1).scalar_subquery(),
        last.scalar_subquery(),
        select(func.coalesce(Enrolment.lot, 0))
        .where(*drawn)
        .order_by(*latest)
        .limit(1)
        .scalar_subquery(),
        exists().where(of_run, waits, Enrolment.lot.is_(None)),
        exists().where(*drawn, waits),
        walls(person, run),
        _runs_of_term(
            person, bindparam("term", type_=Integer()), bindparam("wish", type_=String())
        ),
        _took(person, bindparam("first_course", type_=Integer())),
    )


def walls(person: Any, run: Any) -> ColumnElement[bool]:
    """Whether somebody is to ring first, or isn't to be together with one who is there."""
    there = aliased(Enrolment)
    somebody = select(there.person_id).where(there.run_id == run, there.state.in_(LIVE))
    return exists().where(
        or_(
            and_(RingFirst.person_id == person, RingFirst.other_id.is_(None)),
            and_(RingFirst.person_id == person, RingFirst.other_id.in_(somebody)),
            and_(RingFirst.other_id == person, RingFirst.person_id.in_(somebody)),
        )
    )


def is_apart(person: Person, run: Run) -> bool:
    """Whether somebody who waits, or has an offer, is to ring first by now."""
    asked = select(Person.id).where(Person.id == person.id, walls_apart(run))
    return db.session.scalar(asked) is not None


def _runs_of_term(person: Any, term: Any, wish: Any) -> ColumnElement[int]:
    """On how many they have a place. A date that they would leave for this one is none."""
    return (
        select(func.count(Enrolment.id))
        .join_from(Enrolment, Run)
        .where(
            Enrolment.person_id == person,
            Enrolment.state.in_(GOT),
            Run.term_id == term,
            Run.drop_in.is_(False),
            func.coalesce(Enrolment.wish, "-") != wish,
        )
        .scalar_subquery()
    )


def _took(person: Any, course: Any) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.person_id == person,
        Enrolment.state.in_(GOT),
        Enrolment.run_id == Run.id,
        Run.course_id == course,
    )


def blocked(run: Run, college: College) -> set[int]:
    """Who waits and can't take a place just now: is to ring first, or has enough places.

    A date that they would leave for this one is none of those.
    """
    here = aliased(Enrolment)
    wish = func.coalesce(here.wish, "")
    many = (
        select(Person.id, _runs_of_term(Person.id, run.term_id, wish), walls_apart(run))
        .join(here, here.person_id == Person.id)
        .where(here.run_id == run.id, here.state == State.WAITING)
    )
    found = db.session.execute(many)
    most = college.booking_cap_runs
    return {id for id, runs, walled in found if walled or (most and runs >= most)}


def walls_apart(run: Run) -> ColumnElement[bool]:
    """As `walls`, but of somebody who waits: only who holds a place is there already."""
    there = aliased(Enrolment)
    somebody = select(there.person_id).where(there.run_id == run.id, there.state.in_(HELD))
    return (
        exists()
        .where(
            or_(
                and_(RingFirst.person_id == Person.id, RingFirst.other_id.is_(None)),
                and_(RingFirst.person_id == Person.id, RingFirst.other_id.in_(somebody)),
                and_(RingFirst.other_id == Person.id, RingFirst.person_id.in_(somebody)),
            )
        )
        .correlate(Person)
    )


def pools_of(run: Run) -> Sequence[Pool]:
    """As they are now, behind the run's lock: the database changes them by itself."""
    return db.session.scalars(_pools(), {"run": run.id}).all()


@lru_cache
def _pools() -> Select[Pool]:
    found = select(Pool).where(Pool.run_id == bindparam("run")).order_by(Pool.id)
    return found.execution_options(populate_existing=True)


def main_of(run: Run, pools: Sequence[Pool], *, by_link: bool = False) -> Pool:
    """Where places are unless they are set aside; a hybrid run has one in the room and a link."""
    kind = PoolKind.LINK if by_link or run.mode.value == "online" else PoolKind.ROOM
    found = next((pool for pool in pools if pool.kind is kind), None)
    if found is None:
        raise NotFound
    return found


def free_of(pools: Sequence[Pool]) -> Free:
    chairs = next(pool for pool in pools if pool.kind is PoolKind.CHAIRS)
    return Free(
        places={pool.id: pool.left for pool in pools if pool.kind in MAIN},
        chairs=None if chairs.capacity is None else chairs.left,
        chairless=frozenset(pool.id for pool in pools if pool.kind is PoolKind.LINK),
    )


def closes_at(run: Run) -> datetime | None:
    """When enrolment for it ends."""
    starts = select(Session.starts_at).where(
        Session.run_id == run.id,
        Session.kind == SessionKind.TEACHING,
        Session.state == SessionState.PLANNED,
    )
    found = db.session.scalars(starts.order_by(Session.starts_at).limit(2)).all()
    return asking.closes_at(found, joins_late=run.joins_late)


def room_of(run: Run) -> int | None:
    """How many people fit into the smallest room that its sessions to come meet in."""
    return db.session.scalar(
        select(func.min(Room.places))
        .join_from(Session, Room, Session.room_id == Room.id)
        .where(
            Session.run_id == run.id,
            Session.kind == SessionKind.TEACHING,
            Session.state == SessionState.PLANNED,
        )
    )


def waiting_on(run: Run) -> Sequence[Enrolment]:
    """Whose turn may come; requests of before the opening are not among them until lots are."""
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.run_id == run.id,
            Enrolment.state == State.WAITING,
            Enrolment.lot.is_not(None),
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.requested_at, Enrolment.lot, Enrolment.id)
    ).all()


def early_on(run: Run) -> Sequence[Enrolment]:
    """Requests of before the opening, among which lots have yet to be drawn."""
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.run_id == run.id, Enrolment.state == State.WAITING, Enrolment.lot.is_(None)
        )
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id)
    ).all()


def queue_of(run: Run) -> list[Unit]:
    return units(each.asking for each in waiting_on(run))


def next_on(run: Run, college: College) -> Unit | None:
    """Who is to be offered what is free: the first who can take it."""
    free = free_of(pools_of(run))
    if not any(left > 0 for left in free.places.values()):
        return None
    return next_in_line(able_on(run, college), free)


def able_on(run: Run, college: College) -> list[Unit]:
    """Those who wait, in order, without whoever can't take a place just now."""
    asking = [each.asking for each in waiting_on(run)]
    walled = blocked(run, college) if asking else set()
    return [
        unit
        for unit in units(asking)
        if not any(member.person_id in walled for member in unit.members)
    ]


def others_of(enrolment: Enrolment) -> Sequence[Enrolment]:
    """What it would be instead of."""
    if enrolment.wish is None:
        return []
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.wish == enrolment.wish,
            Enrolment.id != enrolment.id,
            Enrolment.person_id == enrolment.person_id,
            Enrolment.state.in_(LIVE),
        )
        .options(WITH_RUN)
        .order_by(Enrolment.id)
    ).all()


def party_of(enrolment: Enrolment) -> Sequence[Enrolment]:
    """Those who come with them or not at all."""
    if enrolment.party is None:
        return []
    return db.session.scalars(
        select(Enrolment).where(
            Enrolment.party == enrolment.party,
            Enrolment.id != enrolment.id,
            Enrolment.state.in_(LIVE),
        )
    ).all()


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


def offers_over(now: datetime) -> Sequence[int]:
    """Offers whose time is over, the oldest first."""
    asked = select(Enrolment.id).where(Enrolment.state == State.OFFERED, Enrolment.answer_by <= now)
    return db.session.scalars(asked.order_by(Enrolment.answer_by, Enrolment.id)).all()


def runs_to_draw(now: datetime) -> Sequence[int]:
    """Whose enrolment has opened, with requests of before."""
    return _runs_with(
        Enrolment.state == State.WAITING,
        Enrolment.lot.is_(None),
        Run.term.has(Term.enrolment_opens_at <= now),
    )


def runs_to_release(now: datetime) -> Sequence[int]:
    """With places that are not kept any more."""
    over = (Pool.release_at <= now) & (Pool.capacity > Pool.held)
    return db.session.scalars(
        select(Pool.run_id).distinct().where(over).order_by(Pool.run_id)
    ).all()


def runs_to_fill(now: datetime) -> Sequence[int]:
    """Still to begin, with a place free and somebody who waits; most often, nobody can take it."""
    free = exists().where(
        Pool.id == Enrolment.pool_id, Pool.capacity > Pool.held, Pool.kind.in_(MAIN)
    )
    return _runs_with(
        Enrolment.state == State.WAITING,
        Enrolment.lot.is_not(None),
        Run.starts_at > now,
        Run.state == RunState.PUBLISHED,
        free,
    )


def runs_begun(now: datetime) -> Sequence[int]:
    """With somebody who waits, or has yet to answer."""
    return _runs_with(Enrolment.state.in_((State.WAITING, State.OFFERED)), Run.starts_at <= now)


def runs_over(now: datetime) -> Sequence[int]:
    return _runs_with(Enrolment.state == State.CONFIRMED, Run.ends_at <= now)


def _runs_with(*conditions: ColumnElement[bool]) -> Sequence[int]:
    found = select(Run.id).join_from(Enrolment, Run).where(*conditions).group_by(Run.id)
    return db.session.scalars(found.order_by(Run.id)).all()


def not_placed(run: Run) -> Sequence[Enrolment]:
    return _of(run, State.WAITING, State.OFFERED)


def placed(run: Run) -> Sequence[Enrolment]:
    return _of(run, State.CONFIRMED)


def _of(run: Run, *states: State) -> Sequence[Enrolment]:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.run_id == run.id, Enrolment.state.in_(states))
        .options(joinedload(Enrolment.person), WITH_RUN)
        .order_by(Enrolment.id)
    ).all()


def people_in(pool: Pool) -> int:
    """How many have a place in it, or wait for one."""
    live = Enrolment.state.in_(HELD | LIVE)
    asked = select(func.count(Enrolment.id)).where(Enrolment.pool_id == pool.id, live)
    return db.session.scalars(asked).one()


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


def sessions_of(run_id: int) -> Sequence[Session]:
    """Those that are planned, in order, with where they meet."""
    return db.session.scalars(_sessions(), {"run": run_id}).all()


@lru_cache
def _sessions() -> Select[Session]:
    planned = (
        Session.run_id == bindparam("run"),
        Session.kind == SessionKind.TEACHING,
        Session.state == SessionState.PLANNED,
    )
    where = joinedload(Session.room).joinedload(Room.venue)
    return select(Session).where(*planned).options(where).order_by(Session.starts_at)


def run(id: int) -> Run:
    return run_to_enrol(id)


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
