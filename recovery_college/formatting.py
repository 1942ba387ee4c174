"""Dates, times and counts in words: pure, and the same on pages, in print and in mail."""

from datetime import date, datetime

from recovery_college.clock import in_london

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(value: date | datetime) -> str:
    """As in: Tuesday 12 January 2027."""
    local = _local(value)
    return f"{local:%A} {local.day} {local:%B %Y}"


def short_day(value: date | datetime) -> str:
    """As in: 12 January 2027."""
    local = _local(value)
    return f"{local.day} {local:%B %Y}"


def time(instant: datetime) -> str:
    """As in: 10am, 12:30pm, midday, midnight."""
    local = in_london(instant)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def times(starts_at: datetime, ends_at: datetime) -> str:
    """As in: 10am to 12:30pm."""
    return f"{time(starts_at)} to {time(ends_at)}"


def when(instant: datetime) -> str:
    """As in: Monday 7 June 2027, 10am."""
    return f"{day(instant)}, {time(instant)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """As in: 1 place, 3 places, 2,000 places."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """As in: a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _local(value: date | datetime) -> date:
    return in_london(value) if isinstance(value, datetime) else value
