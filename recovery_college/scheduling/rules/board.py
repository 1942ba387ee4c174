"""How a term is laid out as a board: one column a week, and one line a room."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WORKING_DAYS = 5  # Monday to Friday
MOST_WEEKS = 60  # of a term that are shown empty; a year that was mistyped makes thousands


@dataclass(frozen=True)
class Week:
    """From a Monday on. `number` counts the weeks of the term, and is None outside of it."""

    monday: date
    number: int | None

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - DAY

    def closed(self, days: Collection[date]) -> list[date]:
        """Those of the days that fall into this week, in order."""
        return sorted(day for day in days if self.monday <= day <= self.sunday)

    def is_closed(self, days: Collection[date]) -> bool:
        """Whether the college is closed on all of its working days."""
        return all(self.monday + n * DAY in days for n in range(WORKING_DAYS))


@dataclass(frozen=True, order=True)
class Place:
    """Where sessions meet, in the order of the board: by name, then online, then nowhere yet."""

    roomless: bool
    online: bool
    venue: str
    room: str
    room_id: int = 0


NO_ROOM = Place(roomless=True, online=False, venue="", room="")


def weeks_of(starts_on: date, ends_on: date, meeting_on: Iterable[date]) -> list[Week]:
    """Each week of the term, and those outside of it in which something meets."""
    first, last = monday_of(starts_on), monday_of(ends_on)
    count = min(_number(last, first), MOST_WEEKS)
    mondays = {first + n * WEEK for n in range(count)} | {monday_of(day) for day in meeting_on}
    return [
        Week(monday, _number(monday, first) if first <= monday <= last else None)
        for monday in sorted(mondays)
    ]


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def _number(monday: date, first: date) -> int:
    return (monday - first) // WEEK + 1
