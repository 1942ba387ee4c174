"""When a message can't come by its own channel, the same words go by another."""

import logging
from datetime import datetime, timedelta

from recovery_college import audit, clock
from recovery_college.accounts import reaching
from recovery_college.accounts.models import Person
from recovery_college.attendance.rules.feedback import HOW_WAS_IT
from recovery_college.database import db, hold, transaction
from recovery_college.desks.notices import DIGEST
from recovery_college.enrolment import office
from recovery_college.enrolment.models import THREAD, Enrolment
from recovery_college.errors import Refusal
from recovery_college.messages import outbox, queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    BY_HAND,
    Channel,
    MessageKind,
    MessageState,
    Recipient,
    fitting,
    is_useless,
)

log = logging.getLogger(__name__)
MANY = 100  # messages that one round looks at
LETTER_TAKES = timedelta(days=3)  # at the most
# what only mail can bring, what stands on a page, and what nobody is called for
NOT_BY_HAND = (outbox.INVITE, DIGEST, f"{HOW_WAS_IT}:")
GOES_SO = "It goes this way already."
ENDED = (MessageState.WAITING, MessageState.NEEDS_SOMEBODY)  # by its going another way


def go_otherwise() -> None:
    """What failed for good is promised by phone or by post, if that reaches whom it is for.

    One transaction for each; one that fails is logged, and doesn't stop the rest.
    """
    for id in reaching.lost(NOT_BY_HAND, clock.now(), most=MANY):
        try:
            _go(id)
        except Exception as fault:
            log.error("message %s found no other way: %s", id, type(fault).__name__)
        db.session.rollback()


def send_otherwise(actor: Person, message: OutboxMessage, channel: Channel) -> None:
    """By a channel that the office has chosen."""
    now = clock.now()
    with transaction():
        hold(message)
        person = _reader(message)
        if person is None or not message.is_readable:
            raise Refusal("This can't go another way. Send a new one from the person's page.")
        if is_useless(message.useless_at, now):
            raise Refusal("This has come too late to be of use.")
        if MessageState.SENT in _newer(message):
            raise Refusal("Something newer about this has gone out, so this would be wrong now.")
        way = next(each for each in reaching.ways_to(person, message) if each.to.channel == channel)
        if way.why_not:
            raise Refusal(way.why_not, field="channel")
        if outbox.is_promised(message.key_by(channel)):
            raise Refusal(GOES_SO, field="channel")
        _promise(actor, message, way.to, now)


def _go(message_id: int) -> None:
    now = clock.now()
    with transaction():
        message = db.session.get_one(OutboxMessage, message_id)
        hold(message)
        person = _reader(message)
        if message.state is not MessageState.NEEDS_SOMEBODY or person is None:
            return
        newer = _newer(message)
        if MessageState.SENT in newer:
            message.state = MessageState.DROPPED
        elif not newer:
            _promise(None, message, _by_hand(person, message, now), now)


def _by_hand(person: Person, message: OutboxMessage, now: datetime) -> Recipient:
    """As they wish, if there is time for a letter; or else by phone, if they have one."""
    ways = fitting(message.channel) & BY_HAND
    if message.kind is MessageKind.TODAY:
        ways -= {Channel.LETTER}
    by_phone = person.recipient_at(Channel.CALL)
    if by_phone.address.strip() and _is_soon(message, now):
        return by_phone
    return person.recipient_by(ways)


def _is_soon(message: OutboxMessage, now: datetime) -> bool:
    """What is not about a place is told by phone at once: tutors may teach tomorrow."""
    place, late = _place(message), now + LETTER_TAKES
    if place is None or is_useless(message.useless_at, late):
        return True
    return any(now < each.starts_at <= late for each in place.run.sessions)


def _promise(actor: Person | None, message: OutboxMessage, to: Recipient, now: datetime) -> None:
    """Once; and what has not gone by then does not go."""
    is_of_place = message.thread.startswith(THREAD)
    thread = message.thread if is_of_place else message.key_by(to.channel)
    outbox.queue_otherwise(message, to, thread=thread, at=now)
    if message.state in ENDED:
        message.state = MessageState.DROPPED
    audit.record(actor, "sent another way", message, fields=(), at=now)


def _newer(message: OutboxMessage) -> set[MessageState]:
    """Of a thread that is about one place, the last says how it stands."""
    return queries.newer_words(message) if message.thread.startswith(THREAD) else set()


def _place(message: OutboxMessage) -> Enrolment | None:
    uid = message.thread.removeprefix(THREAD)
    return office.by_uid({uid}).get(uid)


def _reader(message: OutboxMessage) -> Person | None:
    return None if message.person_id is None else db.session.get(Person, message.person_id)
