"""How the college's machinery stands: what is asked of the database when somebody looks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import ColumnElement, DateTime, and_, func, make_url, or_, select

from recovery_college import clock
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages.jobs import jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.queries import count_waiting, goes_by_itself
from recovery_college.messages.rules import FOR_ALL, URGENT, MessageState, first_due, not_older_than
from recovery_college.operations.backup.keeping import KEPT

SOON = timedelta(days=1)
ROUNDS_AT_LEAST = timedelta(minutes=5)  # one is due every minute
MAIL_TAKES = timedelta(minutes=15)
CLOCKS_DIFFER = timedelta(seconds=2)
BACKUPS_AT_LEAST = timedelta(hours=36)  # one is made every night
LAST_BACKUP = select(func.max(AuditEntry.recorded_at)).where(AuditEntry.verb == KEPT)
LEAST_DISK = 0.1  # of it


@dataclass(frozen=True)
class Standing:
    """`last_round` is the worker's, None if there was none; the clock is the database's."""

    now: datetime
    last_round: datetime | None
    calls: int
    disk_free: float
    clock_ahead: timedelta
    oldest_due: datetime | None
    waiting: int
    needing: int
    paused: bool
    last_backup: datetime | None

    @property
    def overdue(self) -> timedelta:
        return self.now - self.oldest_due if self.oldest_due else timedelta()

    @property
    def silent_for(self) -> timedelta | None:
        return self.now - self.last_round if self.last_round else None

    @property
    def backup_age(self) -> timedelta | None:
        return self.now - self.last_backup if self.last_backup else None

    def lines(self) -> Iterator[tuple[str, bool, str]]:
        """What is watched, whether it is as it should be, and how it is."""
        silent = self.silent_for
        worker = (
            "no worker was here"
            if silent is None
            else f"the worker's last round was {_ago(silent)}"
        )
        yield "queue", silent is not None and silent <= ROUNDS_AT_LEAST, worker
        yield "disk", self.disk_free >= LEAST_DISK, f"{self.disk_free:.0%} free"
        ahead = f"the database's is {self.clock_ahead.total_seconds():+.1f} s to ours"
        yield "clock", abs(self.clock_ahead) <= CLOCKS_DIFFER, ahead
        if self.paused:
            yield "mail", True, "paused by the office"
        else:
            since = f"the oldest that is due waits since {_ago(self.overdue)}"
            yield "mail", self.overdue <= MAIL_TAKES, since if self.oldest_due else "none is due"
        age = self.backup_age
        kept = f"the last was {_ago(age)}" if age is not None else "none was made"
        yield "backup", age is not None and age <= BACKUPS_AT_LEAST, kept


@dataclass(frozen=True)
class Offers:
    """Places that are held for somebody's answer; those whose time is over wait for the worker."""

    open: int
    ending: int
    over: int


def standing() -> Standing:
    jobs, state = jobs_of(current_app), OutboxMessage.state
    needing = select(func.count()).where(state == MessageState.NEEDS_SOMEBODY)
    ahead = _clock_ahead()
    now = clock.now()
    return Standing(
        now=now,
        last_round=jobs.last_round(),
        calls=jobs.queue.pending_count(),
        disk_free=_disk_free(),
        clock_ahead=ahead,
        oldest_due=_oldest_due(now),
        waiting=count_waiting(),
        needing=db.session.scalars(needing).one(),
        paused=the_college().mail_paused,
        last_backup=db.session.scalar(LAST_BACKUP),
    )


def offers(now: datetime) -> Offers:
    def until(limit: datetime) -> ColumnElement[int]:
        return func.count().filter(Enrolment.answer_by <= limit)

    asked = select(func.count(), until(now + SOON), until(now)).select_from(Enrolment)
    row = db.session.execute(asked.where(Enrolment.state == State.OFFERED)).one()
    return Offers(*row)


def _oldest_due(now: datetime) -> datetime | None:
    """Of what goes by itself, is still of use, and need not wait until the quiet hours end.

    What failed because no mail goes at all is due from the first time: each failure puts it off.
    """
    useful = or_(OutboxMessage.useless_at.is_(None), OutboxMessage.useless_at > now)
    since = not_older_than(now, the_college())
    if since is not None:
        useful &= or_(OutboxMessage.kind.in_(sorted(URGENT)), OutboxMessage.due_at >= since)
    waiting = and_(OutboxMessage.state == MessageState.WAITING, useful, goes_by_itself())
    due = select(func.min(OutboxMessage.due_at)).where(waiting, OutboxMessage.due_at <= now)
    failing = (
        select(OutboxMessage.due_at, OutboxMessage.tries, OutboxMessage.id)
        .where(waiting, OutboxMessage.trouble.in_(sorted(FOR_ALL)))
        .order_by(OutboxMessage.tries.desc(), OutboxMessage.due_at)
        .limit(1)
    )
    found = [db.session.scalar(due)]
    found += [first_due(at, tries, id) for at, tries, id in db.session.execute(failing)]
    return min((at for at in found if at and at <= now), default=None)


def _clock_ahead() -> timedelta:
    """SQLite has no clock but ours."""
    if db.engine.dialect.name == "sqlite":
        return timedelta()
    began = clock.now()
    theirs = db.session.scalars(select(func.clock_timestamp(type_=DateTime(True)))).one()
    return theirs - (began + (clock.now() - began) / 2)


def _disk_free() -> float:
    """Where the database is, if it is on this machine, or the site."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    file = url.database if url.drivername.startswith("sqlite") else None
    disk = shutil.disk_usage(Path(file).parent if file else ROOT)
    return disk.free / disk.total


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    if seconds >= 2 * 60 * 60:
        return f"{seconds // 3600} h ago"
    return f"{seconds} s ago" if seconds < 120 else f"{seconds // 60} min ago"
