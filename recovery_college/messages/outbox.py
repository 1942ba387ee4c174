"""Promise a message, in the transaction that caused it."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from recovery_college.college.queries import the_college
from recovery_college.database import afterwards, db, write_once
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    Channel,
    Invite,
    MessageState,
    Recipient,
    Words,
    not_before,
)

INVITE = "invite:"  # begins the key of what brings no more than a calendar's entry


def queue(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> None:
    """Promise it once per `key`; it leaves after all earlier ones of its `thread`.

    Hold the row that the thread is about: then ids follow the order of commits.
    """
    write_once(OutboxMessage, _promise(to, words, key=key, thread=thread, at=at))
    afterwards(DELIVER, partial(jobs_of(current_app).ask, DELIVER))


def queue_otherwise(message: OutboxMessage, to: Recipient, *, thread: str, at: datetime) -> None:
    """The same words another way, once for each channel, and without the calendar's entry."""
    words = Words(message.subject, message.body, message.kind, message.useless_at)
    queue(to, words, key=message.key_by(to.channel), thread=thread, at=at)


def the_channels() -> frozenset[Channel]:
    """Those that this college has: texts only if they are set up."""
    has_texts = bool(current_app.config["NOTIFY_API_KEY"])
    return frozenset(Channel) if has_texts else frozenset(Channel) - {Channel.TEXT}


def take_back(thread: str, *beginnings: str) -> None:
    """What waits in this thread under such keys is overtaken, unless it is under way."""
    under = (OutboxMessage.key.startswith(each, autoescape=True) for each in beginnings)
    _drop(OutboxMessage.thread == thread, or_(*under))


def overtake(uid: str) -> None:
    """Something newer of this calendar's entry is coming: what brings only the old is not sent."""
    _drop(OutboxMessage.uid == uid, OutboxMessage.key.startswith(INVITE, autoescape=True))


def attach(
    thread: str, address: str, invite: Invite, *, among: Collection[str] = ("",)
) -> datetime | None:
    """Let the newest words that wait for this address bring it too; gives when they leave.

    Their key begins like one of those `among` which they are. None if there are none, or if they
    bring another; what was tried may have come, and its repeat is the same.
    """
    fitting = (OutboxMessage.key.startswith(each, autoescape=True) for each in among)
    asked = select(OutboxMessage).where(
        OutboxMessage.thread == thread,
        OutboxMessage.state == MessageState.WAITING,
        OutboxMessage.claimed_until.is_(None),
        OutboxMessage.tries == 0,
        OutboxMessage.address == address,
        OutboxMessage.channel == Channel.EMAIL,
        or_(*fitting),
        ~OutboxMessage.key.startswith(INVITE, autoescape=True),
    )
    newest = asked.order_by(OutboxMessage.id.desc()).limit(1).with_for_update()
    message = db.session.scalar(newest)
    if message is None or message.uid is not None:
        return None
    message.uid, message.sequence, message.first_sequence = (
        invite.uid,
        invite.sequence,
        invite.first,
    )
    message.method, message.calendar = invite.method, invite.calendar
    return message.due_at


def may_have_come(uid: str, sequence: int) -> bool:
    """Whether a server was given this: it may have taken it and hung up before it said so."""
    tried = select(OutboxMessage.id).where(
        OutboxMessage.uid == uid, OutboxMessage.sequence == sequence, OutboxMessage.tries > 0
    )
    return db.session.scalar(tried.limit(1)) is not None


def is_promised(key: str) -> bool:
    return db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == key)) is not None


def release(key: str, now: datetime) -> None:
    """What it waited for has come."""
    message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.key == key))
    if message is not None and message.state is MessageState.WAITING and not message.tries:
        message.due_at = not_before(message.kind, now, the_college(), message.safe)


def _drop(*which: ColumnElement[bool]) -> None:
    waiting = OutboxMessage.state == MessageState.WAITING
    free = OutboxMessage.claimed_until.is_(None)
    asked = select(OutboxMessage).where(waiting, free, *which)
    for message in db.session.scalars(asked.with_for_update()):
        message.state = MessageState.DROPPED


def _promise(to: Recipient, words: Words, *, key: str, thread: str, at: datetime) -> dict[str, Any]:
    due_at = max(at, words.waits_until or at)
    safe = to.safe
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
        "safe_from": None if safe is None else safe.begin,
        "safe_until": None if safe is None else safe.end,
        **_columns(words.invite),
    }


def _columns(invite: Invite | None) -> dict[str, Any]:
    """None of them, or all."""
    return {
        "uid": invite and invite.uid,
        "sequence": invite and invite.sequence,
        "first_sequence": invite and invite.first,
        "method": invite and invite.method,
        "calendar": invite and invite.calendar,
    }
