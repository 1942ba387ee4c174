"""Promise a message, in the transaction that caused it."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app

from recovery_college.college.queries import the_college
from recovery_college.database import afterwards, write_once
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Recipient, Words, not_before


def queue(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> None:
    """Promise it once per `key`; it leaves after all earlier ones of its `thread`.

    Hold the row that the thread is about: then ids follow the order of commits.
    """
    write_once(OutboxMessage, _promise(to, words, key=key, thread=thread, at=at))
    afterwards(DELIVER, partial(jobs_of(current_app).ask, DELIVER))


def _promise(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "thread": thread,
        "person_id": to.person_id,
        "kind": words.kind,
        "channel": to.channel,
        "address": to.address,
        "subject": words.subject,
        "body": words.body,
        "queued_at": at,
        "due_at": not_before(words.kind, at, the_college()),
        "useless_at": words.useless_at,
    }
