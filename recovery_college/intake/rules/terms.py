"""A term for dates that name none, and when a term that arrives is public."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from recovery_college.clock import london_instant
from recovery_college.intake.rules.lookup import same

SEASONS = ("Spring", "Summer", "Autumn")
NAMED_SEASONS = {"spring", "summer", "autumn", "winter"}
WHOLE_YEAR = re.compile(r"\b[0-9]{4}\b")
YEAR = re.compile(r"(?:20)?([0-9]{2})")
PROSPECTUS_BEFORE = timedelta(weeks=6)


@lru_cache(maxsize=4096)
def term_key(name: str) -> str:
    """What all ways of writing one term have in common: "Summer 27" is "Summer term 2027"."""
    words = [word for word in same(name).split() if word != "term"]
    seasons = [word for word in words if word in NAMED_SEASONS]
    years = [found[1] for found in map(YEAR.fullmatch, words) if found]
    if len(words) == 2 and len(seasons) == len(years) == 1:
        return f"{seasons[0]} 20{years[0]}"
    return same(name)


def clearer(one: str, other: str) -> str:
    """Of two ways of writing one term the first, unless only the second has its whole year."""
    return other if WHOLE_YEAR.search(other) and not WHOLE_YEAR.search(one) else one


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
