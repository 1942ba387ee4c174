"""What the office's list of messages shows, and what is stuck.

`hidden` are the people whom the viewer may not know, as `accounts` says it.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select

from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, Trouble

Hidden = Select[int]


def stuck() -> ColumnElement[bool]:
    """Needs somebody, or waits for a mail server that isn't set up."""
    return or_(
        OutboxMessage.state == MessageState.NEEDS_SOMEBODY,
        (OutboxMessage.state == MessageState.WAITING)
        & (OutboxMessage.trouble == Trouble.NO_SERVER),
    )


def count_stuck(hidden: Hidden) -> int:
    return _count(stuck(), to_others_than(hidden))


def count_waiting() -> int:
    return _count(OutboxMessage.state == MessageState.WAITING)


def counts(hidden: Hidden) -> dict[MessageState, int]:
    """How many messages there are in each state that has any."""
    state, number = OutboxMessage.state, func.count().label("number")
    rows = select(state, number).where(to_others_than(hidden)).group_by(state)
    return {row.state: row.number for row in db.session.execute(rows)}


def page_of(
    state: MessageState | None, hidden: Hidden, *, first: int, size: int
) -> Sequence[OutboxMessage]:
    """The newest first."""
    conditions = [] if state is None else [OutboxMessage.state == state]
    return db.session.scalars(
        select(OutboxMessage)
        .where(*conditions, to_others_than(hidden))
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


def the_stuck(hidden: Hidden, *, most: int) -> Sequence[OutboxMessage]:
    """The newest first."""
    asked = select(OutboxMessage).where(stuck(), to_others_than(hidden))
    return db.session.scalars(asked.order_by(OutboxMessage.id.desc()).limit(most)).all()


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
    return db.session.scalars(
        select(addresses).where(OutboxMessage.state == MessageState.WAITING)
    ).one()


def to_others_than(hidden: Hidden) -> ColumnElement[bool]:
    """To nobody whom the viewer may not know."""
    return or_(OutboxMessage.person_id.is_(None), OutboxMessage.person_id.not_in(hidden))


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalars(select(func.count(OutboxMessage.id)).where(*conditions)).one()
