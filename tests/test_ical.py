"""A calendar's bytes, across the night when the clocks go forward, and its time zone for years."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from timeit import repeat

import pytest
from hypothesis import settings
from icalendar import Calendar, Event

from recovery_college.clock import LONDON, in_london
from recovery_college.ical import Entry, PartStat, Party, cancelled, feed, requested
from tests.ical_judge import faults

EVERY_HALF_HOUR = settings.get_current_profile_name() == "full"
OFFICE = Party('The "college"\n', "office@example.org")
ADA = Party("Ada; Love, lace\r\n", "ada@example.org")
ENTRY = Entry(
    uid="session-7@college.example",
    summary="Harbour",
    description="Sleep well: " + "é" * 60 + "\r\nPhone us; do, please.",
    location="Room 1, Mill\\Lane",
    starts_at=datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    ends_at=datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    stamped_at=datetime(2027, 3, 1, 12, tzinfo=UTC),
    sequence=2,
    made_at=datetime(2027, 2, 1, 9, tzinfo=UTC),
)


def invited(entry: Entry = ENTRY, attendee: Party = ADA) -> bytes:
    return requested(entry, organizer=OFFICE, attendee=attendee)


def shown(*entries: Entry) -> bytes:
    return feed(entries, name="Harbour, more", organizer=OFFICE)


def lines_of(calendar: bytes) -> list[str]:
    return calendar.replace(b"\r\n ", b"").decode().split("\r\n")


def attendee_of(calendar: bytes) -> str:
    (line,) = (line for line in lines_of(calendar) if line.startswith("ATTENDEE"))
    return line


INVITE = invited()


def test_an_invite_says_everything_once_and_asks() -> None:
    assert lines_of(INVITE) == [
        "BEGIN:VCALENDAR",
        "PRODID:-//College//Courses//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
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
        "BEGIN:VEVENT",
        "UID:session-7@college.example",
        "DTSTAMP:20270301T120000Z",
        "CREATED:20270201T090000Z",
        "LAST-MODIFIED:20270301T120000Z",
        "DTSTART;TZID=Europe/London:20270328T003000",
        "DTEND;TZID=Europe/London:20270328T023000",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "SUMMARY:Harbour",
        "LOCATION:Room 1\\, Mill\\\\Lane",
        "DESCRIPTION:Sleep well: " + "é" * 60 + "\\nPhone us\\; do\\, please.",
        'ORGANIZER;CN="The college":mailto:office@example.org',
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;"
        'CN="Ada; Love, lace":mailto:ada@example.org',
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "PRIORITY:5",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    assert faults(INVITE, "REQUEST") == []


def test_an_entry_that_does_not_say_when_it_was_made_says_nothing_of_it() -> None:
    calendar = invited(replace(ENTRY, made_at=None))
    assert set(lines_of(INVITE)) - set(lines_of(calendar)) == {"CREATED:20270201T090000Z"}
    assert faults(calendar, "REQUEST") == []


def test_a_change_that_asks_again_forgets_the_answer() -> None:
    again = requested(ENTRY, organizer=OFFICE, attendee=ADA, partstat=PartStat.ACCEPTED)
    assert again == INVITE


@pytest.mark.parametrize("answer", PartStat)
def test_a_change_that_does_not_ask_again_keeps_the_answer(answer: PartStat) -> None:
    calendar = requested(ENTRY, organizer=OFFICE, attendee=ADA, asks_again=False, partstat=answer)
    assert attendee_of(calendar) == (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP=FALSE;"
        'CN="Ada; Love, lace":mailto:ada@example.org'
    )
    assert faults(calendar, "REQUEST") == []


def test_nobody_is_asked_to_what_is_cancelled() -> None:
    with pytest.raises(ValueError, match="back to life"):
        invited(replace(ENTRY, is_cancelled=True))


def test_a_cancellation_differs_only_in_method_and_status_and_asks_nothing() -> None:
    calendar = cancelled(ENTRY, organizer=OFFICE, attendee=ADA)
    instead = {
        "METHOD:REQUEST": "METHOD:CANCEL",
        "STATUS:CONFIRMED": "STATUS:CANCELLED",
        attendee_of(INVITE): attendee_of(INVITE).replace("RSVP=TRUE", "RSVP=FALSE"),
    }
    assert lines_of(calendar) == [instead.get(line, line) for line in lines_of(INVITE)]
    assert faults(calendar, "CANCEL") == []


def test_a_feed_says_its_name_and_when_to_look_again_and_asks_nobody() -> None:
    calendar = lines_of(shown(ENTRY))
    invite = lines_of(INVITE)
    at = invite.index("METHOD:REQUEST")
    asked = attendee_of(INVITE)
    assert calendar == [
        *invite[:at],
        "METHOD:PUBLISH",
        "NAME:Harbour\\, more",
        "X-WR-CALNAME:Harbour\\, more",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for line in invite[at + 1 :] if line != asked),
    ]


def test_a_feed_holds_its_entries_in_their_order_and_the_cancelled_as_such() -> None:
    calendar = shown(ENTRY, replace(ENTRY, uid="session-8@college.example", is_cancelled=True))
    assert [line for line in lines_of(calendar) if line.startswith(("UID:", "STATUS:"))] == [
        "UID:session-7@college.example",
        "STATUS:CONFIRMED",
        "UID:session-8@college.example",
        "STATUS:CANCELLED",
    ]
    assert faults(calendar, "PUBLISH") == []


def test_a_calendar_without_entries_is_still_one() -> None:
    assert shown().endswith(b"END:VTIMEZONE\r\nEND:VCALENDAR\r\n")
    assert faults(shown(), "PUBLISH") == []


def test_the_same_entry_always_gives_the_same_bytes() -> None:
    assert shown(ENTRY) == shown(replace(ENTRY))
    assert invited(ENTRY) == invited(replace(ENTRY))


def test_what_cannot_be_seen_is_left_out_and_a_break_of_any_kind_is_one() -> None:
    entry = replace(
        ENTRY,
        summary="\ufeffa\x00b\x7fc\ud800d\x9f\ufffee\uffff\t \u00a0f ",
        location="a\nb\r\nc\rd\x0be\x0cf\x85g\u2028h\u2029i",
        description="👩‍👩‍👧 \u202eright to left\u202c",
    )
    told = {line.split(":", 1)[0]: line.split(":", 1)[1] for line in lines_of(invited(entry))[:-1]}
    assert (told["SUMMARY"], told["LOCATION"], told["DESCRIPTION"]) == (
        "abcde f",
        "a\\nb\\nc\\nd\\ne\\nf\\ng\\nh\\ni",
        "👩‍👩‍👧 \u202eright to left\u202c",
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada", "Ada"),
        ('Ada "Countess" Lovelace', "Ada Countess Lovelace"),
        ("  Ada\r\nBCC: x\x00\ty ", "Ada BCC: x y"),
        ("Ada^n\\\\Lovelace", "AdanLovelace"),
        ("سارة", "سارة"),
        (' "" ', "ada@example.org"),
    ],
)
def test_a_name_is_one_line_without_quotes(name: str, written: str) -> None:
    calendar = invited(attendee=Party(name, ADA.email))
    assert attendee_of(calendar).split("RSVP=TRUE;")[1] == f'CN="{written}":mailto:ada@example.org'
    assert faults(calendar, "REQUEST") == []


@pytest.mark.parametrize("letter", ["a", "é", "€", "😀"])
@pytest.mark.parametrize("before", range(5))
def test_long_lines_are_folded_as_late_as_they_can_be(letter: str, before: int) -> None:
    calendar = invited(replace(ENTRY, summary="x" * before + letter * 500))
    start = calendar.index(b"SUMMARY:")
    lines = calendar[start : calendar.index(b"\r\nLOCATION")].split(b"\r\n")
    least = 75 - len(letter.encode()) + 1
    assert {least <= len(line) <= 75 for line in lines[:-1]} == {True}
    assert faults(calendar, "REQUEST") == []


def test_a_feed_of_200_sessions_takes_less_than_half_of_a_librarys_time() -> None:
    entries = [replace(ENTRY, uid=f"session-{n}@college.example") for n in range(200)]
    assert 2 * quickest(lambda: shown(*entries)) < quickest(lambda: by_a_library(entries))


def quickest(work: Callable[[], object]) -> float:
    return min(repeat(work, number=1, repeat=5))


def by_a_library(entries: list[Entry]) -> bytes:
    """Less than a feed says."""
    calendar = Calendar()
    for entry in entries:
        event = Event()
        for name in ("uid", "summary", "location", "description"):
            event.add(name, getattr(entry, name))
        event.add("dtstart", in_london(entry.starts_at))
        event.add("dtend", in_london(entry.ends_at))
        event.add("dtstamp", entry.stamped_at)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def test_the_time_zone_agrees_with_the_time_zone_database() -> None:
    (declared,) = Calendar.from_ical(shown()).timezones
    zone = declared.to_tz(lookup_tzid=False)
    wrong = [
        instant
        for instant in half_hours()
        if instant.astimezone(zone).utcoffset() != instant.astimezone(LONDON).utcoffset()
    ]
    assert wrong == []


def half_hours() -> Iterator[datetime]:
    """Every one, or in an ordinary run those of the last week of each March and October."""
    instant = datetime(2025, 1, 1, tzinfo=UTC)
    while instant.year < 2039:
        if EVERY_HALF_HOUR or (instant.month in {3, 10} and instant.day >= 25):
            yield instant
        instant += timedelta(minutes=30)
