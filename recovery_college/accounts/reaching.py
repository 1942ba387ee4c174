"""How somebody hears from this college, by what it has set up, and how else if that fails."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.outbox import the_channels
from recovery_college.messages.rules import (
    BY_HAND,
    BY_ITSELF,
    FOR_GOOD,
    READABLE,
    Channel,
    MessageKind,
    MessageState,
    Recipient,
    fitting,
)

MISSING = {
    Channel.EMAIL: "They have no e-mail address.",
    Channel.TEXT: "They have no mobile number.",
    Channel.LETTER: "They have no postal address.",
    Channel.CALL: "They have no phone number.",
}
FROM_TEXT = "These words were made for a text, and are too few for anything but a call."
TO_TEXT = "A text has words of its own. These say more than a text may."
SAME = "It went there, or is to go there."


@dataclass(frozen=True)
class Way:
    """One channel, and where it reaches somebody; or why not, in words."""

    to: Recipient
    why_not: str


def recipient_of(person: Person) -> Recipient:
    return person.recipient_by(the_channels())


def is_reached_slowly(person: Person) -> bool:
    """By post or by phone."""
    return recipient_of(person).channel in BY_HAND


def every_way_to(person: Person) -> list[Recipient]:
    """What can't wait goes by mail and by text, where they have them; or else it is a call."""
    by_itself = [person.recipient_at(way) for way in Channel if way in the_channels() & BY_ITSELF]
    found = [each for each in by_itself if each.address]
    return found or [person.recipient_at(Channel.CALL)]


def ways_to(person: Person, message: OutboxMessage) -> list[Way]:
    """Every channel in which the words of this message may come to them, or why they can't."""
    ways = [person.recipient_at(channel) for channel in Channel]
    return [Way(each, _why_not(each, message)) for each in ways]


def lost(but: Collection[str], now: datetime, *, most: int) -> Sequence[int]:
    """The ids of notices that failed for good, and that reach their person by post or by phone.

    None whose key begins like one of `but`, and none that came too late.
    """
    failed = (
        OutboxMessage.state == MessageState.NEEDS_SOMEBODY,
        OutboxMessage.trouble.in_(sorted(FOR_GOOD)),
        OutboxMessage.kind.in_(sorted(READABLE)),
        or_(OutboxMessage.useless_at.is_(None), OutboxMessage.useless_at > now),
        *(~OutboxMessage.key.startswith(each, autoescape=True) for each in but),
    )
    asked = select(OutboxMessage.id).join(Person, Person.id == OutboxMessage.person_id)
    return db.session.scalars(
        asked.where(*failed, _has_a_way()).order_by(OutboxMessage.id).limit(most)
    ).all()


def _has_a_way() -> ColumnElement[bool]:
    """What is for today comes too late by post, and a text's words are too few for a letter."""
    takes_time = OutboxMessage.kind != MessageKind.TODAY
    by_post = and_(OutboxMessage.channel == Channel.EMAIL, takes_time)
    return or_(func.trim(Person.phone) != "", and_(by_post, func.trim(Person.address) != ""))


def _why_not(to: Recipient, message: OutboxMessage) -> str:
    if to.channel not in fitting(message.channel):
        return FROM_TEXT if message.channel is Channel.TEXT else TO_TEXT
    if not to.address.strip():
        return MISSING[to.channel]
    is_same = (to.channel, to.address) == (message.channel, message.address)
    return SAME if is_same else ""
