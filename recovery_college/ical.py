"""Calendar entries as bytes. Knows the format and no courses.

Written line by line: a library's time zone is an hour late in spring and ends in 2038, and a
feed of 200 sessions would take it ten times as long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from recovery_college.clock import in_london

CONTENT_TYPE = "text/calendar; charset=utf-8"
HEAD = (
    "BEGIN:VCALENDAR",
    "PRODID:-//College//Courses//EN",
    "VERSION:2.0",
    "CALSCALE:GREGORIAN",
)
LONDON = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:DAYLIGHT",
    "TZNAME:BST",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "DTSTART:19700329T010000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZNAME:GMT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "DTSTART:19701025T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "END:VTIMEZONE",
)
SAME_FOR_ALL = (
    "CLASS:PRIVATE",
    "TRANSP:OPAQUE",
    "PRIORITY:5",
    "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
    "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
    "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
)
REFRESHED_HOURLY = ("REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
OCTETS = 75  # of a line, its end not counted

# What nobody can see breaks lines for some readers, or can't be written as UTF-8 or XML at all:
# a store that holds one such letter can show none of its entries.
UNSEEN: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
UNSEEN |= dict.fromkeys((*range(0xD800, 0xE000), 0xFEFF, 0xFFFE, 0xFFFF))
del UNSEEN[ord("\t")]  # it is a blank
BREAKS = tuple(map(ord, "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"))
IN_TEXT = UNSEEN | dict.fromkeys(BREAKS, "\\n") | {ord(c): f"\\{c}" for c in "\\;,"}
IN_A_NAME = UNSEEN | dict.fromkeys(BREAKS, " ")
IN_A_NAME |= dict.fromkeys(map(ord, '"^\\'))  # two of them begin an escape for some readers only


class PartStat(StrEnum):
    """What somebody has answered."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"


@dataclass(frozen=True)
class Party:
    name: str
    email: str


@dataclass(frozen=True)
class Entry:
    """One session. `summary` is discreet: calendars are seen by others.

    `stamped_at` is when these particulars were set down, never when they were asked for: the
    same entry always gives the same bytes. Each change that is sent has a later stamp and the
    next `sequence`; `made_at` stays.
    """

    uid: str
    summary: str
    description: str
    location: str
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    sequence: int = 0
    made_at: datetime | None = None
    is_cancelled: bool = False


def requested(
    entry: Entry,
    *,
    organizer: Party,
    attendee: Party,
    asks_again: bool = True,
    partstat: PartStat = PartStat.NEEDS_ACTION,
) -> bytes:
    """An invite, or a change to one. Unless it `asks_again`, the answer given before is kept."""
    if entry.is_cancelled:
        raise ValueError("a request would bring what is cancelled back to life")
    answer = PartStat.NEEDS_ACTION if asks_again else partstat
    asked = _attendee(attendee, answer, rsvp=asks_again)
    return _calendar("REQUEST", (), _event(entry, _organizer(organizer), asked))


def cancelled(entry: Entry, *, organizer: Party, attendee: Party) -> bytes:
    """Takes an invite back. The entry says when and what it last was."""
    gone = replace(entry, is_cancelled=True)
    told = _attendee(attendee, PartStat.NEEDS_ACTION, rsvp=False)
    return _calendar("CANCEL", (), _event(gone, _organizer(organizer), told))


def feed(entries: Iterable[Entry], *, name: str, organizer: Party) -> bytes:
    """A calendar to look at or to keep: nobody is asked whether they come."""
    shown = _text(name)
    said = (f"NAME:{shown}", f"X-WR-CALNAME:{shown}", *REFRESHED_HOURLY)
    whose = _organizer(organizer)
    events = (line for entry in entries for line in _event(entry, whose))
    return _calendar("PUBLISH", said, events)


def _calendar(method: str, said: Iterable[str], events: Iterable[str]) -> bytes:
    lines = (*HEAD, f"METHOD:{method}", *said, *LONDON, *events, "END:VCALENDAR", "")
    return b"\r\n".join(map(_folded, lines))


def _event(entry: Entry, *parties: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_in_utc(entry.stamped_at)}"
    if entry.made_at:
        yield f"CREATED:{_in_utc(entry.made_at)}"
    yield f"LAST-MODIFIED:{_in_utc(entry.stamped_at)}"
    yield f"DTSTART;TZID=Europe/London:{in_london(entry.starts_at):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Europe/London:{in_london(entry.ends_at):%Y%m%dT%H%M%S}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"LOCATION:{_text(entry.location)}"
    yield f"DESCRIPTION:{_text(entry.description)}"
    yield from parties
    yield from SAME_FOR_ALL
    yield "END:VEVENT"


def _organizer(party: Party) -> str:
    return f"ORGANIZER;{_called(party)}"


def _attendee(party: Party, answer: PartStat, *, rsvp: bool) -> str:
    return (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};"
        f"RSVP={str(rsvp).upper()};{_called(party)}"
    )


def _called(party: Party) -> str:
    name, email = (_spaced(each.translate(IN_A_NAME)) for each in (party.name, party.email))
    return f'CN="{name or email}":mailto:{email}'


def _text(words: str) -> str:
    return _spaced(words.replace("\r\n", "\n").translate(IN_TEXT))


def _spaced(words: str) -> str:
    """With single blanks inside only: some readers drop a line that is all blank."""
    return " ".join(words.split())


def _in_utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> bytes:
    """Never cut inside a letter, which some readers would show as two broken ones."""
    rest = line.encode()
    if len(rest) <= OCTETS:
        return rest
    pieces = []
    room = OCTETS
    while len(rest) > room:
        end = room
        while rest[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(rest[:end])
        rest = rest[end:]
        room = OCTETS - 1  # the space that begins it counts
    return b"\r\n ".join([*pieces, rest])
