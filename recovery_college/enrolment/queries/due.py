"""What is due as time passes: by run or by place, the oldest first."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    exists,
    select,
)
from sqlalchemy.orm import joinedload

from recovery_college.database import db
from recovery_college.enrolment.models import THREAD, Enrolment, Pool
from recovery_college.enrolment.rules import PoolKind, State, Way
from recovery_college.scheduling.models import Run, Term
from recovery_college.scheduling.rules import RunState

MAIN = (PoolKind.ROOM, PoolKind.LINK)
WITH_RUN = joinedload(Enrolment.run).options(joinedload(Run.course), joinedload(Run.term))


def offers_over(now: datetime) -> Sequence[int]:
    """Offers whose time is over, the oldest first."""
    asked = select(Enrolment.id).where(Enrolment.state == State.OFFERED, Enrolment.answer_by <= now)
    return db.session.scalars(asked.order_by(Enrolment.answer_by, Enrolment.id)).all()


def behind(most: int) -> Sequence[int]:
    """Places whose entries in calendars have yet to follow them; a spreadsheet's many come last."""
    imported = Enrolment.came_by == Way.WORKBOOK
    asked = select(Enrolment.id).where(Enrolment.behind).order_by(imported, Enrolment.id)
    return db.session.scalars(asked.limit(most)).all()


def ids_in(threads: Sequence[str]) -> Sequence[int]:
    uids = [thread.removeprefix(THREAD) for thread in threads]
    asked = select(Enrolment.id).where(Enrolment.uid.in_(uids)).order_by(Enrolment.id)
    return db.session.scalars(asked).all()


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


def completed(run: Run) -> Sequence[Enrolment]:
    return _of(run, State.COMPLETED)


def _of(run: Run, *states: State) -> Sequence[Enrolment]:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.run_id == run.id, Enrolment.state.in_(states))
        .options(joinedload(Enrolment.person), WITH_RUN)
        .order_by(Enrolment.id)
    ).all()
