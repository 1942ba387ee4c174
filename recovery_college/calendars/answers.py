"""Which entry or message a mail that came in is about, and what the office sees of such mails.

`hidden` are the people whom the viewer may not know, as `accounts` says it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import joinedload

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import VIEWER, hidden_from
from recovery_college.calendars.models import Entry, IncomingMail
from recovery_college.calendars.rules import MailState
from recovery_college.database import db, in_all
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Method
from recovery_college.scheduling.models import Run, Session

OURS = re.compile(r"<([0-9a-zA-Z-]{1,64})\.([0-9]{1,12})@([^<>@\s]{1,255})>")
ASKS = "RSVP=TRUE"
FOLD = re.compile(r"\r?\n ")
Hidden = Select[int]


def is_filed(digest: str) -> bool:
    asked = select(IncomingMail.id).where(IncomingMail.digest == digest)
    return db.session.scalar(asked) is not None


def entry_at(uid: str) -> Entry | None:
    return db.session.scalar(select(Entry).where(Entry.uid == uid))


def asked_last(entry: Entry) -> int:
    """The sequence of the last mail that asked whether they come: later ones changed no time."""
    sent = (
        select(OutboxMessage.sequence, OutboxMessage.calendar)
        .where(OutboxMessage.uid == entry.uid, OutboxMessage.method == Method.REQUEST)
        .order_by(OutboxMessage.sequence.desc())
    )
    rows = db.session.execute(sent)
    return next((row.sequence for row in rows if ASKS in FOLD.sub("", row.calendar)), 0)


def message_named(name: str) -> OutboxMessage | None:
    """The message that was sent under this Message-ID, as `messages` writes it."""
    found = OURS.fullmatch(name)
    if found is None:
        return None
    key, number, host = found.groups()
    return _invite(f"{key}@{host}", int(number)) or _notice(key, int(number))


def waiting(viewer: Person, *, most: int) -> Sequence[Row[Any]]:
    """What is for the office, the newest first; each row is (mail, `total`)."""
    return db.session.execute(_waiting(most), {"viewer": viewer.id}).all()


@lru_cache
def _waiting(most: int) -> Select[Any]:
    """Built once, for building it costs more than asking it."""
    which = (_for_the_office(), _shown(hidden_from(VIEWER)))
    total = in_all(select(IncomingMail.id).where(*which))
    return _whole().add_columns(total).where(*which).limit(most)


def count_waiting(hidden: Hidden) -> int:
    return _count(_for_the_office(), _shown(hidden))


def count_all(hidden: Hidden) -> int:
    return _count(_shown(hidden))


def page_of(hidden: Hidden, *, first: int, size: int) -> Sequence[IncomingMail]:
    """What is for the office, then all else, the newest first."""
    done = (IncomingMail.state != MailState.FOR_THE_OFFICE).label("done")
    asked = _whole().where(_shown(hidden)).order_by(None).order_by(done, IncomingMail.id.desc())
    return db.session.scalars(asked.offset(first).limit(size)).all()


def mail_at(mail_id: int, hidden: Hidden) -> IncomingMail:
    found = db.session.scalar(_whole().where(IncomingMail.id == mail_id, _shown(hidden)))
    if found is None:
        raise NotFound
    return found


def came_back(message: OutboxMessage) -> datetime | None:
    """When its address last refused it, after it had left."""
    asked = select(func.max(IncomingMail.came_at)).where(IncomingMail.message_id == message.id)
    return db.session.scalar(asked)


def _invite(uid: str, sequence: int) -> OutboxMessage | None:
    asked = select(OutboxMessage).where(
        OutboxMessage.uid == uid, OutboxMessage.sequence == sequence
    )
    return db.session.scalar(asked.order_by(OutboxMessage.id.desc()).limit(1))


def _notice(key: str, queued: int) -> OutboxMessage | None:
    """Its number and the second in which it was promised, which no stranger knows."""
    if not re.fullmatch("[0-9]{1,9}", key):
        return None
    found = db.session.get(OutboxMessage, int(key))
    if found is None or f"{found.queued_at.astimezone(UTC).timestamp():.0f}" != str(queued):
        return None
    return found


def _whole() -> Select[IncomingMail]:
    entry = joinedload(IncomingMail.entry).joinedload(Entry.session).joinedload(Session.run)
    return (
        select(IncomingMail)
        .options(entry.joinedload(Run.course), joinedload(IncomingMail.person))
        .order_by(IncomingMail.id.desc())
    )


def _for_the_office() -> ColumnElement[bool]:
    return IncomingMail.state == MailState.FOR_THE_OFFICE


def _shown(hidden: Hidden) -> ColumnElement[bool]:
    return or_(IncomingMail.person_id.is_(None), IncomingMail.person_id.not_in(hidden))


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalars(select(func.count(IncomingMail.id)).where(*conditions)).one()
