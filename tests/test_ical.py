"""A calendar's bytes, across the night when the clocks go forward, and its time zone for years."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from recovery_college.clock import LONDON
from recovery_college.ical import Entry, Party, published

OFFICE = Party('The "college"\n', "office@example.org")
ENTRY = Entry(
    uid="session-7@college.example",
    summary="Harbour",
    description="Sleep well: " + "é" * 60 + "\nPhone us; do, please.",
    location="Room 1, Mill Lane",
    starts_at=datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    ends_at=datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    stamped_at=datetime(2027, 3, 1, 12, tzinfo=UTC),
)


def made(*entries: Entry) -> bytes:
    return published(entries, name="Harbour", organizer=OFFICE)


def test_the_wall_clock_jumps_from_half_past_twelve_to_half_past_two() -> None:
    lines = made(ENTRY).replace(b"\r\n ", b"").decode().split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    assert set(event) == {
        "UID:session-7@college.example",
        "SUMMARY:Harbour",
        "DESCRIPTION:Sleep well: " + "é" * 60 + "\\nPhone us\\; do\\, please.",
        "LOCATION:Room 1\\, Mill Lane",
        "DTSTART;TZID=Europe/London:20270328T003000",
        "DTEND;TZID=Europe/London:20270328T023000",
        "DTSTAMP:20270301T120000Z",
        'ORGANIZER;CN="The college":mailto:office@example.org',
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
    }


def test_the_bytes_keep_to_the_format() -> None:
    calendar = made(ENTRY, replace(ENTRY, uid="session-8@college.example"))
    lines = calendar.split(b"\r\n")
    assert calendar.count(b"\n") == calendar.count(b"\r\n") == calendar.count(b"\r")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    assert calendar.count(b"BEGIN:VEVENT\r\n") == 2
    for once in (b"METHOD:PUBLISH\r\n", b"VERSION:2.0\r\n", b"BEGIN:VTIMEZONE\r\n"):
        assert calendar.count(once) == 1


def test_the_same_entry_always_gives_the_same_bytes() -> None:
    assert made(ENTRY) == made(replace(ENTRY))


def test_a_calendar_without_entries_is_still_one() -> None:
    assert made().endswith(b"END:VTIMEZONE\r\nEND:VCALENDAR\r\n")


def test_the_time_zone_agrees_with_the_time_zone_database() -> None:
    (declared,) = Calendar.from_ical(made()).timezones
    zone = declared.to_tz(lookup_tzid=False)
    wrong = [
        instant
        for instant in around_each_change_of_the_clocks()
        if instant.astimezone(zone).utcoffset() != instant.astimezone(LONDON).utcoffset()
    ]
    assert wrong == []


def around_each_change_of_the_clocks() -> Iterator[datetime]:
    """Every half hour of the last days of March and October, and midwinter and midsummer."""
    for year in range(2025, 2039):
        yield from (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 7, 1, tzinfo=UTC))
        for month in (3, 10):
            for half_hours in range(7 * 48):
                yield datetime(year, month, 25, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
