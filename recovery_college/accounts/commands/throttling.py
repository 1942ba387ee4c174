"""How often somebody may try, counted in the database, so that all processes count together."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import Throttle
from recovery_college.accounts.rules import Limit, TooManyTries
from recovery_college.database import attempt, db


def check_not_blocked(key: str, now: datetime) -> None:
    """Refuse while it is blocked."""
    if is_blocked(key, now):
        raise TooManyTries


def is_blocked(key: str, now: datetime) -> bool:
    row = db.session.get(Throttle, key)
    return row is not None and row.blocked_until is not None and now < row.blocked_until


def count_try(key: str, limit: Limit, now: datetime) -> bool:
    """Count one more; says whether it is the one that blocks. Inside a transaction."""
    row = _counted(key, now)
    if now >= (row.blocked_until or row.since_at + limit.within):
        row.tries, row.since_at, row.blocked_until = 1, now, None
    blocks = row.tries >= limit.tries and row.blocked_until is None
    if blocks:
        row.blocked_until = now + limit.rest
    return blocks


def forget_tries(key: str) -> None:
    """Who came in starts anew. Inside a transaction."""
    db.session.execute(delete(Throttle).where(Throttle.key == key))


def _counted(key: str, now: datetime) -> Throttle:
    """The row, one try further and locked; the database makes simultaneous ones wait."""
    more = (
        update(Throttle)
        .where(Throttle.key == key)
        .values(tries=Throttle.tries + 1)
        .returning(Throttle.key)
    )
    if db.session.scalar(more) is None:
        try:
            with attempt():
                db.session.add(Throttle(key=key, tries=1, since_at=now))
        except IntegrityError:  # somebody else was first with the first
            db.session.execute(more)
    return db.session.get_one(Throttle, key, populate_existing=True)
