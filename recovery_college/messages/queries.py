"""What the office's list of messages shows, and what is stuck.

`hidden` are the people whom the viewer may not know, as `accounts` says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.outbox import INVITE
from recovery_college.messages.rules import BY_HAND, Channel, MessageState, Trouble

Hidden = Select[int]


@dataclass(frozen=True)
class Filters:
    """Which messages the office's list shows: in one state, or to one person."""

    state: MessageState | None = None
    person_id: int | None = None


def stuck() -> ColumnElement[bool]:
    """Needs somebody, or waits for a mail server that isn't set up."""
    return or_(
        OutboxMessage.state == MessageState.NEEDS_SOMEBODY,
        (OutboxMessage.state == MessageState.WAITING)
        & (OutboxMessage.trouble == Trouble.NO_SERVER),
    )


def goes_by_itself() -> ColumnElement[bool]:
    """Not a letter or a call that waits for the office: those stand in a list of their own."""
    return ~waits_for_the_office()


def waits_for_the_office() -> ColumnElement[bool]:
    """Somebody is to print it, or to say it."""
    return and_(
        OutboxMessage.state == MessageState.WAITING, OutboxMessage.channel.in_(sorted(BY_HAND))
    )


def count_waiting() -> int:
    return _count(would_go())


def would_go() -> ColumnElement[bool]:
    """As soon as there is a worker, and mail is not paused."""
    return and_(OutboxMessage.state == MessageState.WAITING, goes_by_itself())


def counts(which: Filters, hidden: Hidden) -> dict[MessageState, int]:
    """How many messages there are in each state that has any, of whatever state is asked for."""
    state, number = OutboxMessage.state, func.count().label("number")
    rows = select(state, number).where(_whose(which), to_others_than(hidden)).group_by(state)
    return {row.state: row.number for row in db.session.execute(rows)}


def page_of(which: Filters, hidden: Hidden, *, first: int, size: int) -> Sequence[OutboxMessage]:
    """The newest first."""
    conditions = [] if which.state is None else [OutboxMessage.state == which.state]
    return db.session.scalars(
        select(OutboxMessage)
        .where(*conditions, _whose(which), to_others_than(hidden))
        .order_by(OutboxMessage.id.desc())
        .offset(first)
        .limit(size)
    ).all()


def is_overtaken(message: OutboxMessage) -> bool:
    """Whether a later message of its thread has gone out."""
    later = select(OutboxMessage.id).where(
        OutboxMessage.thread == message.thread,
        OutboxMessage.id > message.id,
        OutboxMessage.state == MessageState.SENT,
    )
    return db.session.scalar(later.limit(1)) is not None


def newer_words(message: OutboxMessage) -> set[MessageState]:
    """What became of those that go by themselves, and of those that have gone, after it."""
    later = select(OutboxMessage.state).where(
        OutboxMessage.thread == message.thread,
        OutboxMessage.id > message.id,
        OutboxMessage.state.in_((MessageState.WAITING, MessageState.SENT)),
        ~is_bare(OutboxMessage),
        goes_by_itself(),
    )
    return set(db.session.scalars(later.distinct()))


def is_bare(which: type[OutboxMessage]) -> ColumnElement[bool]:
    """No more than a calendar's entry."""
    return which.key.startswith(INVITE, autoescape=True)


def gone_otherwise(message: OutboxMessage) -> Sequence[OutboxMessage]:
    """The same words, sent another way."""
    keys = [message.key_by(channel) for channel in Channel]
    asked = select(OutboxMessage).where(OutboxMessage.key.in_(keys))
    return db.session.scalars(asked.order_by(OutboxMessage.id)).all()


def was_first(message: OutboxMessage) -> OutboxMessage | None:
    """What this says another way."""
    if not message.first_key:
        return None
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.key == message.first_key))


def by_hand(hidden: Hidden, now: datetime | BindParameter[datetime]) -> Select[OutboxMessage]:
    """Calls, then letters, the oldest first; of several about one thing, the last."""
    later = aliased(OutboxMessage)
    overtaken = exists().where(
        later.thread == OutboxMessage.thread,
        later.id > OutboxMessage.id,
        later.state.in_((MessageState.WAITING, MessageState.SENT)),
        ~is_bare(later),
    )
    is_useful = or_(OutboxMessage.useless_at.is_(None), OutboxMessage.useless_at > now)
    return (
        select(OutboxMessage)
        .where(waits_for_the_office(), is_useful, ~overtaken, to_others_than(hidden))
        .order_by(OutboxMessage.channel, OutboxMessage.id)
    )


def count_by_hand(hidden: Hidden, now: datetime) -> dict[Channel, int]:
    """How many calls and letters there are to make."""
    rows = db.session.execute(counted_by_hand(hidden, now))
    return {row.channel: row.number for row in rows}


def counted_by_hand(
    hidden: Hidden, now: datetime | BindParameter[datetime]
) -> Select[Channel, int]:
    asked = by_hand(hidden, now).order_by(None).subquery()
    number = func.count().label("number")
    return select(asked.c.channel, number).group_by(asked.c.channel)


def page_by_hand(
    hidden: Hidden, now: datetime, *, first: int, size: int
) -> Sequence[OutboxMessage]:
    return db.session.scalars(by_hand(hidden, now).offset(first).limit(size)).all()


def letters_to_print(hidden: Hidden, now: datetime, *, most: int) -> Sequence[OutboxMessage]:
    """The oldest first."""
    asked = by_hand(hidden, now).where(OutboxMessage.channel == Channel.LETTER)
    return db.session.scalars(asked.limit(most)).all()


def letter_at(message_id: int, hidden: Hidden) -> OutboxMessage:
    found = message_at(message_id, hidden)
    if found.channel is not Channel.LETTER:
        raise NotFound
    return found


def by_hand_at(message_id: int, hidden: Hidden) -> OutboxMessage:
    found = message_at(message_id, hidden)
    if found.channel not in BY_HAND:
        raise NotFound
    return found


def by_hand_in(thread: str, channel: Channel) -> Sequence[OutboxMessage]:
    """What of this thread waits for the office, in order."""
    asked = select(OutboxMessage).where(
        waits_for_the_office(), OutboxMessage.thread == thread, OutboxMessage.channel == channel
    )
    return db.session.scalars(asked.order_by(OutboxMessage.id)).all()


def by_hand_before(message: OutboxMessage) -> Sequence[OutboxMessage]:
    """What of its thread waited for the office before it."""
    asked = select(OutboxMessage).where(
        waits_for_the_office(),
        OutboxMessage.thread == message.thread,
        OutboxMessage.id < message.id,
    )
    return db.session.scalars(asked.order_by(OutboxMessage.id)).all()


def message_at(message_id: int, hidden: Hidden) -> OutboxMessage:
    found = db.session.scalar(
        select(OutboxMessage).where(OutboxMessage.id == message_id, to_others_than(hidden))
    )
    if found is None:
        raise NotFound
    return found


def count_addresses() -> int:
    """To how many addresses something would go."""
    addresses = func.count(OutboxMessage.address.distinct())
    return db.session.scalars(select(addresses).where(would_go())).one()


def to_others_than(hidden: Hidden) -> ColumnElement[bool]:
    """To nobody whom the viewer may not know."""
    return or_(OutboxMessage.person_id.is_(None), OutboxMessage.person_id.not_in(hidden))


def _whose(which: Filters) -> ColumnElement[bool]:
    """All to one person; of everybody's, what waits for the office has a list of its own."""
    if which.person_id is None:
        return goes_by_itself()
    return OutboxMessage.person_id == which.person_id


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalars(select(func.count(OutboxMessage.id)).where(*conditions)).one()
