"""What the lines of a breakdown are called."""

from calendar import day_name
from typing import Any

from recovery_college.courses.rules import Mode
from recovery_college.formatting import short_day
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.terms import Days

WITHOUT = {
    "venue": "No room in a venue",
    "weekday": "On different days",
    "part": "At different times",
}


def named(by: str, key: Any, name: Any) -> str:
    """As a person reads it."""
    if key is None:
        return WITHOUT.get(by, "Not said")
    if by == "weekday":
        return f"{day_name[int(key)]}s"
    if by == "mode":
        return Mode(key).label
    return str(name).capitalize() if by == "part" else str(name)


def period_words(filters: Filters, term: Days | None) -> str:
    """What time a report is of: beside its title, and in a download."""
    if term is not None:
        return f"{term.name}, {short_day(term.starts_on)} to {short_day(term.ends_on)}"
    if filters.since and filters.until:
        return f"{short_day(filters.since)} to {short_day(filters.until)}"
    if filters.since:
        return f"From {short_day(filters.since)}"
    return f"Until {short_day(filters.until)}" if filters.until else "All there is"
