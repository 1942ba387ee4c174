"""What tutors allow themselves. A session beyond it is told in words; only they may say yes.

These are reasons and no refusals: nothing here stops a tutor who wants to.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from recovery_college.clock import in_london
from recovery_college.formatting import count

EVENING = time(17)  # from when a session begins in the evening, on the wall clock
TRAVEL_MINUTES = 30  # between two venues of which nobody said how far apart they are
SOMEWHERE = "another place"


@dataclass(frozen=True)
class Limits:
    """A tutor's own; None is none, and who names no venue can reach them all."""

    sessions_a_week: int | None = None
    sessions_a_term: int | None = None
    hours_a_month: int | None = None
    gap_minutes: int = 0
    no_evenings: bool = False
    reaches: Collection[int] = ()
    minutes_beside: int = 0  # preparation and debrief of each session


@dataclass(frozen=True)
class Booked:
    """A session, and at which venue; None is online, or not known yet."""

    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


@dataclass(frozen=True)
class Roads:
    """Minutes between two venues, the lower id first, and what the venues are called."""

    minutes: Mapping[tuple[int, int], int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    usual: int = TRAVEL_MINUTES

    def between(self, one: int | None, other: int | None) -> int:
        if one is None or other is None or one == other:
            return 0
        return self.minutes.get((min(one, other), max(one, other)), self.usual)

    def name(self, venue_id: int | None) -> str:
        return self.names.get(venue_id or 0, SOMEWHERE)


@dataclass(frozen=True)
class Standing:
    """What a tutor has accepted, the days of the term, and the minutes that they wrote down

    besides for the month of the session that they are asked for.
    """

    accepted: Collection[Booked] = ()
    term: tuple[date, date] | None = None
    written_minutes: int = 0


def reasons_against(
    wanted: Booked, limits: Limits, standing: Standing, roads: Roads | None = None
) -> list[str]:
    """Why the tutor would rather not take this session, in words; none is a good sign."""
    roads = roads or Roads()
    others = sorted(
        (each for each in standing.accepted if each != wanted), key=lambda each: each.starts_at
    )
    return [
        *_at_once(wanted, others),
        *_on_the_way(wanted, others, roads),
        *_too_close(wanted, others, limits.gap_minutes),
        *_unreached(wanted, limits, roads),
        *_in_the_evening(wanted, limits),
        *_too_many(wanted, others, limits, standing.term),
        *_too_long(wanted, others, limits, standing.written_minutes),
    ]


def _at_once(wanted: Booked, others: Iterable[Booked]) -> Iterator[str]:
    if any(_overlap(wanted, each) for each in others):
        yield "They teach another session at that time."


def _on_the_way(wanted: Booked, others: Iterable[Booked], roads: Roads) -> Iterator[str]:
    """Between two venues on one day."""
    for each in _same_day(wanted, others):
        first, then = sorted((wanted, each), key=lambda one: one.starts_at)
        there = _minutes(first.ends_at, then.starts_at)
        if 0 <= there < roads.between(first.venue_id, then.venue_id):
            here, to = roads.name(first.venue_id), roads.name(then.venue_id)
            yield f"They can\u2019t get from {here} to {to} in {count(there, 'minute')}."


def _too_close(wanted: Booked, others: Iterable[Booked], gap: int) -> Iterator[str]:
    closest = [between for each in others if 0 <= (between := _apart(wanted, each)) < gap]
    if closest:
        left = count(min(closest), "minute")
        yield f"They want {count(gap, 'minute')} between two sessions. This leaves {left}."


def _unreached(wanted: Booked, limits: Limits, roads: Roads) -> Iterator[str]:
    named = wanted.venue_id is not None and bool(limits.reaches)
    if named and wanted.venue_id not in limits.reaches:
        place = roads.names.get(wanted.venue_id or 0, "that place")
        yield f"{place} is not among the places that they can reach."


def _in_the_evening(wanted: Booked, limits: Limits) -> Iterator[str]:
    starts, ends = in_london(wanted.starts_at), in_london(wanted.ends_at)
    late = starts.time() >= EVENING or ends.date() > starts.date()
    if limits.no_evenings and late:
        yield "They don\u2019t teach in the evening."


def _too_many(
    wanted: Booked, others: Iterable[Booked], limits: Limits, term: tuple[date, date] | None
) -> Iterator[str]:
    days = [_day(each) for each in others]
    monday = _day(wanted) - timedelta(days=_day(wanted).weekday())
    in_week = sum(monday <= day < monday + timedelta(weeks=1) for day in days) + 1
    if limits.sessions_a_week is not None and in_week > limits.sessions_a_week:
        most = count(limits.sessions_a_week, "session")
        yield f"They teach {most} a week at most. This would be number {in_week}."
    in_term = sum(term[0] <= day <= term[1] for day in days) + 1 if term else 1
    if limits.sessions_a_term is not None and in_term > limits.sessions_a_term:
        most = count(limits.sessions_a_term, "session")
        yield f"They teach {most} a term at most. This would be number {in_term}."


def _too_long(
    wanted: Booked, others: Iterable[Booked], limits: Limits, written: int
) -> Iterator[str]:
    month = _day(wanted).replace(day=1)
    theirs = [each for each in others if _day(each).replace(day=1) == month]
    worked = written + sum(each.minutes + limits.minutes_beside for each in (*theirs, wanted))
    if limits.hours_a_month is not None and worked > limits.hours_a_month * 60:
        most = count(limits.hours_a_month, "hour")
        yield f"They work {most} a month at most. This would make {hours(worked)}."


def hours(minutes: int) -> str:
    """As in: 2 hours, 2 hours 15 minutes, 45 minutes."""
    whole, rest = divmod(minutes, 60)
    said = [count(whole, "hour")] if whole else []
    return " ".join(said + ([count(rest, "minute")] if rest or not whole else []))


def _overlap(one: Booked, other: Booked) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _apart(one: Booked, other: Booked) -> int:
    """Minutes from the end of the earlier to the start of the later; below 0 if they overlap."""
    first, then = sorted((one, other), key=lambda each: each.starts_at)
    return _minutes(first.ends_at, then.starts_at)


def _same_day(wanted: Booked, others: Iterable[Booked]) -> Iterator[Booked]:
    return (each for each in others if _day(each) == _day(wanted))


def _minutes(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(minutes=1)


def _day(booked: Booked) -> date:
    return in_london(booked.starts_at).date()
