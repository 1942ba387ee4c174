"""Entries in somebody's calendar, as they stand after the worker's round."""

from datetime import timedelta
from itertools import count
from typing import TypeVar

from sqlalchemy import inspect

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.calendars.models import Entry
from recovery_college.database import Model, db, transaction
from recovery_college.scheduling.models import Run, Session

SERIAL = count(1)
Row = TypeVar("Row", bound=Model)


def make_entry(person: Person, session: Session, holder: str = "", **fields: object) -> Entry:
    number = next(SERIAL)
    entry = Entry(
        uid=f"{number:032x}@example.org",
        holder=holder or f"enrolment:{number}",
        person_id=person.id,
        session_id=session.id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        room_id=session.room_id,
        place="Harbour Hall, Room 1",
        link="",
        sequence=0,
        made_at=clock.now(),
        stamped_at=clock.now(),
    )
    for field, value in fields.items():
        setattr(entry, field, value)
    with transaction():
        db.session.add(entry)
    return entry


def make_entries(person: Person, run: Run) -> list[Entry]:
    return [make_entry(person, session) for session in run.sessions]


def cancel(entry: Entry) -> None:
    """As when the session is off."""
    with transaction():
        entry = current(entry)
        entry.cancelled_at = clock.now()
        entry.sequence += 1
        entry.stamped_at += timedelta(seconds=1)


def current(row: Row) -> Row:
    """As it stands now, though a request has let go of it."""
    found: Row = db.session.get_one(type(row), inspect(row).identity)
    return found
