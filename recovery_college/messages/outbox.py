"""Promise a message, in the transaction that caused it."""

from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select

from recovery_college.college.queries import the_college
from recovery_college.database import afterwards, db, write_once
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, Recipient, Words, not_before

INVITE = "invite:"  # begins the key of what brings no more than a calendar's entry


def queue(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> None:
    """Promise it once per `key`; it leaves after all earlier ones of its `thread`.

    Hold the row that the thread is about: then ids follow the order of commits.
    """
    write_once(OutboxMessage, _promise(to, words, key=key, thread=thread, at=at))
    afterwards(DELIVER, partial(jobs_of(current_app).ask, DELIVER))


def take_back(thread: str, beginning: str) -> None:
    """What waits in this thread under such a key is overtaken, unless it is under way."""
    _drop(OutboxMessage.thread == thread, OutboxMessage.key.startswith(beginning, autoescape=True))


def overtake(uid: str) -> None:
    """Something newer of this calendar's entry is coming: what brings only the old is not sent."""
    _drop(OutboxMessage.uid == uid, OutboxMessage.key.startswith(INVITE, autoescape=True))


def _drop(*which: ColumnElement[bool]) -> None:
    waiting = OutboxMessage.state == MessageState.WAITING
    free = OutboxMessage.claimed_until.is_(None)
    asked = select(OutboxMessage).where(waiting, free, *which)
    for message in db.session.scalars(asked.with_for_update()):
        message.state = MessageState.DROPPED


def _promise(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> dict[str, Any]:
    due_at = max(at, words.waits_until or at)
    invite, safe = words.invite, to.safe
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
        "due_at": not_before(words.kind, due_at, the_college(), safe),
        "useless_at": words.useless_at,
        "uid": None if invite is None else invite.uid,
        "sequence": None if invite is None else invite.sequence,
        "first_sequence": None if invite is None else invite.first,
        "method": None if invite is None else invite.method,
        "calendar": None if invite is None else invite.calendar,
        "safe_from": None if safe is None else safe.begin,
        "safe_until": None if safe is None else safe.end,
    }
