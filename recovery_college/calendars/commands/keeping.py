"""Entries follow the sessions that they stand for, and messages carry them to calendars."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from recovery_college.accounts.models import Person
from recovery_college.accounts.reaching import is_reached_slowly
from recovery_college.accounts.rules import Invites
from recovery_college.calendars import queries
from recovery_college.calendars.invites import new_uid, place_of
from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import (
    WEEK_BEFORE,
    Change,
    Meeting,
    change_of,
    stamp_after,
)
from recovery_college.database import db, transaction
from recovery_college.ical import PartStat
from recovery_college.messages import outbox
from recovery_college.scheduling.models import Session

Wishes = Callable[[Entry, datetime], bool]


@dataclass(frozen=True)
class Holding:
    """By what (`key`) a person has which sessions in their calendar just now."""

    key: str
    person: Person
    sessions: Sequence[Session]


def keep(holding: Holding, now: datetime) -> None:
    """Let the entries say what the sessions say. What is over stays as it was.

    Somebody's new address has new entries, and the old address hears that the old ones are off.
    """
    with transaction():
        has = {each.id: each for each in holding.sessions if each.ends_at > now}
        standing = queries.standing(holding.key, now)
        left = [each for each in standing if _is_elsewhere(each)]
        for entry in standing:
            stays = None if entry in left else has.pop(entry.session_id or 0, None)
            _follow(entry, stays, now)
        db.session.flush()  # what is off makes room for what stands
        in_order = sorted(has.values(), key=lambda session: session.starts_at)
        begun = [_begin(holding, session, now) for session in in_order]
        _follow_person(holding.person, left, begun)


def to_mail(holding: Holding, wishes: Wishes, now: datetime) -> Sequence[Entry]:
    """Those whose last change is to be told to a calendar, and is in no message yet.

    From here on they count as mailed: whoever asks promises the messages, in one transaction.
    """
    with transaction():
        person = holding.person
        for entry in queries.standing(holding.key, now):
            if entry.mailed_to is None and entry.starts_at > now and wishes(entry, now):
                _mail_to(entry, person)
        db.session.flush()
        found = queries.unpromised(holding.key, now)
        for entry in found:
            outbox.overtake(entry.uid)
    return found


def take_all_back(person: Person, now: datetime) -> Sequence[Entry]:
    """Somebody leaves: what their calendar has is to be taken out of it."""
    with transaction():
        gone: list[Entry] = []
        for holder in queries.holders_of(person, now):
            holding = Holding(holder, person, [])
            keep(holding, now)
            gone += to_mail(holding, _none, now)
    return gone


def _none(_entry: Entry, _now: datetime) -> bool:
    return False


def is_wished(entry: Entry, now: datetime) -> bool:
    """By itself, beside what comes with a confirmation."""
    if entry.person.invites is Invites.AT_ONCE:
        return True
    return entry.person.invites is Invites.WEEK and entry.starts_at <= now + WEEK_BEFORE


def _mail_to(entry: Entry, person: Person) -> None:
    """Not if they hear by post or by phone; a text can't bring it, so it comes by mail too."""
    if person.email and not is_reached_slowly(person):
        entry.mailed_to, entry.first_sequence = person.email, entry.sequence


def _follow_person(person: Person, left: Sequence[Entry], entries: Iterable[Entry]) -> None:
    """What their old address had, the new one has from now on."""
    db.session.flush()
    moved_on = {each.session_id for each in left}
    for entry in entries:
        if entry.session_id in moved_on:
            _mail_to(entry, person)
    db.session.flush()


def _is_elsewhere(entry: Entry) -> bool:
    return entry.mailed_to is not None and entry.mailed_to != entry.person.email


def _follow(entry: Entry, session: Session | None, now: datetime) -> None:
    if session is None:
        entry.cancelled_at = now
        _step(entry, now)
        return
    change = change_of(entry.meeting, _meeting(session))
    if change is Change.MOVED:
        entry.answer, entry.asks_again = PartStat.NEEDS_ACTION, True
    elif change is Change.PLACED:
        entry.asks_again = entry.asks_again and not queries.has_gone(entry.uid, entry.sequence)
    if change is not None:
        _write(entry, session)
        _step(entry, now)


def _begin(holding: Holding, session: Session, now: datetime) -> Entry:
    entry = Entry(
        uid=new_uid(token_hex(16)),
        holder=holding.key,
        person=holding.person,
        session=session,
        made_at=now,
        stamped_at=now.replace(microsecond=0),
        sequence=0,
    )
    _write(entry, session)
    db.session.add(entry)
    return entry


def _write(entry: Entry, session: Session) -> None:
    entry.starts_at, entry.ends_at = session.starts_at, session.ends_at
    entry.room_id, entry.link = session.room_id, session.link
    entry.place = place_of(session)


def _step(entry: Entry, now: datetime) -> None:
    entry.sequence += 1
    entry.stamped_at = stamp_after(entry.stamped_at, now)


def _meeting(session: Session) -> Meeting:
    return Meeting(session.starts_at, session.ends_at, session.room_id, session.link)
