"""A term for dates that name none, and when a term that arrives is public."""

from datetime import date, datetime, time, timedelta

from recovery_college.clock import london_instant

SEASONS = ("Spring", "Summer", "Autumn")
PROSPECTUS_BEFORE = timedelta(weeks=6)


def term_name(first: date) -> str:
    """Spring from January, summer from April, autumn from September, as in adult education."""
    season = 0 if first.month < 4 else 1 if first.month < 9 else 2
    return f"{SEASONS[season]} {first.year}"


def whole_weeks(days: list[date]) -> tuple[date, date]:
    """From the Monday before the first to the Sunday after the last."""
    first, last = min(days), max(days)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def public_from(starts_on: date, now: datetime) -> datetime:
    """A college that moves in has its prospectus out: six weeks before the term, or now."""
    return min(now, london_instant(starts_on - PROSPECTUS_BEFORE, time(9)))
