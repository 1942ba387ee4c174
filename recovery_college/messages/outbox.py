"""Promise a message, in the transaction that caused it."""

from contextlib import suppress
from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy import select

from recovery_college.college.queries import the_college
from recovery_college.database import afterwards, attempt, db, refuses
from recovery_college.errors import Refusal
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Recipient, Words, not_before


class PromisedAlready(Refusal):
    """Somebody else has just made the same promise."""

    def __init__(self) -> None:
        super().__init__("This message has been promised already.")


refuses("uq_outbox_message_key", PromisedAlready)
refuses("outbox_message.key", PromisedAlready)


def queue(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> None:
    """Promise it once per `key`; it leaves after all earlier ones of its `thread`.

    Hold the row that the thread is about: then ids follow the order of commits.
    """
    if db.session.scalar(select(OutboxMessage.id).filter_by(key=key)) is not None:
        return
    with suppress(PromisedAlready), attempt():
        db.session.add(_promise(to, words, key=key, thread=thread, at=at))
    afterwards(DELIVER, partial(jobs_of(current_app).ask, DELIVER))


def _promise(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> OutboxMessage:
    return OutboxMessage(
        key=key,
        thread=thread,
        person_id=to.person_id,
        kind=words.kind,
        channel=to.channel,
        address=to.address,
        subject=words.subject,
        body=words.body,
        queued_at=at,
        due_at=not_before(words.kind, at, the_college()),
        useless_at=words.useless_at,
    )
