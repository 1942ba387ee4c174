"""Somebody knows that it is not happening today: they said so, or the office told them."""

from collections.abc import Sequence
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import hold, transaction
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState

UNSENT = (MessageState.WAITING, MessageState.NEEDS_SOMEBODY)


def say_they_know(enrolment: Enrolment, session_id: int) -> None:
    """By the key in their message. Pressing twice is saying it once."""
    now = clock.now()
    with transaction():
        rows = queries.messages_today(enrolment, session_id)
        hold(*rows)
        _heard(rows, now)


def told_in_person(actor: Person, enrolment: Enrolment, session_id: int) -> None:
    """On the phone, or at the door."""
    now = clock.now()
    with transaction():
        rows = queries.messages_today(enrolment, session_id)
        hold(*rows)
        for each in rows:
            if each.channel is Channel.CALL and each.state is MessageState.WAITING:
                each.state, each.sent_at = MessageState.SENT, now
        _heard(rows, now)
        audit.record(actor, "told in person", enrolment, fields=(), at=now)


def _heard(rows: Sequence[OutboxMessage], now: datetime) -> None:
    """What has not gone need not go any more, unless it is under way."""
    for each in rows:
        each.heard_at = each.heard_at or now
        if each.state in UNSENT and each.claimed_until is None:
            each.state = MessageState.DROPPED
