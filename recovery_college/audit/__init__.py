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
    record_each(actor, verb, [subject], fields=fields, at=at)


def record_each(
    actor: Model | None,
    verb: str,
    subjects: Iterable[Model | str],
    *,
    fields: Iterable[str],
    at: datetime,
) -> None:
    """The same deed, done to several rows: a line for each."""
    line = {
        "actor_id": None if actor is None else identity(actor),
        "verb": verb,
        "fields": " ".join(fields),
        "recorded_at": at,
        "keep_until": keep_until(at),
    }
    write(AuditEntry, [line | {"subject": _named(each)} for each in subjects])


def looked(actor: Model, *subjects: Model) -> None:
    """Somebody of the office opened one person's page, or several's words; said once an hour."""
    now = clock.now()
    named = {_named(subject): subject for subject in subjects}
    said = db.session.scalars(
        select(AuditEntry.subject).where(
            AuditEntry.subject.in_(named),
            AuditEntry.verb == LOOKED,
            AuditEntry.actor_id == identity(actor),
            AuditEntry.recorded_at > now - SAID_AGAIN,
        )
    )
    unsaid = named.keys() - set(said)
    if unsaid:
        with transaction():
            for name in sorted(unsaid):
                record(actor, LOOKED, named[name], fields=(), at=now)


def _named(subject: Model | str) -> str:
    return subject if isinstance(subject, str) else f"{subject.__tablename__}:{identity(subject)}"
