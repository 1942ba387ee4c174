"""When everybody who teaches a session, and a room, are free together; and what is proposed of it.

Only times that nobody's own limits speak against are found: `reasons_against` says the same of
each of them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from math import inf

from recovery_college.clock import LONDON, in_london
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import ProposalState
from recovery_college.tutors.rules.free import Stretch, free_together, joined, without
from recovery_college.tutors.rules.limits import EVENING, Booked, Limits, Roads

AHEAD = timedelta(weeks=8)
HOUR, HALF_HOUR = timedelta(hours=1), timedelta(minutes=30)
EARLIEST, LATEST = time(8), time(21)  # no session is proposed outside these, on the wall clock
MOST_PROPOSED = 5
STEPS = frozenset(
    {
        (ProposalState.OPEN, ProposalState.PICKED),
        (ProposalState.OPEN, ProposalState.DROPPED),
        (ProposalState.PICKED, ProposalState.DONE),
        (ProposalState.PICKED, ProposalState.DROPPED),
    }
)


class ProposalOver(Refusal):
    """The pair's talk about another time has ended, or has come further."""


@dataclass(frozen=True)
class Slot:
    """A time that would do, and where; no room is by phone, online, or not known yet."""

    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True)
class Teacher:
    """Somebody who teaches it: when they are free, what else they accepted, what they allow.

    `written` are the minutes of work that they wrote down, by the first day of the month.
    """

    free: Sequence[Stretch]
    accepted: Sequence[Booked]
    limits: Limits
    written: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A room that would do."""

    room_id: int | None = None
    venue_id: int | None = None
    name: str = ""


class InUse:
    """Which rooms are in use when: together if at one time, for a college has few such times."""

    def __init__(self, times: Iterable[tuple[Stretch, Collection[int]]] = ()) -> None:
        self._times = sorted(times, key=_span_of)
        self._starts = [span.starts_at for span, _ in self._times]
        self._longest = max((ends - starts for (starts, ends), _ in self._times), default=HOUR)

    def during(self, span: Stretch) -> set[int | None]:
        """The rooms that are in use in some of it."""
        first = bisect_right(self._starts, span.starts_at - self._longest)
        after = bisect_left(self._starts, span.ends_at, lo=first)
        found: set[int | None] = set()
        for each, rooms in self._times[first:after]:
            if each.ends_at > span.starts_at:
                found.update(rooms)
        return found


@dataclass(frozen=True)
class Search:
    """How long it lasts, its usual time, its term; when the college is closed, rooms are in use."""

    between: Stretch
    length: timedelta
    usual: time | None = None
    term: tuple[date, date] | None = None
    closed: Collection[date] = ()
    in_use: InUse = field(default_factory=InUse)


def slots(
    search: Search, teachers: Sequence[Teacher], places: Sequence[Place], roads: Roads
) -> list[Slot]:
    """In order; each in the first of the places that is free, and that all can reach in time."""
    known = [_Known(each, search) for each in teachers]
    reached = {
        each.room_id: each for each in places if all(one.reaches(each.venue_id) for one in known)
    }
    latest = EVENING if any(each.limits.no_evenings for each in teachers) else LATEST
    found = []
    for day, starts in _starts(search, teachers):
        if all(each.may(day) for each in known):
            beside = [near for each in known for near in each.on(day)]
            for starts_at in starts:
                span = Stretch(starts_at, starts_at + search.length)
                empty = _empty(reached, search.in_use.during(span))
                place = _place(empty, beside, span, roads)
                if place is not None and starts_at < _at(day, latest):
                    found.append(Slot(*span, place.room_id, place.name))
    return found


def check_proposed(chosen: Sequence[Slot], now: datetime) -> None:
    if not chosen:
        raise Refusal("Choose at least one time.", field="slots")
    if len(chosen) > MOST_PROPOSED:
        raise Refusal(f"Choose {MOST_PROPOSED} times at most.", field="slots")
    if any(each.starts_at <= now for each in chosen):
        raise Refusal("One of these times has passed. Choose others.", field="slots")


def check_one(chosen: Sequence[Slot]) -> Slot:
    """What the office moves it to."""
    if len(chosen) != 1:
        raise Refusal("Choose one time.", field="slots")
    return chosen[0]


def check_two(tutors: int) -> None:
    if tutors < 2:
        raise Refusal("Nobody else teaches it yet. The office can move it: phone them.")


def check_step(old: ProposalState, new: ProposalState) -> None:
    if (old, new) not in STEPS:
        words = {
            ProposalState.OPEN: "Nobody has picked one of these times yet.",
            ProposalState.PICKED: "A time is picked already. The office is about to confirm it.",
            ProposalState.DONE: "A time was picked already, and it has moved there.",
        }
        raise ProposalOver(words.get(old, "These times are not open any more."))


def check_other(is_theirs: bool) -> None:
    """Who proposes does not pick."""
    if is_theirs:
        raise ProposalOver("You proposed these times yourself. The others of you pick one.")


class _Known:
    """What speaks against a time for one teacher, worked out once for the whole search."""

    def __init__(self, teacher: Teacher, search: Search) -> None:
        self._limits = teacher.limits
        self._by_day: dict[date, list[Booked]] = defaultdict(list)
        for each in teacher.accepted:
            self._by_day[in_london(each.starts_at).date()].append(each)
        self._full_weeks = _full_weeks(self._by_day, teacher.limits.sessions_a_week)
        self._full_term = _full_term(self._by_day, teacher.limits.sessions_a_term, search.term)
        self._worked = _worked(teacher)
        self._left = _left(teacher.limits, search.length)

    def reaches(self, venue_id: int | None) -> bool:
        return venue_id is None or not self._limits.reaches or venue_id in self._limits.reaches

    def may(self, day: date) -> bool:
        full = _monday(day) in self._full_weeks or _is_in(day, self._full_term)
        return not full and self._worked[day.replace(day=1)] <= self._left

    def on(self, day: date) -> Sequence[Booked]:
        """What else they have accepted that day."""
        return self._by_day.get(day, ())


def _full_weeks(by_day: Mapping[date, Sequence[Booked]], most: int | None) -> set[date]:
    weeks: Counter[date] = Counter()
    for day, booked in by_day.items():
        weeks[_monday(day)] += len(booked)
    return {week for week, number in weeks.items() if most is not None and number >= most}


def _full_term(
    by_day: Mapping[date, Sequence[Booked]], most: int | None, term: tuple[date, date] | None
) -> tuple[date, date] | None:
    """The term, if there is no room in it."""
    number = sum(len(booked) for day, booked in by_day.items() if _is_in(day, term))
    return term if most is not None and number >= most else None


def _worked(teacher: Teacher) -> Counter[date]:
    """Minutes by the first day of the month."""
    worked = Counter(teacher.written)
    for each in teacher.accepted:
        month = in_london(each.starts_at).date().replace(day=1)
        worked[month] += each.minutes + teacher.limits.minutes_beside
    return worked


def _left(limits: Limits, length: timedelta) -> float:
    """How many minutes a month may hold already, so that this still fits into it."""
    if limits.hours_a_month is None:
        return inf
    return limits.hours_a_month * 60 - length // timedelta(minutes=1) - limits.minutes_beside


def _starts(
    search: Search, teachers: Sequence[Teacher]
) -> Iterator[tuple[date, Sequence[datetime]]]:
    """Each hour from the first half hour on, and the usual time, as the wall clock reads."""
    common = reduce(free_together, map(_apart_from, teachers), [search.between])
    for day, stretch in _by_day(common):
        if day not in search.closed:
            yield day, sorted(_in_stretch(day, stretch, search))


def _apart_from(teacher: Teacher) -> list[Stretch]:
    """Free, and as far from what else they accepted as they wish."""
    gap = timedelta(minutes=teacher.limits.gap_minutes)
    taken = (Stretch(each.starts_at - gap, each.ends_at + gap) for each in teacher.accepted)
    return without(teacher.free, joined(taken))


def _by_day(stretches: Iterable[Stretch]) -> Iterator[tuple[date, Stretch]]:
    """Cut to the hours of the day in which sessions are."""
    for each in stretches:
        day, last = in_london(each.starts_at).date(), in_london(each.ends_at).date()
        while day <= last:
            starts = max(each.starts_at, _at(day, EARLIEST))
            ends = min(each.ends_at, _at(day, LATEST))
            if starts < ends:
                yield day, Stretch(starts, ends)
            day += timedelta(days=1)


def _in_stretch(day: date, stretch: Stretch, search: Search) -> set[datetime]:
    found, starts = set(), _on_the_half_hour(stretch.starts_at)
    while starts + search.length <= stretch.ends_at:
        found.add(starts)
        starts += HOUR
    usual = _at(day, search.usual) if search.usual else None
    if usual and stretch.starts_at <= usual and usual + search.length <= stretch.ends_at:
        found.add(usual)
    return found


def _empty(places: Mapping[int | None, Place], taken: Collection[int | None]) -> Iterator[Place]:
    return (places[id] for id in places if id not in taken)


def _place(
    places: Iterable[Place], beside: Sequence[Booked], span: Stretch, roads: Roads
) -> Place | None:
    for each in places:
        if all(_is_in_time(each, span, one, roads) for one in beside):
            return each
    return None


def _is_in_time(place: Place, span: Stretch, other: Booked, roads: Roads) -> bool:
    """From the place of the other session, or to it."""
    way = timedelta(minutes=roads.between(place.venue_id, other.venue_id))
    return other.ends_at + way <= span.starts_at or span.ends_at + way <= other.starts_at


def _on_the_half_hour(instant: datetime) -> datetime:
    over = (instant.minute % 30) * 60 + instant.second
    rest = timedelta(seconds=over, microseconds=instant.microsecond)
    return instant if not rest else instant - rest + HALF_HOUR


@lru_cache(maxsize=1024)
def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _span_of(time: tuple[Stretch, Collection[int]]) -> Stretch:
    return time[0]


def _is_in(day: date, days: tuple[date, date] | None) -> bool:
    return days is not None and days[0] <= day <= days[1]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
