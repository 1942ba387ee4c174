"""Keep the promises: claim, send outside any transaction, mark."""

import logging
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from flask import current_app
from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from recovery_college import clock
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound
from recovery_college.messages.channels import NotSent, send_email
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    BY_ITSELF,
    CAN_WAIT,
    FOR_ALL,
    LEASE,
    URGENT,
    Channel,
    MessageKind,
    MessageState,
    Trouble,
    is_hopeless,
    not_before,
    not_older_than,
    pause_after,
)
from recovery_college.messages.smtp import Post
from recovery_college.messages.texts import send_text

log = logging.getLogger(__name__)
FEW = 100  # rows that one transaction changes, however many there are
NOW: BindParameter[datetime] = bindparam("now")
SINCE: BindParameter[datetime] = bindparam("since")
EVER = datetime(2000, 1, 1, tzinfo=UTC)
Sender = Callable[[OutboxMessage, Post], None]
SENDERS: Mapping[Channel, Sender] = {Channel.EMAIL: send_email, Channel.TEXT: send_text}


@dataclass
class Round:
    """What one round of delivery came to; `kept` is for want of a way to send it."""

    sent: int = 0
    put_off: int = 0
    need_somebody: int = 0
    kept: int = 0

    def __add__(self, other: "Round") -> "Round":
        return Round(
            self.sent + other.sent,
            self.put_off + other.put_off,
            self.need_somebody + other.need_somebody,
            self.kept + other.kept,
        )


def _go_on(_done: Round) -> bool:
    return True


def deliver_due(*, paused: bool = False, go_on: Callable[[Round], bool] = _go_on) -> Round:
    """Send what is due. While the college is `paused`, only what somebody needs to sign in.

    `go_on` is asked after each message. When the mail server is away, no more mail is tried in
    this round, for the rest would fail alike; and so with texts. What became of a message, and
    who has the next, is one commit.
    """
    done, ways = Round(), BY_ITSELF
    drop_useless()
    college = the_college()
    with Post(current_app.extensions["mail"]) as post:
        message = _claim(ways, college, paused=paused)
        while message is not None:
            trouble, lease = _send(message, post), message.claimed_until
            ways -= {message.channel} if trouble in FOR_ALL else set()
            with transaction():
                if trouble is None:
                    _mark_sent(message)
                    done.sent += 1
                else:
                    _put_off(message, trouble, lease, done)
                is_over = not (ways and go_on(done))
                message = None if is_over else _claim(ways, college, paused=paused)
    return done


def drop_useless() -> None:
    """A link that has run out is not sent any more, and not kept either."""
    while _drop_some(clock.now()):
        pass


def _drop_some(now: datetime) -> int:
    """How many it was."""
    with transaction():
        found = db.session.scalars(_useless(), {"now": now, "few": FEW}).all()
        for message in found:
            message.forget_secret()
            message.state = MessageState.DROPPED
    return len(found)


def _claim(ways: Set[Channel], college: College, *, paused: bool) -> OutboxMessage | None:
    """Only one claims it: on SQLite by the write lock, on PostgreSQL by the row's."""
    now = clock.now()
    with transaction():
        message = _next_of(URGENT, ways, now, EVER)
        if message is None and not paused:
            since = not_older_than(now, college) or EVER
            message = _next_of(CAN_WAIT, ways, now, since)
        if message is not None:
            message.claimed_until = now + LEASE
            message.tries += 1
    return message


def _next_of(
    kinds: Set[MessageKind], ways: Set[Channel], now: datetime, since: datetime
) -> OutboxMessage | None:
    return db.session.scalar(_first_of(kinds, ways), {"now": now, "since": since})


@lru_cache
def _first_of(kinds: Set[MessageKind], ways: Set[Channel]) -> Select[OutboxMessage]:
    """Due, still of use, claimed by nobody, and first in its thread."""
    earlier = aliased(OutboxMessage)
    waits = exists().where(
        earlier.thread == OutboxMessage.thread,
        earlier.id < OutboxMessage.id,
        earlier.state == MessageState.WAITING,
        earlier.channel.in_(sorted(BY_ITSELF)),
    )
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.due_at <= NOW)
        .where(OutboxMessage.channel.in_(sorted(ways)), OutboxMessage.kind.in_(kinds))
        .where(or_(OutboxMessage.useless_at.is_(None), OutboxMessage.useless_at > NOW))
        .where(OutboxMessage.due_at >= SINCE, _claimed_by_nobody())
        .where(~waits)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


@lru_cache
def _useless() -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.useless_at <= NOW)
        .where(_claimed_by_nobody())
        .limit(bindparam("few"))
        .with_for_update(skip_locked=True)
    )


def _claimed_by_nobody() -> ColumnElement[bool]:
    return or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= NOW)


def _send(message: OutboxMessage, post: Post) -> Trouble | None:
    """Outside any transaction. One that fails in a way nobody thought of holds up no other."""
    try:
        SENDERS[message.channel](message, post)
    except NotSent as fault:
        cause = type(fault.__cause__).__name__
        if fault.trouble is not Trouble.NO_SERVER:
            log.warning("message %s was not sent: %s, %s", message.id, fault.trouble, cause)
        return fault.trouble
    except Exception as fault:
        log.error("message %s was not sent: %s", message.id, type(fault).__name__)
        return Trouble.OUR_FAULT
    return None


def _mark_sent(message: OutboxMessage) -> None:
    """Whatever became of it meanwhile, it has gone; unless it was erased."""
    with suppress(NotFound):
        hold(message)
        message.forget_secret()
        message.state, message.sent_at = MessageState.SENT, clock.now()
        message.claimed_until = message.trouble = None


def _put_off(message: OutboxMessage, trouble: Trouble, lease: datetime | None, done: Round) -> None:
    """If it is still ours: it may have been dropped or erased, or sent by another, meanwhile."""
    now = clock.now()
    with suppress(NotFound):
        hold(message)
        if message.state is not MessageState.WAITING or message.claimed_until != lease:
            return
        message.trouble, message.claimed_until = trouble, None
        if is_hopeless(trouble, message.queued_at, now):
            message.forget_secret()
            message.state = MessageState.NEEDS_SOMEBODY
            done.need_somebody += 1
            return
        again = now + pause_after(message.tries, message.id)
        message.due_at = not_before(message.kind, again, the_college(), message.safe)
        if trouble is Trouble.NO_SERVER:
            done.kept += 1
        else:
            done.put_off += 1
