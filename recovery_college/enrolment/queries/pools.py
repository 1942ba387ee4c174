"""Pools as they are now, what is free in them, and how many the room holds."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
)

from recovery_college.courses.rules import Mode
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import HELD, LIVE, PoolKind, State, asking
from recovery_college.enrolment.rules.queue import Free
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Room, Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState

MAIN = (PoolKind.ROOM, PoolKind.LINK)  # what is set aside, and chairs, are not for everybody

# Written out, not a parameter, so that either database sees that its partial index fits. Whoever
# asked before the opening is not in the queue yet: their lots are drawn before a newcomer's turn.
WAITING: ColumnElement[str] = literal_column(f"'{State.WAITING}'")
IN_LINE = and_(
    Enrolment.run_id == Pool.run_id,
    Enrolment.pool_id == Pool.id,
    Enrolment.state == WAITING,
    Enrolment.lot.is_not(None),
)
# For which a newcomer need not wait, of one pool: the one definition of "places left".
FREE = case((exists().where(IN_LINE), 0), else_=Pool.capacity - Pool.held)


def pools_of(run: Run) -> Sequence[Pool]:
    """As they are now, behind the run's lock: the database changes them by itself."""
    return db.session.scalars(_pools(), {"run": run.id}).all()


@lru_cache
def _pools() -> Select[Pool]:
    found = select(Pool).where(Pool.run_id == bindparam("run")).order_by(Pool.id)
    return found.execution_options(populate_existing=True)


def main_kind(run: Run, *, by_link: bool = False) -> PoolKind:
    """Where places are unless they are set aside; a hybrid run has some in the room and by link."""
    return PoolKind.LINK if by_link or run.mode is Mode.ONLINE else PoolKind.ROOM


def main_of(run: Run, pools: Sequence[Pool], *, by_link: bool = False) -> Pool:
    kind = main_kind(run, by_link=by_link)
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


def people_in(pool: Pool) -> int:
    """How many have a place in it, or wait for one."""
    live = Enrolment.state.in_(HELD | LIVE)
    asked = select(func.count(Enrolment.id)).where(Enrolment.pool_id == pool.id, live)
    return db.session.scalars(asked).one()
