"""Keep the promises: claim, send outside any transaction, mark."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from recovery_college import clock
from recovery_college.database import db, transaction
from recovery_college.messages.channels import SENDERS, NotSent
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    LEASE,
    MessageKind,
    MessageState,
    Trouble,
    is_hopeless,
    pause_after,
)

log = logging.getLogger(__name__)
AWAY = {Trouble.NO_SERVER, Trouble.AWAY}


Say = Callable[[str], object]


def _quietly(_words: str) -> None:
    """The worker has nobody to tell how far it is."""


@dataclass
class Round:
    """What one round of delivery came to."""

    sent: int = 0
    put_off: int = 0
    need_somebody: int = 0


def deliver_due(*, paused: bool = False, say: Say = _quietly) -> Round:
    """Send what is due. While the college is `paused`, only what somebody needs to sign in.

    Without an answer from the mail server the round ends: the rest would fail alike.
    """
    done = Round()
    while message := _claim(paused=paused):
        try:
            SENDERS[message.channel](message)
        except NotSent as fault:
            log.warning("message %s was not sent: %s", message.id, fault.trouble)
            _put_off(message, fault.trouble, done)
            if fault.trouble in AWAY:
                break
        else:
            _mark_sent(message)
            done.sent += 1
            if done.sent % 200 == 0:
                say(f"{done.sent:,} sent so far")
    return done


def _claim(*, paused: bool) -> OutboxMessage | None:
    now = clock.now()
    with transaction():
        asked = _heads_of_threads(now)
        if paused:
            asked = asked.where(OutboxMessage.kind != MessageKind.NOTICE)
        message = db.session.scalar(asked.limit(1).with_for_update(skip_locked=True))
        if message is not None:
            message.claimed_until = now + LEASE
            message.tries += 1
    return message


def _heads_of_threads(now: datetime) -> Select[OutboxMessage]:
    """Due, claimed by nobody, and first in its thread."""
    earlier = aliased(OutboxMessage)
    waits = exists().where(
        earlier.thread == OutboxMessage.thread,
        earlier.id < OutboxMessage.id,
        earlier.state == MessageState.WAITING,
    )
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.due_at <= now)
        .where(or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now))
        .where(~waits)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )


def _mark_sent(message: OutboxMessage) -> None:
    with transaction():
        message.forget_secret()
        message.state, message.sent_at = MessageState.SENT, clock.now()
        message.claimed_until = message.trouble = None


def _put_off(message: OutboxMessage, trouble: Trouble, done: Round) -> None:
    now = clock.now()
    with transaction():
        message.trouble, message.claimed_until = trouble, None
        if is_hopeless(trouble, message.queued_at, now):
            message.forget_secret()
            message.state = MessageState.NEEDS_SOMEBODY
            done.need_somebody += 1
        else:
            message.due_at = now + pause_after(message.tries)
            done.put_off += 1
