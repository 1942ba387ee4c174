"""When a tutor is free: what they said of their week, without days away and busy times.

A window counts while the wall clock reads a time inside it. So an hour that the clocks leave
out gives nothing, and of an hour that comes twice both count.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import NamedTuple, Protocol

from recovery_college.clock import LONDON, in_london
from recovery_college.tutors.rules import WHOLE_DAY

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class Lasting(Protocol):
    """Whatever begins and ends, such as a session."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


class Stretch(NamedTuple):
    """From one instant to another, the last not included."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Window:
    """Hours of one day of the week, on the wall clock; until the last minute is to the end."""

    weekday: int
    starts: time
    ends: time
    from_on: date
    until_on: date | None = None

    def is_on(self, day: date) -> bool:
        last = self.until_on or date.max
        return day.weekday() == self.weekday and self.from_on <= day <= last

    @cached_property
    def hours(self) -> tuple[timedelta, timedelta]:
        """Since midnight on the wall clock."""
        ends = DAY if self.ends >= WHOLE_DAY[1] else _since_midnight(self.ends)
        return _since_midnight(self.starts), ends


@dataclass(frozen=True)
class Away:
    """Days, the last one included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Availability:
    """All that a tutor has said of when they can teach, and when their calendar says not."""

    windows: Collection[Window] = ()
    away: Collection[Away] = ()
    busy: Collection[Lasting] = ()

    @property
    def is_said(self) -> bool:
        """Who has no windows at all has not said when they can."""
        return bool(self.windows)


def free(said: Availability, between: Lasting) -> list[Stretch]:
    """The stretches in which they can teach, in order; none of them touch."""
    can = joined(stretch for day in _days(between, said) for stretch in _on(day, said))
    return without(_cut(can, between), joined(said.busy))


def is_free(stretches: Iterable[Lasting], span: Lasting) -> bool:
    """Whether one of the stretches, as `free` gives them, holds the whole span."""
    return any(s.starts_at <= span.starts_at and span.ends_at <= s.ends_at for s in stretches)


def free_together(first: Iterable[Lasting], second: Iterable[Lasting]) -> list[Stretch]:
    """What two lists of stretches have in common, each as `free` gives them."""
    ones, others, both = list(first), list(second), []
    while ones and others:
        starts = max(ones[0].starts_at, others[0].starts_at)
        ends = min(ones[0].ends_at, others[0].ends_at)
        if starts < ends:
            both.append(Stretch(starts, ends))
        (ones if ones[0].ends_at == ends else others).pop(0)
    return both


def joined(stretches: Iterable[Lasting]) -> list[Stretch]:
    """In order, with those that overlap or touch made one."""
    made: list[Stretch] = []
    for each in sorted(stretches, key=_starts):
        last = made[-1] if made else None
        if last and each.starts_at <= last.ends_at:
            made[-1] = Stretch(last.starts_at, max(last.ends_at, each.ends_at))
        else:
            made.append(
                each if isinstance(each, Stretch) else Stretch(each.starts_at, each.ends_at)
            )
    return made


_starts = attrgetter("starts_at")


def without(stretches: Iterable[Lasting], busy: Sequence[Lasting]) -> list[Stretch]:
    """What is left of the stretches: one pass over both, each as `joined` gives them."""
    left, n = [], 0
    for each in stretches:
        at = each.starts_at
        while n < len(busy) and busy[n].ends_at <= at:
            n += 1
        ahead = n
        while ahead < len(busy) and busy[ahead].starts_at < each.ends_at:
            if at < busy[ahead].starts_at:
                left.append(Stretch(at, busy[ahead].starts_at))
            at = busy[ahead].ends_at
            ahead += 1
        if at < each.ends_at:
            left.append(Stretch(at, each.ends_at))
    return left


def _days(between: Lasting, said: Availability) -> Iterator[date]:
    """Only those on whose day of the week they have said anything."""
    named = {window.weekday for window in said.windows}
    day, last = in_london(between.starts_at).date(), in_london(between.ends_at).date()
    while day <= last:
        if day.weekday() in named:
            yield day
        day += DAY


def _on(day: date, said: Availability) -> Iterator[Stretch]:
    if any(away.starts_on <= day <= away.ends_on for away in said.away):
        return
    for window in said.windows:
        if window.is_on(day):
            yield from _reading(day, *window.hours)


def _reading(day: date, starts: timedelta, ends: timedelta) -> Iterator[Stretch]:
    """The instants of the day at which the wall clock reads from `starts` until `ends`."""
    for since, until, midnight in _parts(day):
        first, last = max(midnight + starts, since), min(midnight + ends, until)
        if first < last:
            yield Stretch(first, last)


@lru_cache(maxsize=1024)
def _parts(day: date) -> Sequence[tuple[datetime, datetime, datetime]]:
    """From when until when the wall clock of the day goes on evenly, and what midnight is then.

    That is the whole day, or until its clocks change and from then on.
    """
    first, last = (
        datetime.combine(each, time(), LONDON).astimezone(UTC) for each in (day, day + DAY)
    )
    if _offset(first) == _offset(last):
        return [(first, last, first)]
    minutes = range((last - first) // MINUTE)
    turn = bisect_left(minutes, True, key=lambda n: _offset(first + n * MINUTE) != _offset(first))
    at = first + turn * MINUTE
    midnight = datetime.combine(day, time(), UTC)
    return [(first, at, midnight - _offset(first)), (at, last, midnight - _offset(at))]


def _offset(instant: datetime) -> timedelta:
    return in_london(instant).utcoffset() or timedelta()


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _cut(stretches: Iterable[Stretch], between: Lasting) -> Iterator[Stretch]:
    for each in stretches:
        starts = max(each.starts_at, between.starts_at)
        ends = min(each.ends_at, between.ends_at)
        if starts < ends:
            yield Stretch(starts, ends)
