"""Dates and times in a cell, however they are written. The day always comes before the month."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from recovery_college.errors import Refusal
from recovery_college.formatting import WEEKDAYS
from recovery_college.intake.rules.cells import Raw, text, weekday

YEARS = range(2000, 2100)
MONTHS = [name.lower() for name in calendar.month_name]
NAMED_DAY = re.compile(r"([a-z]{2,9})[,.]?\s+(?=.*[0-9])")
MIDNIGHT = re.compile(r"[t ]00:00(:00)?(\.0+)?$")
IN_FIGURES = re.compile(r"([0-9]{1,2})\s*[./\- ]\s*([0-9]{1,2})\s*[./\- ]\s*([0-9]{4}|[0-9]{2})")
YEAR_FIRST = re.compile(r"([0-9]{4})[./-]([0-9]{1,2})[./-]([0-9]{1,2})")
IN_WORDS = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[\s.\-/]*(?:of\s)?([a-z]{3,9})[\s.,\-/]*([0-9]{4}|[0-9]{2})"
)
MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?\s([0-9]{1,2})(?:st|nd|rd|th)?,?\s([0-9]{4})")
ON_THE_CLOCK = re.compile(
    r"([0-9]{1,2})(?:\s*[:.h]\s*([0-9]{2})(?:[:.][0-9]{2})?)?\s*(am|pm|a\.m\.?|p\.m\.?)?"
)
FOUR_FIGURES = re.compile(r"([0-9]{1,2})([0-9]{2})\s*(am|pm|a\.m\.?|p\.m\.?|h|hrs?)?")
BETWEEN = re.compile(r"\s*(?:-|\u2013|\u2014|\bto\b|\buntil\b|\btill\b)\s*")
NOON = {"noon": "12pm", "midday": "12pm", "12 noon": "12pm", "12noon": "12pm", "midnight": "0:00"}
WRONG_YEAR = "The year can't be right. Check the date."
SAY_WHEN = 'Write a time here, as in "10:30" or "6pm".'


@dataclass(frozen=True)
class Hours:
    """When a session begins and, where the cell says so too, when it ends."""

    starts: time
    ends: time | None = None


def day(raw: Raw) -> date:
    """A real date, 12/01/2027, Tue 12 Jan 2027, 12.01.27 or 2027-01-12."""
    if isinstance(raw, datetime):
        return _believed(raw.date())
    if isinstance(raw, date):
        return _believed(raw)
    if not isinstance(raw, str):
        raise Refusal('This is not a date. Write it as in "12/01/2027".')
    words = MIDNIGHT.sub("", text(raw).lower())
    named = NAMED_DAY.match(words)
    weekday_named = weekday(named[1]) if named else None
    read = _day_of(words[named.end() :] if named and weekday_named is not None else words)
    if weekday_named not in (None, read.weekday()):
        raise Refusal(
            f"{read.day} {read:%B %Y} is a {WEEKDAYS[read.weekday()]}. "
            "Check the date and the day of the week."
        )
    return read


def clock(raw: Raw) -> time:
    """A real time, 10:30, 10.30am, 1030, 6pm."""
    if isinstance(raw, datetime):
        return _whole(raw.time())
    if isinstance(raw, time):
        return _whole(raw)
    if isinstance(raw, timedelta | float | int):
        return _from_number(raw)
    return _time_of(text(raw).lower())


def hours(raw: Raw) -> Hours:
    """A time, or from when to when: "10:30-12:30", "1 to 3pm"."""
    ends = BETWEEN.split(text(raw).lower()) if isinstance(raw, str) else []
    if len(ends) != 2:
        return Hours(clock(raw))
    end = _time_of(ends[1])
    return Hours(_start_before(ends[0], ends[1], end), end)


def _day_of(words: str) -> date:
    if found := YEAR_FIRST.fullmatch(words):
        return _date(found[1], int(found[2]), found[3])
    if found := IN_FIGURES.fullmatch(words):
        return _date(found[3], int(found[2]), found[1])
    if found := IN_WORDS.fullmatch(words):
        return _date(found[3], _month(found[2]), found[1])
    if found := MONTH_FIRST.fullmatch(words):
        return _date(found[3], _month(found[1]), found[2])
    raise Refusal('This is not a date. Write day, month and year, as in "12/01/2027".')


def _date(year: str, month: int, day: str) -> date:
    whole = int(year) if len(year) == 4 else 2000 + int(year)
    if not 1 <= month <= 12:
        raise Refusal(f"There is no month {month}. The day comes first, then the month.")
    if whole not in YEARS:
        raise Refusal(WRONG_YEAR)
    days = calendar.monthrange(whole, month)[1]
    if not 1 <= int(day) <= days:
        name = calendar.month_name[month]
        raise Refusal(f"This day does not exist: {name} {whole} has {days} days.")
    return date(whole, month, int(day))


def _month(word: str) -> int:
    for number, name in enumerate(MONTHS):
        if number and (name.startswith(word) or word == name[:4]):
            return number
    raise Refusal(f'There is no month called "{word}".')


def _believed(day: date) -> date:
    if day.year not in YEARS:
        raise Refusal(WRONG_YEAR)
    return day


def _time_of(words: str) -> time:
    words = NOON.get(words, words)
    found = ON_THE_CLOCK.fullmatch(words) or FOUR_FIGURES.fullmatch(words)
    if not found:
        raise Refusal(SAY_WHEN)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            raise Refusal(SAY_WHEN)
        hour = hour % 12 + (12 if half == "p" else 0)
    elif hour in range(1, 7) and not found[1].startswith("0"):
        raise Refusal(
            'Is this in the morning or the afternoon? Write it as in "1.30pm" or "13:30".'
        )
    return _at(hour, minute)


def _start_before(words: str, end_words: str, end: time) -> time:
    """The start, which may leave its am or pm to the end: "1 to 3pm", "10 to 1pm"."""
    half = re.search(r"[ap]\.?m\.?$", end_words)
    if not half or not re.fullmatch(r"[0-9]{1,2}([:.][0-9]{2})?", words):
        return _time_of(words)
    same = _time_of(words + half[0])
    return same if same < end else _time_of(words + "am")


def _from_number(raw: timedelta | float) -> time:
    """1030; 10.3, which was typed as 10.30; a part of a day, as a spreadsheet keeps a time."""
    if isinstance(raw, timedelta):
        raw = raw / timedelta(days=1)
    if 0 <= raw < 1:
        minutes = round(raw * 24 * 60)
        return _at(minutes // 60, minutes % 60)
    return _time_of(str(raw) if isinstance(raw, int) else f"{raw:.2f}".removesuffix(".00"))


def _at(hour: int, minute: int) -> time:
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise Refusal(f"There is no such time as {hour}:{minute:02}.")
    return time(hour, minute)


def _whole(at: time) -> time:
    """A spreadsheet keeps a time as a fraction, which may fall a hair short of the minute."""
    minutes = round((at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) / 60)
    return _at(minutes // 60 % 24, minutes % 60)
