"""Calendar entries as bytes. Knows the format and no courses.

The time zone is written out here: generated ones are an hour late in spring and end in 2038.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, Timezone, vCalAddress

from recovery_college.clock import in_london

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONDON = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
"""
SAME_FOR_ALL = {"status": "CONFIRMED", "class": "PRIVATE", "transp": "OPAQUE"}


@dataclass(frozen=True)
class Party:
    name: str
    email: str


@dataclass(frozen=True)
class Entry:
    """One session. `summary` is discreet: calendars are seen by others.

    `stamped_at` is when these particulars were set down, never when they were asked for: the
    same entry always gives the same bytes.
    """

    uid: str
    summary: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime


def published(entries: Iterable[Entry], *, name: str, organizer: Party) -> bytes:
    """A calendar to look at or to keep: nobody is asked whether they come."""
    calendar = Calendar()
    calendar.add("prodid", "-//College//Courses//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add_component(Timezone.from_ical(LONDON))
    for entry in entries:
        calendar.add_component(_event(entry, organizer))
    return bytes(calendar.to_ical())


def _event(entry: Entry, organizer: Party) -> Event:
    event = Event()
    for each in ("uid", "summary", "description", "location"):
        event.add(each, getattr(entry, each))
    event.add("dtstart", in_london(entry.starts_at))
    event.add("dtend", in_london(entry.ends_at))
    event.add("dtstamp", entry.stamped_at.astimezone(UTC))
    event.add("organizer", _address(organizer))
    for each, value in SAME_FOR_ALL.items():
        event.add(each, value)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["CN"] = "".join(c for c in party.name if c.isprintable() and c != '"')
    return address
