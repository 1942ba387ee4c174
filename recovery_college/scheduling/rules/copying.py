"""Where the sessions of a run fall when it is copied: same weekday, same hour on the wall clock."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import pairwise

from recovery_college.errors import Refusal
from recovery_college.formatting import WEEKDAYS

WEEK = timedelta(weeks=1)


def days_again(days: Sequence[date], first: date, skipping: Collection[date] = ()) -> list[date]:
    """The days of a run, in order, laid out anew from `first`, which has the same weekday.

    A day to leave out moves that session and all that follow by a week. Days that the old run
    left out are not left out again: a weekly run is weekly, and a fortnightly one fortnightly.
    """
    laid, delay = [], timedelta()
    for offset in _offsets(days):
        while first + offset + delay in skipping:
            delay += WEEK
        laid.append(first + offset + delay)
    return laid


def same_week(day: date, term_starts: date, new_starts: date) -> date:
    """What is the third Tuesday of a term becomes the third Tuesday of the other."""
    weeks = max(day - first_from(day, term_starts), timedelta()) // WEEK
    return first_from(day, new_starts) + weeks * WEEK


def first_from(day: date, earliest: date) -> date:
    """The first day from `earliest` on that has the weekday of `day`."""
    return earliest + timedelta(days=(day.weekday() - earliest.weekday()) % 7)


def check_has_dates(sessions: int) -> None:
    if not sessions:
        raise Refusal("This run has no dates, so there is nothing to copy. Plan a new one.")


def check_weekday(old_first: date, first: date) -> None:
    if old_first.weekday() != first.weekday():
        weekday = WEEKDAYS[old_first.weekday()]
        raise Refusal(
            f"This run begins on a {weekday}. Choose a {weekday} for the copy.", field="first"
        )


def _offsets(days: Sequence[date]) -> list[timedelta]:
    gaps = [later - earlier for earlier, later in pairwise(days)]
    even = len({day.weekday() for day in days}) == 1 and all(gaps)
    return [n * min(gaps) if even and gaps else day - days[0] for n, day in enumerate(days)]
