"""Who did what to which row: ids and field names only, never values."""

from collections.abc import Iterable
from datetime import datetime

from recovery_college.audit.models import AuditEntry
from recovery_college.database import Model, db, identity


def record(
    actor: Model | None, verb: str, subject: Model, *, fields: Iterable[str], at: datetime
) -> None:
    """Write one line into the trail, in the transaction that did the deed.

    `actor` is None for the operator at the command line, whom the college doesn't know.
    """
    db.session.add(
        AuditEntry(
            actor_id=None if actor is None else identity(actor),
            verb=verb,
            subject=f"{subject.__tablename__}:{identity(subject)}",
            fields=" ".join(fields),
            recorded_at=at,
        )
    )
