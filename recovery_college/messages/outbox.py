"""Promise a message, in the transaction that caused it."""

from datetime import datetime

from sqlalchemy import select

from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Recipient, Words


def queue(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> None:
    """Promise it once per `key`; it leaves after all earlier ones of its `thread`."""
    if db.session.scalar(select(OutboxMessage.id).filter_by(key=key)) is not None:
        return
    db.session.add(
        OutboxMessage(
            key=key,
            thread=thread,
            person_id=to.person_id,
            kind=words.kind,
            channel=to.channel,
            address=to.address,
            subject=words.subject,
            body=words.body,
            queued_at=at,
        )
    )
