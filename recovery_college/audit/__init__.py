"""Who did what to which row: ids and field names only, never values."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from recovery_college import clock
from recovery_college.audit.models import AuditEntry
from recovery_college.audit.rules import keep_until
from recovery_college.database import Model, db, identity, transaction, write

LOOKED = "looked at"
SAID_AGAIN = timedelta(hours=1)


def record(
    actor: Model | None, verb: str, subject: Model | str, *, fields: Iterable[str], at: datetime
) -> None:
    """Write one line into the trail, in the transaction that did the deed.

    `actor` is None for the operator at the command line, whom the college doesn't know.
    What has no row of its own, such as the college, is named.
    """
    line = {
        "actor_id": None if actor is None else identity(actor),
        "verb": verb,
        "subject": _named(subject),
        "fields": " ".join(fields),
        "recorded_at": at,
        "keep_until": keep_until(at),
    }
    write(AuditEntry, line)


def looked(actor: Model, subject: Model) -> None:
    """Somebody of the office opened one person's page; said once an hour."""
    now = clock.now()
    said = select(AuditEntry.id).where(
        AuditEntry.subject == _named(subject),
        AuditEntry.verb == LOOKED,
        AuditEntry.actor_id == identity(actor),
        AuditEntry.recorded_at > now - SAID_AGAIN,
    )
    if db.session.scalar(said.limit(1)) is None:
        with transaction():
            record(actor, LOOKED, subject, fields=(), at=now)


def _named(subject: Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject.__tablename__}:{identity(subject)}"
