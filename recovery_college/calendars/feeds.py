"""A person's private calendar as bytes, for programs that come back for it every hour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlalchemy import Row

from recovery_college import ical
from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import digest
from recovery_college.calendars import queries
from recovery_college.calendars.invites import NEUTRAL, Told, event, organizer
from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import KEPT_CANCELLED, OF_A_TUTOR
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.errors import NotFound

MOMENTS = 2  # the last of a row


@dataclass(frozen=True)
class Feed:
    """What a key opens: whose it is, when it last changed, a tag that changes with its bytes."""

    person_id: int
    tag: str
    changed_at: datetime


def feed_of(key: str, now: datetime) -> Feed:
    """One statement, and no calendar made."""
    state = queries.feed_state(digest(key), now - KEPT_CANCELLED)
    if not state:
        raise NotFound
    stamps = [row.stamped_at for row in state if row.stamped_at is not None]
    return Feed(state[0].id, _tag(state), max(stamps, default=state[0].made_at))


def bytes_of(feed: Feed, college: College, now: datetime) -> bytes:
    """All their sessions, those that they teach among them, each once."""
    person = db.session.get(Person, feed.person_id)
    if person is None:
        raise NotFound
    rows = once_each(queries.entries_of(person, now - KEPT_CANCELLED))
    events = [event(entry, _told(entry, title), college) for entry, title in rows]
    return made(events, college)


def made(events: Iterable[ical.Entry], college: College) -> bytes:
    """It is called by the short name: the names of calendars are seen by others."""
    return ical.feed(events, name=college.short_name, organizer=organizer(college))


def once_each(rows: Sequence[Row[Entry, str | None]]) -> list[Row[Entry, str | None]]:
    """What stands before what is off, as when somebody has come back, or has another address;
    and what they teach before what they come to.
    """
    best = {row[0].session_id or -row[0].id: row for row in sorted(rows, key=_weight)}
    return [row for row in rows if best[row[0].session_id or -row[0].id] is row]


def _weight(row: Row[Entry, str | None]) -> tuple[bool, bool, int]:
    return row[0].stands, row[0].holder.startswith(OF_A_TUTOR), row[0].id


def _told(entry: Entry, title: str | None) -> Told:
    way = "/tutor" if entry.holder.startswith(OF_A_TUTOR) else "/my/courses"
    return Told(title or NEUTRAL, f"{current_app.config['BASE_URL']}{way}")


def _tag(state: Sequence[Row[*tuple[Any, ...]]]) -> str:
    """Of all that the bytes are made of: rows, the person's choices, the college, the code.

    Not of the moments in a row: an entry is never stamped anew without another sequence.
    """
    settings = [current_app.config[name] for name in ("VERSION", "BASE_URL", "MAIL_DEFAULT_SENDER")]
    rows = [row[:-MOMENTS] for row in state]
    return sha256(repr((settings, rows)).encode()).hexdigest()[:32]
