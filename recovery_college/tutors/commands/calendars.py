"""A tutor's own calendars: a link that the worker reads, or a file that is read once.

A link is a key to somebody's whole calendar, so it is sealed, and never shown or logged. What
is slow, fetching and reading, happens outside the transactions.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from functools import partial

from flask import current_app
from sqlalchemy import delete, insert, select

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import opened, sealed, sealed_anew
from recovery_college.database import afterwards, db, hold, transaction
from recovery_college.errors import NotFound, Refusal
from recovery_college.keys import our_secret
from recovery_college.messages.jobs import jobs_of
from recovery_college.tutors import queries
from recovery_college.tutors.calendars import read_file, read_link
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import BusyCalendar, BusyTime, Tutor
from recovery_college.tutors.rules import CalendarTrouble, saying
from recovery_college.tutors.rules.free import Stretch
from recovery_college.tutors.rules.links import host_of, tidy_link

log = logging.getLogger(__name__)
READ_CALENDARS = "calendars"
HORIZON = timedelta(weeks=26)  # ahead of which nothing of a calendar is kept
AGAIN_AFTER, AT_THE_LATEST = timedelta(hours=1), timedelta(days=1)
FIELDS = ("calendar",)
Read = Callable[[str, Stretch], list[Stretch]]


def add_link(person: Person, typed: str) -> None:
    """The worker reads it at once, and then every hour."""
    now, link = clock.now(), tidy_link(typed)
    with transaction():
        calendar = _added(person, now)
        calendar.link = sealed(our_secret(), link, _purpose(calendar.id))
        calendar.next_read_at = now
        _ask_the_worker()


def add_file(person: Person, content: bytes) -> None:
    """Read now, and let go of: its busy times stay."""
    now = clock.now()
    try:
        busy = read_file(content, _ahead(now))
    except Trouble as trouble:
        raise Refusal(trouble.kind.label, field="file") from trouble
    with transaction():
        calendar = _added(person, now)
        calendar.read_at = now
        _keep(calendar, busy)


def read_now(person: Person, calendar: BusyCalendar) -> None:
    with transaction():
        hold(person)
        if calendar.link is None:
            raise Refusal("This was a file. Send it again if it has changed.")
        calendar.next_read_at = clock.now()
        _ask_the_worker()


def remove_calendar(person: Person, calendar: BusyCalendar) -> None:
    """With all that was read of it."""
    with transaction():
        hold(person)
        db.session.execute(delete(BusyTime).where(BusyTime.calendar_id == calendar.id))
        db.session.delete(calendar)
        audit.record(person, "removed", person, fields=FIELDS, at=clock.now())


def read_due_calendars(read: Read = read_link, *, go_on: Callable[[], bool] = lambda: True) -> None:
    """One transaction for each; what fails for one is logged by its number, and tried again.

    `go_on` is asked before each, for each takes its time.
    """
    now = clock.now()
    with transaction():
        db.session.execute(delete(BusyTime).where(BusyTime.ends_at < now - AT_THE_LATEST))
    for calendar_id in queries.calendars_due(now):
        if not go_on():
            return
        try:
            _read(calendar_id, read)
        except NotFound:
            continue  # it has just been removed
        except Exception as fault:
            log.error("calendar %s: %s", calendar_id, type(fault).__name__)
            db.session.rollback()


def seal_links_anew() -> int:
    """Under the newest key. How many it was: one transaction for each."""
    anew = 0
    for calendar_id in db.session.scalars(select(BusyCalendar.id)).all():
        with suppress(NotFound), transaction():
            calendar = _held(calendar_id)
            before = calendar.link
            if before is not None:
                calendar.link = sealed_anew(our_secret(), before, _purpose(calendar_id))
                anew += calendar.link != before
    return anew


def where_from(calendar: BusyCalendar) -> str:
    """The host of its link, which is all that is shown again; nothing of a file."""
    link = _link(calendar)
    return host_of(link) if link else ""


def _read(calendar_id: int, read: Read) -> None:
    calendar = db.session.get(BusyCalendar, calendar_id)
    link = _link(calendar) if calendar else None
    db.session.rollback()  # nobody waits for our connection while somebody's server takes its time
    now = clock.now()
    try:
        if link is None:
            raise Trouble(CalendarTrouble.NOT_ALLOWED)
        _take(calendar_id, read(link, _ahead(now)), now)
    except Trouble as trouble:
        _put_off(calendar_id, trouble.kind, now)


def _take(calendar_id: int, busy: list[Stretch], now: datetime) -> None:
    with transaction():
        calendar = _held(calendar_id)
        calendar.read_at, calendar.next_read_at = now, now + AGAIN_AFTER
        calendar.trouble = None
        if queries.busy_of(calendar) != busy:
            _keep(calendar, busy)


def _put_off(calendar_id: int, kind: CalendarTrouble, now: datetime) -> None:
    """What was read before stays. The longer it does not answer, the less often it is asked."""
    with transaction():
        calendar = _held(calendar_id)
        silent_for = now - (calendar.read_at or calendar.added_at)
        calendar.trouble = kind
        calendar.next_read_at = now + min(max(silent_for, AGAIN_AFTER), AT_THE_LATEST)


def _held(calendar_id: int) -> BusyCalendar:
    """It may be removed while it is read."""
    calendar = db.session.get(BusyCalendar, calendar_id)
    if calendar is None:
        raise NotFound
    hold(db.session.get_one(Tutor, calendar.tutor_id).person)
    db.session.refresh(calendar)
    return calendar


def _added(person: Person, now: datetime) -> BusyCalendar:
    hold(person)
    tutor = as_tutor(person)
    saying.check_not_more(len(queries.calendars_of(tutor)), saying.MOST_CALENDARS)
    calendar = BusyCalendar(tutor_id=tutor.id, added_at=now)
    db.session.add(calendar)
    db.session.flush()
    audit.record(person, "added", person, fields=FIELDS, at=now)
    return calendar


def _keep(calendar: BusyCalendar, busy: Sequence[Stretch]) -> None:
    db.session.execute(delete(BusyTime).where(BusyTime.calendar_id == calendar.id))
    whose = {"calendar_id": calendar.id, "tutor_id": calendar.tutor_id}
    rows = [whose | stretch._asdict() for stretch in busy]
    if rows:
        db.session.execute(insert(BusyTime), rows)


def _ahead(now: datetime) -> Stretch:
    """From this morning on, so that reading twice in a day finds the same."""
    today = clock.in_london(now).date()
    return Stretch(
        clock.london_instant(today, time()), clock.london_instant(today + HORIZON, time())
    )


def _link(calendar: BusyCalendar) -> str | None:
    kept = calendar.link
    return None if kept is None else opened(our_secret(), kept, _purpose(calendar.id))


def _ask_the_worker() -> None:
    afterwards(READ_CALENDARS, partial(jobs_of(current_app).ask, READ_CALENDARS))


def _purpose(calendar_id: int) -> str:
    """What the sealed link is bound to."""
    return f"calendar:{calendar_id}"
