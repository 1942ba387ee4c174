"""The college's rules about time, rooms and the pair, on plain values."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import (
    STEPS,
    ClocksChange,
    Half,
    NoSessions,
    NoSuchStep,
    NotPaired,
    PairState,
    PartOfDay,
    RoomTooSmall,
    RunState,
    Span,
    Timetable,
    check_fits,
    check_pair_by,
    check_publishable,
    check_step,
    latest_pair_by,
    pair_state,
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


@pytest.mark.parametrize(
    ("sides", "state"),
    [
        ([], PairState.EMPTY),
        ([Side.LIVED, Side.LIVED], PairState.NEEDS_PROFESSIONAL),
        ([Side.PROFESSIONAL], PairState.NEEDS_LIVED),
        ([Side.PROFESSIONAL, Side.LIVED], PairState.PAIRED),
    ],
)
def test_the_pair_is_one_of_each(sides: list[Side], state: PairState) -> None:
    assert pair_state(sides) == state


def test_every_state_of_a_pair_has_words() -> None:
    assert [state.label for state in PairState] == [
        "paired",
        "half: needs a peer tutor",
        "half: needs a professional tutor",
        "empty",
    ]


def test_the_pair_is_known_by_the_colleges_wall_clock() -> None:
    just_after_midnight = datetime(2027, 6, 6, 23, 30, tzinfo=UTC)
    assert latest_pair_by(just_after_midnight, days=28) == date(2027, 5, 10)


@pytest.mark.parametrize(
    "half",
    [
        Half(at(MONDAY, 9), BOTH, None),
        Half(at(MONDAY, 9), BOTH, date(2027, 6, 6)),
        Half(at(MONDAY, 9), frozenset({Side.LIVED}), date(2027, 5, 10)),
        Half(at(MONDAY, 9), frozenset(), date(2027, 5, 3)),
    ],
)
def test_a_run_is_published_when_each_session_is_paired_or_dated(half: Half) -> None:
    check_publishable([half], pair_by_days=28, today=TODAY)


def test_a_run_without_sessions_is_not_published() -> None:
    with pytest.raises(NoSessions, match="no dates yet"):
        check_publishable([], pair_by_days=28, today=TODAY)


def test_sessions_without_pair_or_date_are_named() -> None:
    halves = [
        Half(at(MONDAY, 9), frozenset({Side.LIVED}), None),
        Half(at(date(2027, 6, 14), 9), BOTH, None),
        Half(at(date(2027, 6, 21), 9), frozenset(), None),
    ]
    with pytest.raises(NotPaired) as refused:
        check_publishable(halves, pair_by_days=28, today=TODAY)
    assert refused.value.message == (
        "Find both tutors, or set a pair-by date, for the sessions on: "
        "7 June 2027 and 21 June 2027."
    )


def test_a_pair_by_date_that_is_too_late_is_refused_with_the_last_one() -> None:
    half = Half(at(MONDAY, 9), frozenset(), date(2027, 5, 11))
    with pytest.raises(NotPaired) as refused:
        check_publishable([half], pair_by_days=28, today=TODAY)
    assert (refused.value.field, refused.value.message) == (
        "pair_by_on",
        "The pair for 7 June 2027 must be known 28 days before. "
        "Choose 10 May 2027 or an earlier day.",
    )
    check_pair_by(half.starts_at, date(2027, 5, 10), days=28, today=TODAY)


def test_a_pair_by_date_that_has_passed_promises_nothing() -> None:
    with pytest.raises(NotPaired, match="Choose a day until 10 May 2027"):
        check_pair_by(at(MONDAY, 9), date(2027, 5, 2), days=28, today=TODAY)
    with pytest.raises(NotPaired, match="7 June 2027 is less than 28 days away"):
        check_pair_by(at(MONDAY, 9), date(2027, 5, 12), days=28, today=date(2027, 5, 11))


@pytest.mark.parametrize(("capacity", "room"), [(1, None), (12, 12), (500, None)])
def test_a_run_fits_its_room(capacity: int, room: int | None) -> None:
    check_fits(capacity, room)


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (0, "A run needs at least one place."),
        (13, "The room holds 12 people, so a run there can't have 13 places."),
    ],
)
def test_a_run_that_does_not_fit_is_refused(capacity: int, words: str) -> None:
    with pytest.raises(RoomTooSmall) as refused:
        check_fits(capacity, 12)
    assert (refused.value.message, refused.value.field) == (words, "capacity")


def test_a_run_goes_only_where_its_steps_lead() -> None:
    refused = set()
    for old in RunState:
        for new in RunState:
            try:
                check_step(old, new)
            except NoSuchStep:
                refused.add((old, new))
    assert refused == {(old, new) for old in RunState for new in RunState} - STEPS
    assert (RunState.CANCELLED, RunState.PUBLISHED) in refused
