"""Free stretches, against another way to find them: asking the wall clock minute by minute."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.clock import in_london
from recovery_college.tutors.rules.free import (
    Availability,
    Away,
    Lasting,
    Stretch,
    Window,
    free,
    free_together,
    is_free,
    joined,
)

MINUTE = timedelta(minutes=1)
FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)  # both are Sundays
SUNDAY = 6
LAST_MINUTE = time(23, 59)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)


def naive_free(said: Availability, between: Lasting) -> list[Stretch]:
    """Every minute asked by itself."""
    minutes, at = [], between.starts_at
    while at < between.ends_at:
        if _may_teach(said, at):
            minutes.append(at)
        at += MINUTE
    return _grouped(minutes)


def _may_teach(said: Availability, at: datetime) -> bool:
    wall = in_london(at)
    day, reads = wall.date(), wall.time()
    return (
        any(
            w.weekday == day.weekday()
            and w.from_on <= day
            and (w.until_on is None or day <= w.until_on)
            and w.starts <= reads
            and (reads < w.ends or w.ends == LAST_MINUTE)
            for w in said.windows
        )
        and not any(a.starts_on <= day <= a.ends_on for a in said.away)
        and not any(b.starts_at <= at < b.ends_at for b in said.busy)
    )


def _grouped(minutes: Collection[datetime]) -> list[Stretch]:
    made: list[Stretch] = []
    for each in minutes:
        if made and made[-1].ends_at == each:
            made[-1] = Stretch(made[-1].starts_at, each + MINUTE)
        else:
            made.append(Stretch(each, each + MINUTE))
    return made


SEASONS = st.sampled_from([FORWARD, BACK, date(2027, 6, 7)])
CLOCKS = st.one_of(st.integers(0, 24 * 60 - 1), st.integers(0, 3 * 60), st.just(24 * 60 - 1)).map(
    lambda n: time(n // 60, n % 60)
)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Availability, Stretch]:
    """A few windows, days away and busy times around a change of the clocks, and some days."""
    middle = draw(SEASONS)
    near = st.integers(-4, 4).map(lambda n: middle + timedelta(days=n))

    def window() -> Window:
        starts, ends = sorted((draw(CLOCKS), draw(CLOCKS)))
        return Window(
            draw(st.one_of(st.integers(0, 6), st.just(SUNDAY))),
            starts,
            ends if ends > starts else LAST_MINUTE,
            draw(st.one_of(st.just(date(2027, 1, 1)), near)),
            draw(st.one_of(st.none(), near)),
        )

    def stretch(most: int) -> Stretch:
        starts = at(draw(near), 0) + draw(st.integers(0, 1440)) * MINUTE
        return Stretch(starts, starts + draw(st.integers(1, most)) * MINUTE)

    def away() -> Away:
        first, last = sorted((draw(near), draw(near)))
        return Away(first, last)

    said = Availability(
        [window() for _ in range(draw(st.integers(0, 5)))],
        [away() for _ in range(draw(st.sampled_from([0, 0, 1])))],
        [stretch(600) for _ in range(draw(st.integers(0, 5)))],
    )
    return said, stretch(3 * 1440)


@given(weeks())
def test_it_is_what_the_wall_clock_says_minute_by_minute(
    drawn: tuple[Availability, Stretch],
) -> None:
    said, between = drawn
    found = free(said, between)
    assert found == naive_free(said, between)
    assert all(is_free(found, each) for each in found)


SPANS = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(
    lambda drawn: Stretch(
        at(BACK, 0) + drawn[0] * MINUTE, at(BACK, 0) + (drawn[0] + drawn[1]) * MINUTE
    )
)


@given(st.lists(SPANS, max_size=6), st.lists(SPANS, max_size=6))
def test_two_are_free_together_in_the_minutes_that_both_have(
    ones: list[Stretch], others: list[Stretch]
) -> None:
    first, second = joined(ones), joined(others)
    minutes = [at(BACK, 0) + n * MINUTE for n in range(100)]

    def within(stretches: list[Stretch], at: datetime) -> bool:
        return any(s.starts_at <= at < s.ends_at for s in stretches)

    both = [each for each in minutes if within(ones, each) and within(others, each)]
    together = free_together(first, second)
    assert [each for each in minutes if within(together, each)] == both


def sundays(starts: time, ends: time) -> Availability:
    return Availability([Window(SUNDAY, starts, ends, date(2027, 1, 1))])


def day(on: date) -> Stretch:
    return Stretch(at(on, 0) - timedelta(hours=2), at(on, 23, 59))


@pytest.mark.parametrize(
    ("on", "starts", "ends", "found"),
    [
        (FORWARD, time(10), time(12), [Stretch(at(FORWARD, 9), at(FORWARD, 11))]),
        (FORWARD, time(1, 15), time(1, 45), []),
        (FORWARD, time(0, 30), time(1, 30), [Stretch(at(FORWARD, 0, 30), at(FORWARD, 1))]),
        (FORWARD, time(1, 30), time(3), [Stretch(at(FORWARD, 1), at(FORWARD, 2))]),
        (BACK, time(10), time(12), [Stretch(at(BACK, 10), at(BACK, 12))]),
        (BACK, time(0, 30), time(3), [Stretch(at(BACK, 0) - 30 * MINUTE, at(BACK, 3))]),
        (
            BACK,
            time(1, 30),
            time(1, 45),
            [
                Stretch(at(BACK, 0, 30), at(BACK, 0, 45)),
                Stretch(at(BACK, 1, 30), at(BACK, 1, 45)),
            ],
        ),
    ],
)
def test_an_hour_that_is_left_out_gives_nothing_and_one_that_comes_twice_counts_twice(
    on: date, starts: time, ends: time, found: list[Stretch]
) -> None:
    assert free(sundays(starts, ends), day(on)) == found


def test_whole_days_touch_at_midnight() -> None:
    every = [Window(day, time(0), LAST_MINUTE, date(2027, 1, 1)) for day in range(7)]
    week = Stretch(at(FORWARD, 5), at(FORWARD, 5) + timedelta(weeks=1))
    assert free(Availability(every), week) == [week]


def test_who_is_away_is_free_again_on_the_day_after() -> None:
    said = sundays(time(10), time(12))
    assert (
        free(
            Availability(said.windows, [Away(date(2027, 6, 6), date(2027, 6, 12))]),
            day(date(2027, 6, 6)),
        )
        == []
    )
    assert is_free(
        free(
            Availability(said.windows, [Away(date(2027, 6, 6), date(2027, 6, 12))]),
            day(date(2027, 6, 13)),
        ),
        Stretch(at(date(2027, 6, 13), 9), at(date(2027, 6, 13), 11)),
    )


def test_a_session_that_sticks_out_of_a_stretch_is_not_free() -> None:
    stretch = Stretch(at(BACK, 10), at(BACK, 12))
    assert is_free([stretch], stretch)
    assert not is_free([stretch], Stretch(at(BACK, 10), at(BACK, 12, 1)))
    assert not is_free([stretch], Stretch(at(BACK, 9, 59), at(BACK, 12)))


def test_who_has_no_windows_has_not_said_when_they_can() -> None:
    assert (Availability().is_said, sundays(time(1), time(2)).is_said) == (False, True)
    assert free(Availability(), day(BACK)) == []
