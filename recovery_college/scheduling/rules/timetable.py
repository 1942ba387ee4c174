"""When sessions meet: on the college's wall clock, whatever the clocks of the land do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from recovery_college.clock import in_london, london_instant
from recovery_college.errors import Refusal


class PartOfDay(StrEnum):
    """Begins before midday, before 5pm, or later, on the college's wall clock."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class ClocksChange(Refusal):
    """The hour comes twice, or not at all."""


@dataclass(frozen=True)
class Span:
    """When one session meets."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Timetable:
    """What a run's planned sessions come to; weekday 0 is Monday.

    A run is `regular` when all its sessions share a weekday and hours on the wall clock.
    """

    starts_at: datetime | None
    ends_at: datetime | None
    weekday: int | None
    part: PartOfDay | None
    regular: bool
    count: int


def timetable(spans: Iterable[Span]) -> Timetable:
    """The run in one line: from its first session to the end of its last."""
    ordered = sorted(spans, key=lambda span: span.starts_at)
    if not ordered:
        return Timetable(None, None, None, None, regular=True, count=0)
    first = ordered[0].starts_at
    return Timetable(
        starts_at=first,
        ends_at=max(span.ends_at for span in ordered),
        weekday=in_london(first).weekday(),
        part=part_of_day(first),
        regular=len({_hours(span) for span in ordered}) == 1,
        count=len(ordered),
    )


def part_of_day(instant: datetime) -> PartOfDay:
    hour = in_london(instant).hour
    if hour < 12:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if hour < 17 else PartOfDay.EVENING


def span_on(day: date, starts: time, ends: time) -> Span:
    """A session on the college's wall clock; an hour that comes twice or never is refused."""
    if ends <= starts:
        raise Refusal("A session ends after it begins. Check both times.", field="ends")
    try:
        return Span(london_instant(day, starts), london_instant(day, ends))
    except ValueError as error:
        raise ClocksChange(
            "The clocks change in that hour, so nobody could be sure when to come. "
            "Choose another time.",
            field="starts",
        ) from error


def weekly_series(
    first: date, starts: time, ends: time, *, count: int, skipping: Collection[date] = ()
) -> list[Span]:
    """`count` weekly sessions, leaving days out: 10am stays 10am when the clocks change."""
    spans: list[Span] = []
    day = first
    while len(spans) < count:
        if day not in skipping:
            spans.append(span_on(day, starts, ends))
        day += timedelta(weeks=1)
    return spans


def _hours(span: Span) -> tuple[int, time, time]:
    starts, ends = in_london(span.starts_at), in_london(span.ends_at)
    return starts.weekday(), starts.time(), ends.time()
