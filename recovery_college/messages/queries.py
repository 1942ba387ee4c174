"""What the office's list of messages shows, and what is stuck."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select

from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, Trouble


def stuck() -> ColumnElement[bool]:
    """Needs somebody, or waits for a mail server that isn't set up."""
    return or_(
        OutboxMessage.state == MessageState.NEEDS_SOMEBODY,
        OutboxMessage.trouble == Trouble.NO_SERVER,
    )


def count_stuck() -> int:
    return _count(stuck())


def count_waiting() -> int:
    return _count(OutboxMessage.state == MessageState.WAITING)


def count_in(state: MessageState | None) -> int:
    return _count(*_in(state))


def page_of(state: MessageState | None, *, first: int, size: int) -> Sequence[OutboxMessage]:
    """The newest first."""
    return db.session.scalars(
        select(OutboxMessage)
        .where(*_in(state))
        .order_by(OutboxMessage.id.desc())
        .offset(first)
        .limit(size)
    ).all()


def message_at(message_id: int) -> OutboxMessage:
    found = db.session.get(OutboxMessage, message_id)
    if found is None:
        raise NotFound
    return found


def _in(state: MessageState | None) -> list[ColumnElement[bool]]:
    return [] if state is None else [OutboxMessage.state == state]


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalars(select(func.count(OutboxMessage.id)).where(*conditions)).one()
