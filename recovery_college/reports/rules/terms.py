"""Which term a report is of, and what it is compared with. Values in, answers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = timedelta(days=365)
NEAR = timedelta(days=60)  # terms of two years don't begin on the same day


@dataclass(frozen=True)
class Days:
    """A term, as far as comparing asks."""

    id: int
    name: str
    starts_on: date
    ends_on: date


def current(terms: Sequence[Days], today: date) -> Days | None:
    """The one that runs, or the last that ran: `terms` come with the newest first."""
    begun = [each for each in terms if each.starts_on <= today]
    return begun[0] if begun else None


def before(term: Days, terms: Sequence[Days]) -> list[Days]:
    """The term before it, and the one at this time of the year before, if there are any."""
    earlier = [each for each in terms if each.starts_on < term.starts_on]
    then = term.starts_on - YEAR
    last_year = [each for each in earlier if abs(each.starts_on - then) < NEAR]
    return list(dict.fromkeys([*earlier[:1], *last_year[:1]]))
