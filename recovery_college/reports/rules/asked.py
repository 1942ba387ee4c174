"""What a report is asked for: a period and what is looked at. It stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from urllib.parse import urlencode

from recovery_college.courses.rules import Mode
from recovery_college.errors import Refusal
from recovery_college.formatting import short_day

LONGEST_YEARS = 20
EVERYTHING = 0  # as a term: all of them
KINDS = ("course", "strand", "venue", "mode", "run", "weekday", "part")
LEAVE = ("course", "strand", "venue", "mode")


class WrongPeriod(Refusal):
    """No report can be made of such days."""


class OnThePageAlone(Refusal):
    """Beside the other downloads it could tell of somebody."""

    def __init__(self) -> None:
        super().__init__(
            "A download with numbers of people can look at all there is, at a term, and in a "
            "term at one strand, course, venue or way to meet. Other filters are for the page "
            "alone."
        )


@dataclass(frozen=True)
class Filters:
    """`term` is an id, and stands for its days; `since` and `until` are days, both counted in.

    An id of 0 and an empty word are no filter. What can't be read is no filter either.
    `weekday` is 1 for Monday; it and `part` of the day are those of a run. `beside` are terms to
    look at along with that one; no address asks for them.
    """

    term: int = 0
    since: date | None = None
    until: date | None = None
    course: int = 0
    strand: int = 0
    venue: int = 0
    run: int = 0
    weekday: int = 0
    mode: str = ""
    part: str = ""
    beside: tuple[int, ...] = ()

    @property
    def terms(self) -> tuple[int, ...]:
        return (self.term, *self.beside) if self.term else ()

    @property
    def asked(self) -> dict[str, object]:
        """What stands in the address: always which term, for without one it is the running one."""
        named = [each.name for each in fields(self) if each.name != "beside"]
        all_of_them = {name: getattr(self, name) for name in named}
        return {name: each for name, each in all_of_them.items() if each or name == "term"}

    @property
    def address(self) -> str:
        return urlencode(self.asked)

    @property
    def narrows(self) -> bool:
        """Whether it looks at less than all there is in its period."""
        return any(getattr(self, kind) for kind in KINDS)

    @property
    def is_whole(self) -> bool:
        """Whether it looks at all there is, or at all of its terms."""
        return not (self.narrows or self.since or self.until)

    def but(self, **other: int | str | date | tuple[int, ...] | None) -> "Filters":
        return replace(self, **other)  # type: ignore[arg-type]


def filters_of(arguments: Mapping[str, str]) -> Filters:
    """As an address or a form says it. A day that can't be read is refused beside its field."""
    mode, part = arguments.get("mode", ""), arguments.get("part", "")
    return Filters(
        term=_id(arguments.get("term", "")),
        since=_day(arguments.get("since", ""), "since"),
        until=_day(arguments.get("until", ""), "until"),
        course=_id(arguments.get("course", "")),
        strand=_id(arguments.get("strand", "")),
        venue=_id(arguments.get("venue", "")),
        run=_id(arguments.get("run", "")),
        weekday=_id(arguments.get("weekday", "")),
        mode=mode if mode in set(Mode) else "",
        part=part if part in {"morning", "afternoon", "evening"} else "",
    )


def check_period(filters: Filters, today: date) -> None:
    """A period ends after it begins, has begun, and is not longer than anybody's records."""
    since, until = filters.since, filters.until
    if since and until and until < since:
        raise WrongPeriod("The last day comes before the first. Change one of them.", field="until")
    if since and since > today:
        words = f"{short_day(since)} has yet to come. Choose a day up to today."
        raise WrongPeriod(words, field="since")
    if since and until and _later_year(until) > (since.year, since.month, since.day):
        words = f"Choose at most {LONGEST_YEARS} years."
        raise WrongPeriod(words, field="since")


def check_leaves(filters: Filters) -> None:
    """Whether numbers of people that it looks at may leave the office."""
    kinds = [kind for kind in KINDS if getattr(filters, kind)]
    is_one = not kinds or (bool(filters.term) and len(kinds) == 1 and kinds[0] in LEAVE)
    if filters.since or filters.until or not is_one:
        raise OnThePageAlone


def _later_year(day: date) -> tuple[int, int, int]:
    return day.year - LONGEST_YEARS, day.month, day.day


def _id(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _day(typed: str, field: str) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise WrongPeriod('Write a date, as in "2027-01-31".', field=field) from None
