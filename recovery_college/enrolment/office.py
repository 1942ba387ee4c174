"""What the office's pages of places ask: all who are on a run, and what is free there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.courses.rules import words_of
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.places import left_on_each
from recovery_college.enrolment.queries.pools import MAIN
from recovery_college.enrolment.rules import LIVE, State
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState

HOUR = timedelta(hours=1)
MOST_CALLS = 100
WHOLE = (
    joinedload(Enrolment.person),
    joinedload(Enrolment.pool),
    joinedload(Enrolment.run).joinedload(Run.course),
)
IN_ORDER = (State.OFFERED, State.WAITING, State.CONFIRMED, State.COMPLETED)  # then the ended ones


@dataclass(frozen=True)
class Counts:
    """How many people of a run stand where."""

    held: int
    offered: int
    waiting: int
    ended: int

    @property
    def live(self) -> int:
        return self.held + self.offered + self.waiting

    @property
    def total(self) -> int:
        return self.live + self.ended


def counts_on(run: Run) -> Counts:
    asked = select(Enrolment.state, func.count()).where(Enrolment.run_id == run.id)
    found = {row[0]: row[1] for row in db.session.execute(asked.group_by(Enrolment.state))}
    held = found.get(State.CONFIRMED, 0) + found.get(State.COMPLETED, 0)
    offered, waiting = found.get(State.OFFERED, 0), found.get(State.WAITING, 0)
    return Counts(held, offered, waiting, sum(found.values()) - held - offered - waiting)


def page_on(run: Run, *, first: int, size: int) -> Sequence[Row[Enrolment, Any]]:
    """Offers, then who waits in order, then who has a place, then what has ended.

    Beside each is why it came to where it is.
    """
    rank = case({state: n for n, state in enumerate(IN_ORDER)}, value=Enrolment.state, else_=9)
    why = (
        select(EnrolmentStep.why)
        .where(EnrolmentStep.enrolment_id == Enrolment.id)
        .order_by(EnrolmentStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Enrolment, why.label("why"))
        .where(Enrolment.run_id == run.id)
        .options(joinedload(Enrolment.person), joinedload(Enrolment.pool))
        .order_by(rank, Enrolment.requested_at, Enrolment.lot, Enrolment.id)
        .offset(first)
        .limit(size)
    ).all()


def pool_of(run_id: int, pool_id: int) -> Pool:
    found = db.session.scalar(
        select(Pool)
        .where(Pool.id == pool_id, Pool.run_id == run_id)
        .options(joinedload(Pool.run).joinedload(Run.course))
    )
    if found is None:
        raise NotFound
    return found


def dates_beside(run: Run, now: datetime, *, but: Collection[int] = ()) -> Sequence[Run]:
    """Other runs of the course, to which the office may move somebody."""
    return db.session.scalars(
        select(Run)
        .where(
            Run.course_id == run.course_id,
            Run.id.not_in({run.id, *but}),
            Run.state == RunState.PUBLISHED,
            Run.drop_in.is_(False),
            Run.starts_at > now,
        )
        .options(joinedload(Run.term))
        .order_by(Run.starts_at, Run.id)
    ).all()


@dataclass(frozen=True)
class OpenRun:
    """A run that one may still be enrolled on, and what is left of it for whoever comes now."""

    run: Run
    left: int


def open_runs(question: str, now: datetime, *, most: int) -> list[OpenRun]:
    """The next whose course has all these words in its title, found by everybody or not."""
    words = [Course.search_title.contains(word, autoescape=True) for word in words_of(question)[:8]]
    runs = db.session.scalars(
        select(Run)
        .join(Run.course)
        .where(
            Run.state == RunState.PUBLISHED,
            Run.drop_in.is_(False),
            Run.starts_at > now,
            *words,
        )
        .options(contains_eager(Run.course), joinedload(Run.venue))
        .order_by(Run.starts_at, Run.id)
        .limit(most)
    ).all()
    left = left_on_each(runs) if runs else {}
    return [OpenRun(run, left[run.id]) for run in runs]


def by_uid(uids: Collection[str]) -> dict[str, Enrolment]:
    """What messages are about, by what their threads carry."""
    asked = select(Enrolment).where(Enrolment.uid.in_(uids)).options(*WHOLE)
    return {each.uid: each for each in db.session.scalars(asked)}


def people_of(ids: Collection[int]) -> dict[int, Person]:
    asked = select(Person).where(Person.id.in_(ids))
    return {each.id: each for each in db.session.scalars(asked)}


def to_phone(college: College, now: datetime) -> Sequence[Enrolment]:
    """Who waits for a place that is free, on runs past the cut-off, in order of the runs.

    At most so many as a day of calls.
    """
    soon = now + college.last_offer_hours * HOUR
    return db.session.scalars(
        select(Enrolment)
        .join(Enrolment.run)
        .join(Enrolment.pool)
        .where(*free_soon(now, soon))
        .options(
            contains_eager(Enrolment.run).joinedload(Run.course),
            contains_eager(Enrolment.pool),
            joinedload(Enrolment.person),
        )
        .order_by(Run.starts_at, Run.id, Enrolment.requested_at, Enrolment.lot, Enrolment.id)
        .limit(MOST_CALLS)
    ).all()


def free_soon(
    now: datetime | BindParameter[datetime], soon: datetime | BindParameter[datetime]
) -> list[ColumnElement[bool]]:
    """Of an enrolment, its run and its pool: it waits for a place that only a call gives out."""
    return [
        Enrolment.state == State.WAITING,
        Enrolment.lot.is_not(None),
        Run.state == RunState.PUBLISHED,
        Run.starts_at > now,
        Run.starts_at <= soon,
        Pool.kind.in_(MAIN),
        Pool.capacity > Pool.held,
    ]


def runs_with(person: Person) -> set[int]:
    """On which they have a place, or wait for one."""
    asked = select(Enrolment.run_id).where(
        Enrolment.person_id == person.id, Enrolment.state.in_(LIVE)
    )
    return set(db.session.scalars(asked))
