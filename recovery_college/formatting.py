"""Dates, times and counts in words: pure, and the same on pages, in print and in mail."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as datetime_time
from functools import lru_cache
from itertools import groupby

from recovery_college.clock import in_london

JOINERS = "\u200c\u200d"  # between letters, and between the parts of one emoji
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Paragraph:
    """Some lines of a text, or the items of a list, of which one may have several lines."""

    lines: list[str]
    is_list: bool = False


def day(value: date | datetime) -> str:
    """As in: Tuesday 12 January 2027."""
    local = _local(value)
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_day(value: date | datetime) -> str:
    """As in: 12 January 2027."""
    local = _local(value)
    return f"{local.day} {local:%B %Y}"


def brief_day(value: date | datetime) -> str:
    """As in: Tue 12 Jan. Where there is little room, and the year is said elsewhere."""
    local = _local(value)
    return f"{local:%a} {local.day} {local:%b}"


@lru_cache(maxsize=4096)  # pages say hundreds, and sessions of a college begin at the same times
def time(instant: datetime) -> str:
    """As in: 10am, 12:30pm, midday, midnight."""
    return on_the_clock(in_london(instant).time())


def on_the_clock(wall: datetime_time) -> str:
    """A time that is one of the wall clock's already, as in: 10am."""
    if wall.minute == 0 and wall.hour in (0, 12):
        return "midday" if wall.hour else "midnight"
    minutes = f":{wall:%M}" if wall.minute else ""
    return f"{wall.hour % 12 or 12}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def times(starts_at: datetime, ends_at: datetime) -> str:
    """As in: 10am to 12:30pm."""
    return f"{time(starts_at)} to {time(ends_at)}"


def when(instant: datetime) -> str:
    """As in: Monday 7 June 2027, 10am."""
    return f"{day(instant)}, {time(instant)}"


def brief_when(instant: datetime) -> str:
    """As in: Tue 10am. Where the week is said elsewhere."""
    return f"{in_london(instant):%a} {time(instant)}"


def days(values: Iterable[date | datetime]) -> str:
    """As in: 12, 19 and 26 January and 2 February. In order, and without the year."""
    ordered = sorted(_local(value) for value in values)
    months = groupby(ordered, key=lambda local: f"{local:%B}")
    return listed([f"{listed([str(d.day) for d in each])} {month}" for month, each in months])


def months(values: Iterable[date | datetime]) -> str:
    """As in: December 2026 and January 2027; January to March 2027."""
    ordered = sorted(_local(value) for value in values)
    first, last = ordered[0], ordered[-1]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    joint = "and" if (last.year - first.year) * 12 + last.month - first.month == 1 else "to"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first:%B}{year} {joint} {last:%B %Y}"


def pattern(spans: Sequence[tuple[datetime, datetime]]) -> str:
    """When a run meets, in one line.

    As in: Tuesdays, 10am to 12:30pm; Tuesday 12 January 2027, 1pm to 3pm; Mondays and
    Fridays, 6pm to 8pm; Tuesdays, at different times.
    """
    hours = {times(*span) for span in spans}
    at = hours.pop() if len(hours) == 1 else "at different times"
    if len(spans) == 1:
        return f"{day(spans[0][0])}, {at}"
    weekdays = sorted({in_london(starts_at).weekday() for starts_at, _ in spans})
    return f"{listed([WEEKDAYS[weekday] + 's' for weekday in weekdays])}, {at}"


def lines(text: str) -> list[str]:
    """What somebody typed line by line, without the bullets they may have put."""
    bare = (re.sub(r"^\s*[-*•\u2013]\s+", "", line).strip() for line in text.splitlines())
    return [line for line in bare if line]


def paragraphs(text: str) -> list[Paragraph]:
    """What blank lines set apart. A list has a dash before each item, or is set in as a whole."""
    return [_paragraph(block.rstrip()) for block in BLANK.split(text.strip("\n")) if block.strip()]


def cleaned(text: str) -> str:
    """What was typed, without what can't be printed: a database may not keep it."""
    spaced = (" " if c.isspace() and c != "\n" else c for c in text.replace("\r\n", "\n"))
    return "".join(c for c in spaced if c.isprintable() or c == "\n" or c in JOINERS)


def count(number: int, one: str, many: str | None = None) -> str:
    """As in: 1 place, 3 places, 2,000 places."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(words: str) -> str:
    """The first letter large, and the others as they are."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """As in: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _paragraph(block: str) -> Paragraph:
    written = [line for line in block.splitlines() if line.strip()]
    if all(line.startswith("  ") for line in written):
        return Paragraph([line.strip() for line in written], is_list=True)
    if block.startswith("- ") and all(line.startswith(("- ", "  ")) for line in written):
        items = re.split(r"^- ", "\n".join(written), flags=re.MULTILINE)[1:]
        return Paragraph([_by_line(item) for item in items], is_list=True)
    return Paragraph([line.strip() for line in written])


def _by_line(words: str) -> str:
    return "\n".join(line.strip() for line in words.strip().split("\n"))


def _local(value: date | datetime) -> date:
    return in_london(value) if isinstance(value, datetime) else value
