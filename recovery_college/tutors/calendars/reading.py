"""Calendar bytes in, busy stretches out. What the times are for is not looked at.

Imported by nothing but the process apart: the parts that it rests on are large.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from recovery_college.clock import LONDON
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch, joined

MOST_TIMES = 5_000
TOO_OFTEN = re.compile(rb"^RRULE\b.*FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE | re.MULTILINE)
NOT_BUSY = {
    "TRANSP": "TRANSPARENT",
    "STATUS": "CANCELLED",
    "X-MICROSOFT-CDO-BUSYSTATUS": "FREE",
}


def busy_times(content: bytes, between: Stretch) -> list[Stretch]:
    """In order, joined where they touch. Raises `Trouble`."""
    if b"BEGIN:VCALENDAR" not in content.upper():
        raise Trouble(CalendarTrouble.NO_CALENDAR)
    unfolded = re.sub(rb"\r?\n[ \t]", b"", content)
    if TOO_OFTEN.search(unfolded):
        raise Trouble(CalendarTrouble.TOO_MUCH)
    try:
        busy = list(_busy(content, between))
    except MemoryError:
        raise
    except Exception as error:  # whatever the library raises for what only looks like a calendar
        raise Trouble(CalendarTrouble.NO_CALENDAR) from error
    if len(busy) > MOST_TIMES:
        raise Trouble(CalendarTrouble.TOO_MUCH)
    return joined(busy)


def _busy(content: bytes, between: Stretch) -> Iterator[Stretch]:
    for calendar in Calendar.from_ical(content, multiple=True):
        occurrences = recurring_ical_events.of(calendar, skip_bad_series=True)
        for event in occurrences.between(between.starts_at, between.ends_at):
            if not _is_free(event):
                yield from _cut(event, between)


def _is_free(event: Any) -> bool:
    return any(str(event.get(name, "")).upper() == value for name, value in NOT_BUSY.items())


def _cut(event: Any, between: Stretch) -> Iterator[Stretch]:
    ends = sorted((_instant(event["DTSTART"].dt), _instant(event["DTEND"].dt)))
    starts_at, ends_at = max(ends[0], between.starts_at), min(ends[1], between.ends_at)
    if starts_at < ends_at:
        yield Stretch(starts_at, ends_at)


def _instant(value: date | datetime) -> datetime:
    """A day begins at the college's midnight, and a time of no zone is on its wall clock."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=LONDON)).astimezone(UTC)
