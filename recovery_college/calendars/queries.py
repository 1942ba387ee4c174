"""What stands in calendars, what of it is to be mailed, and what is behind."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Label,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
)

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Invites
from recovery_college.calendars.models import Entry, FeedKey
from recovery_college.calendars.rules import OF_A_TUTOR, WEEK_BEFORE
from recovery_college.college.models import Setting
from recovery_college.courses.models import Course
from recovery_college.database import Instant, db
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import FOR_GOOD, MessageState
from recovery_college.scheduling.models import Run, Session

WORDS = ("short_name", "office_phone", "office_hours")  # of the college, in every calendar
SLOWLY_REACHED = (ContactBy.POST, ContactBy.PHONE)


def standing(holder: str, now: datetime) -> Sequence[Entry]:
    """Those that are not over yet, or whose session was put off meanwhile; in order."""
    found = select(Entry).where(Entry.holder == holder, Entry.cancelled_at.is_(None))
    to_come = or_(Entry.ends_at > now, Entry.session.has(Session.ends_at > now))
    return db.session.scalars(found.where(to_come).order_by(Entry.starts_at)).all()


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
    """By what sessions come, of which an invite is wished by now, and has not gone; soonest first.

    Who hears by post or by phone gets none. Tutors are sent theirs when they say yes.
    """
    soon = (Entry.starts_at <= now + WEEK_BEFORE) | (Person.invites == Invites.AT_ONCE)
    unmailed = (Entry.cancelled_at.is_(None), Entry.mailed_to.is_(None), Entry.starts_at > now)
    by_mail = Person.contact_by.is_(None) | Person.contact_by.not_in(SLOWLY_REACHED)
    wished = (Person.invites != Invites.NONE, Person.email.is_not(None), by_mail)
    student = ~Entry.holder.startswith(OF_A_TUTOR)
    found = select(Entry.holder).join(Person, Person.id == Entry.person_id).where(student)
    first = found.where(soon, *unmailed, *wished).group_by(Entry.holder)
    return db.session.scalars(first.order_by(func.min(Entry.starts_at)).limit(most)).all()


def holders_elsewhere(now: datetime, most: int) -> Sequence[str]:
    """Whose person has another address now than the one that has their entries."""
    mailed = (Entry.cancelled_at.is_(None), Entry.mailed_to.is_not(None), Entry.ends_at > now)
    found = select(Entry.holder).join(Person, Person.id == Entry.person_id)
    other = Person.email.is_(None) | (Person.email != Entry.mailed_to)
    return db.session.scalars(found.where(*mailed, other).distinct().limit(most)).all()


def entries_of(person: Person, since: datetime) -> Sequence[Row[Entry, str | None]]:
    """All that a feed shows, with its course's title: what is to come, what was, and what was
    called off since. Of a session that was deleted nobody knows the course any more.
    """
    found = select(Entry, Course.title).outerjoin(Entry.session)
    mine = found.outerjoin(Session.run).outerjoin(Run.course).where(Entry.person_id == person.id)
    shown = mine.where(_is_shown(since)).order_by(Entry.starts_at, Entry.id)
    return db.session.execute(shown).all()


def all_standing(holder: str) -> Sequence[Entry]:
    """Those that are over as well, in order."""
    found = select(Entry).where(Entry.holder == holder, Entry.cancelled_at.is_(None))
    return db.session.scalars(found.order_by(Entry.starts_at, Entry.id)).all()


def feed_state(key_digest: str, since: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """Whose feed a key opens, and all that its bytes depend on, the college's own words among it,
    a row for each run; no rows if it opens none.

    Entries have ever greater ids, and each has an ever greater sequence: as long as number and
    sums stand, not one of them has changed.
    """
    asked = {"digest": key_digest, "since": since}
    return db.session.connection().execute(_state(), asked).all()


def feed_keys_of(person: Person) -> Sequence[FeedKey]:
    """The oldest first."""
    found = select(FeedKey).where(FeedKey.person_id == person.id)
    return db.session.scalars(found.order_by(FeedKey.id)).all()


def own_feed_key(person: Person, key_id: int) -> FeedKey:
    """To anybody else it is not there."""
    found = select(FeedKey).where(FeedKey.id == key_id, FeedKey.person_id == person.id)
    key = db.session.scalar(found)
    if key is None:
        raise NotFound
    return key


@lru_cache
def _state() -> Select[*tuple[Any, ...]]:
    """Built once: it is what every device asks, every hour."""
    since = bindparam("since", type_=Instant())
    person = (Person.id, Person.discreet, Person.neutral)
    key = FeedKey.key_digest == bindparam("digest")
    theirs = (  # added up by run first, or the course of each entry would be looked up
        select(Session.run_id, func.count(Entry.id).label("number"))
        .add_columns(func.sum(Entry.id).label("ids"), func.sum(Entry.sequence).label("changes"))
        .add_columns(func.max(Entry.stamped_at).label("stamped_at"))
        .join_from(FeedKey, Entry, and_(Entry.person_id == FeedKey.person_id, _is_shown(since)))
        .outerjoin(Session, Session.id == Entry.session_id)
        .where(key)
        .group_by(Session.run_id)
        .subquery()
    )
    moments = (FeedKey.made_at, theirs.c.stamped_at)  # last, for a feed's tag leaves them out
    of = (theirs.c.run_id, Course.title, theirs.c.number, theirs.c.ids, theirs.c.changes)
    return (
        select(*person, *of, *_words(), *moments)
        .join_from(FeedKey, Person)
        .outerjoin(theirs, true())
        .outerjoin(Run, Run.id == theirs.c.run_id)
        .outerjoin(Course)
        .where(key)
        .order_by(theirs.c.run_id)
    )


def _words() -> Sequence[Label[str]]:
    """As they were changed; what was not stands in the code."""
    return [
        select(Setting.value).where(Setting.key == name).scalar_subquery().label(name)
        for name in WORDS
    ]


def _is_shown(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(Entry.cancelled_at.is_(None), Entry.cancelled_at > since)
