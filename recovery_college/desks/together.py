"""Times that would do, week by week and day by day, as a pair reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from recovery_college import formatting
from recovery_college.clock import in_london
from recovery_college.fields import offered
from recovery_college.scheduling.models import ProposedSlot
from recovery_college.scheduling.rules.together import Slot


@dataclass(frozen=True)
class TimesOfDay:
    """`choices` are the value and the words of each time."""

    day: date
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class TimesOfWeek:
    monday: date
    days: list[TimesOfDay]


def by_week(slots: Sequence[Slot]) -> list[TimesOfWeek]:
    """Only what has something."""
    days = [
        TimesOfDay(day, [(key_of(each), _words(each)) for each in theirs])
        for day, theirs in groupby(slots, key=_day)
    ]
    return [TimesOfWeek(monday, list(theirs)) for monday, theirs in groupby(days, key=_monday)]


def key_of(slot: Slot) -> str:
    """Tells a time and a room from all others."""
    return f"{slot.starts_at.timestamp():.0f}-{slot.room_id or 0}"


def choices_of(slots: Iterable[ProposedSlot]) -> list[object]:
    return list(offered((str(each.id), proposed_words(each)) for each in slots))


def proposed_words(slot: ProposedSlot) -> str:
    """As in: Monday 7 June 2027, 10am to midday, Lantern Room, Harbour House."""
    where = f", {slot.room.name}, {slot.room.venue.name}" if slot.room else ""
    times = formatting.times(slot.starts_at, slot.ends_at)
    return f"{formatting.day(slot.starts_at)}, {times}{where}"


def _words(slot: Slot) -> str:
    where = f", {slot.where}" if slot.where else ""
    return f"{formatting.times(slot.starts_at, slot.ends_at)}{where}"


def _day(slot: Slot) -> date:
    return in_london(slot.starts_at).date()


def _monday(each: TimesOfDay) -> date:
    return each.day - timedelta(days=each.day.weekday())
