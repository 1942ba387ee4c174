"""When sessions meet, on the wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules.timetable import (
    ClocksChange,
    PartOfDay,
    Span,
    Timetable,
    part_of_day,
    span_on,
    timetable,
    weekly_series,
)

MONDAY = date(2027, 6, 7)
TODAY = date(2027, 5, 3)
BOTH = frozenset(Side)
DAYS = some.dates(date(2025, 1, 1), date(2037, 12, 31))
HOURS = some.times(time(2), time(20, 59)).map(lambda at: at.replace(second=0, microsecond=0))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def test_a_session_on_the_wall_clock() -> None:
    assert span_on(MONDAY, time(10), time(12, 30)) == Span(at(MONDAY, 9), at(MONDAY, 11, 30))


@pytest.mark.parametrize("ends", [time(10), time(9, 59)])
def test_a_session_ends_after_it_begins(ends: time) -> None:
    with pytest.raises(Refusal, match="ends after it begins") as refused:
        span_on(MONDAY, time(10), ends)
    assert refused.value.field == "ends"


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_nobody_meets_in_the_hour_that_comes_never_or_twice(day: date) -> None:
    with pytest.raises(ClocksChange, match="clocks change in that hour"):
        span_on(day, time(1, 30), time(3))


@given(DAYS, HOURS, some.integers(1, 30))
def test_a_weekly_series_keeps_the_wall_clock_over_every_change_of_clocks(
    first: date, starts: time, count: int
) -> None:
    ends = starts.replace(hour=starts.hour + 2)
    series = [
        (in_london(s.starts_at), in_london(s.ends_at))
        for s in weekly_series(first, starts, ends, count=count)
    ]
    days = [first + timedelta(weeks=week) for week in range(count)]
    assert [(s.date(), s.time(), e.date(), e.time()) for s, e in series] == [
        (day, starts, day, ends) for day in days
    ]


@pytest.mark.parametrize("year", range(2025, 2038))
def test_ten_o_clock_moves_by_an_hour_in_utc_twice_a_year(year: int) -> None:
    series = weekly_series(date(year, 1, 6), time(10), time(12), count=50)
    hours = [span.starts_at.hour for span in series]
    changes = [now for before, now in pairwise(hours) if before != now]
    assert (hours[0], changes) == (10, [9, 10])


def test_a_series_leaves_days_out_and_is_as_long() -> None:
    series = weekly_series(MONDAY, time(10), time(12), count=3, skipping=[date(2027, 6, 14)])
    assert [span.starts_at.date() for span in series] == [
        MONDAY,
        date(2027, 6, 21),
        date(2027, 6, 28),
    ]


def test_a_timetable_runs_from_the_first_session_to_the_last_end() -> None:
    later, first = (span_on(MONDAY + timedelta(days=d), time(18), time(20)) for d in (7, 0))
    assert timetable([later, first]) == Timetable(
        starts_at=at(MONDAY, 17),
        ends_at=at(date(2027, 6, 14), 19),
        weekday=0,
        part=PartOfDay.EVENING,
        regular=True,
        count=2,
    )


def test_no_sessions_are_no_timetable() -> None:
    assert timetable([]) == Timetable(None, None, None, None, regular=True, count=0)


@pytest.mark.parametrize(
    "other",
    [
        span_on(date(2027, 6, 15), time(10), time(12)),
        span_on(date(2027, 6, 14), time(11), time(12)),
        span_on(date(2027, 6, 14), time(10), time(13)),
    ],
)
def test_another_day_or_hour_is_not_regular(other: Span) -> None:
    assert not timetable([span_on(MONDAY, time(10), time(12)), other]).regular


def test_a_series_over_a_change_of_clocks_is_regular() -> None:
    assert timetable(weekly_series(date(2027, 10, 25), time(10), time(12), count=2)).regular


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (time(11, 59), PartOfDay.MORNING),
        (time(12), PartOfDay.AFTERNOON),
        (time(16, 59), PartOfDay.AFTERNOON),
        (time(17), PartOfDay.EVENING),
    ],
)
def test_the_parts_of_a_day_are_those_of_the_wall_clock(hour: time, part: PartOfDay) -> None:
    assert part_of_day(span_on(MONDAY, hour, time(23)).starts_at) == part
