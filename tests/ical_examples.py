"""Sessions as nobody would write them, and what every reader should make of each."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from recovery_college.clock import in_london, london_instant
from recovery_college.ical import Entry, Party
from tests.ical_parsers import Session, Somebody
from tests.test_ical import ENTRY

PIECES = [
    "a", "Sleep well", " ", "  ", ",", ";", ":", "\\", "\\n", "\\\\,", '"', "'", "^n", "^^", "=",
    "\n", "\r", "\r\n", "\n ", "\t", "\x00", "\x07", "\x0b", "\x1f", "\x7f", "\x85", "\x9f",
    "\u2028", "\ud800", "\ufeff", "\ufffe", "\uffff", "\U0010ffff", "\u00a0", "\u202e", "\u200f",
    "é", "e\u0301", "€", "😀", "👩\u200d👧", "🏴\U000e0067\U000e0062", "日本語", "سارة", "שלום",
    "<b>", "%0D", "BEGIN:VEVENT", "END:VCALENDAR\r\n", "\r\nUID:other",
]  # fmt: skip
BREAKS = "\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]"
UNSEEN = "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"


words = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join)
titles = words | st.sampled_from(PIECES).map(lambda piece: (piece * 500)[:500])
parties = st.builds(Party, titles, st.sampled_from(["a.b+c@example.org", "o'neil@x.example"]))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def is_outside_a_change_of_the_clocks(entry: Entry) -> bool:
    local = [in_london(entry.starts_at), in_london(entry.ends_at)]
    early, late = ([each.replace(fold=fold).utcoffset() for each in local] for fold in (0, 1))
    return early == late


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    starts_at = draw(moments).replace(second=0, microsecond=0)
    made_at = draw(moments)
    return Entry(
        uid=f"{draw(st.uuids())}@college.example",
        summary=draw(titles),
        description=draw(titles),
        location=draw(titles),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(1, 600))),
        stamped_at=made_at + timedelta(seconds=draw(st.integers(0, 10**6))),
        sequence=draw(st.integers(0, 1000)),
        made_at=draw(st.sampled_from([None, made_at])),
    )


sessions = entries().filter(is_outside_a_change_of_the_clocks)


def in_sight(text: str) -> str:
    seen = re.sub(UNSEEN, "", re.sub(BREAKS, "\n", text))
    return re.sub(r"[^\S\n]+", " ", seen).strip(" ")


def on_one_line(party: Party) -> str:
    return " ".join(re.sub(r'["^\\]', "", in_sight(party.name)).split()) or party.email


def expected(entry: Entry, organizer: Party, *attendees: Somebody) -> Session:
    return Session(
        uid=entry.uid,
        sequence=entry.sequence,
        status="CANCELLED" if entry.is_cancelled else "CONFIRMED",
        stamped_at=int(entry.stamped_at.timestamp()),
        starts_at=int(entry.starts_at.timestamp()),
        ends_at=int(entry.ends_at.timestamp()),
        starts_on_the_clock=f"{in_london(entry.starts_at):%Y-%m-%dT%H:%M:%S}",
        summary=in_sight(entry.summary),
        location=in_sight(entry.location),
        description=in_sight(entry.description),
        organizer=Somebody(on_one_line(organizer), f"mailto:{organizer.email}"),
        attendees=list(attendees),
    )


def asked(party: Party, answer: str, rsvp: str) -> Somebody:
    return Somebody(on_one_line(party), f"mailto:{party.email}", answer, rsvp)


# Sundays, so that the clocks change in the night before two of them.
SUNDAYS = [date(2027, 3, 7) + timedelta(weeks=week) for week in range(37)]
WEEKLY = [
    replace(
        ENTRY,
        uid=f"{day}@college.example",
        starts_at=london_instant(day, time(10)),
        ends_at=london_instant(day, time(12)),
    )
    for day in SUNDAYS
]
IN_SUMMER = (date(2027, 3, 28), date(2027, 10, 31))


def is_summer(day: date) -> bool:
    return IN_SUMMER[0] <= day < IN_SUMMER[1]


def instant_of(day: date) -> datetime:
    """When it is 10am in London, by the almanac and no program."""
    return datetime(day.year, day.month, day.day, 9 if is_summer(day) else 10, tzinfo=UTC)
