"""What stands in calendars, what of it is to be mailed, and what is behind."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Invites
from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import WEEK_BEFORE
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import FOR_GOOD, MessageState


def standing(holder: str, now: datetime) -> Sequence[Entry]:
    """Those that are not over yet, in order."""
    found = select(Entry).where(Entry.holder == holder, Entry.cancelled_at.is_(None))
    return db.session.scalars(found.where(Entry.ends_at > now).order_by(Entry.starts_at)).all()


def first_of(holder: str) -> Entry | None:
    """The first that ever was, though it may be over, or off."""
    found = select(Entry).where(Entry.holder == holder)
    return db.session.scalar(found.order_by(Entry.starts_at, Entry.id).limit(1))


def unpromised(holder: str, now: datetime) -> Sequence[Entry]:
    """What a calendar has, or is to have, of which no message says how it stands now."""
    message = exists().where(
        OutboxMessage.uid == Entry.uid,
        OutboxMessage.sequence == Entry.sequence,
        or_(
            OutboxMessage.state != MessageState.DROPPED,
            OutboxMessage.trouble.in_(sorted(FOR_GOOD)),  # its words went another way
        ),
    )
    found = select(Entry).where(Entry.holder == holder, Entry.mailed_to.is_not(None), ~message)
    return db.session.scalars(found.where(Entry.ends_at > now).order_by(Entry.starts_at)).all()


def holders_of(person: Person, now: datetime) -> Sequence[str]:
    """By what they have something in their calendar that is not over."""
    asked = select(Entry.holder).where(Entry.person_id == person.id, Entry.ends_at > now)
    return db.session.scalars(asked.distinct().order_by(Entry.holder)).all()


def has_gone(uid: str, sequence: int) -> bool:
    """Whether this has been sent, or is under way."""
    asked = select(OutboxMessage.state, OutboxMessage.claimed_until).where(
        OutboxMessage.uid == uid, OutboxMessage.sequence == sequence
    )
    return any(
        row.state is MessageState.SENT or row.claimed_until is not None
        for row in db.session.execute(asked)
    )


def holders_due(now: datetime, most: int) -> Sequence[str]:
    """By what sessions come, of which an invite a week before is wished, and has not gone."""
    within = (Entry.starts_at > now, Entry.starts_at <= now + WEEK_BEFORE)
    unmailed = (Entry.cancelled_at.is_(None), Entry.mailed_to.is_(None))
    wished = Person.invites != Invites.NONE, Person.email.is_not(None)
    found = select(Entry.holder).join(Person, Person.id == Entry.person_id)
    return db.session.scalars(found.where(*within, *unmailed, *wished).distinct().limit(most)).all()


def holders_elsewhere(now: datetime, most: int) -> Sequence[str]:
    """Whose person has another address now than the one that has their entries."""
    mailed = (Entry.cancelled_at.is_(None), Entry.mailed_to.is_not(None), Entry.ends_at > now)
    found = select(Entry.holder).join(Person, Person.id == Entry.person_id)
    other = Person.email.is_(None) | (Person.email != Entry.mailed_to)
    return db.session.scalars(found.where(*mailed, other).distinct().limit(most)).all()


def entries_of(person: Person, since: datetime) -> Sequence[Entry]:
    """All that a feed shows: what is to come, what was, and what was called off since."""
    kept = Entry.cancelled_at.is_(None) | (Entry.cancelled_at > since)
    found = select(Entry).where(Entry.person_id == person.id, kept)
    return db.session.scalars(
        found.options(joinedload(Entry.session)).order_by(Entry.starts_at, Entry.id)
    ).all()
