"""A restored college says nothing to anybody until somebody has looked.

What waited when the backup was made may have gone out since. So mail is paused; links to sign in
and last words, which a pause lets through, are dropped; and what was urgent then is for the office.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, null, update

from recovery_college import clock
from recovery_college.audit.models import AuditEntry
from recovery_college.audit.rules import keep_until
from recovery_college.college.models import Setting
from recovery_college.college.rules import kept_form
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import BY_ITSELF, MessageKind, MessageState


def pause(connection: Connection, made_at: datetime) -> None:
    """In the transaction that makes the college whole, so that no worker is ever before it."""
    _set(connection, {"mail_paused": True, "restored_from": made_at})
    waiting = (
        update(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING)
        .where(OutboxMessage.channel.in_(sorted(BY_ITSELF)))
    )
    forgotten = {"state": MessageState.DROPPED, "body": "", "claimed_until": null()}
    goodbye = OutboxMessage.kind == MessageKind.GOODBYE
    connection.execute(waiting.where(OutboxMessage.kind == MessageKind.SIGN_IN).values(forgotten))
    connection.execute(waiting.where(goodbye).values(forgotten | {"address": ""}))
    connection.execute(
        waiting.where(OutboxMessage.kind == MessageKind.TODAY).values(
            state=MessageState.NEEDS_SOMEBODY, claimed_until=null()
        )
    )
    now = clock.now()
    connection.execute(
        insert(AuditEntry).values(
            verb="restored",
            subject="college",
            fields="",
            recorded_at=now,
            keep_until=keep_until(now),
        )
    )


def _set(connection: Connection, settings: dict[str, object]) -> None:
    connection.execute(delete(Setting).where(Setting.key.in_(settings)))
    for key, value in settings.items():
        connection.execute(insert(Setting).values(key=key, value=kept_form(value)))
