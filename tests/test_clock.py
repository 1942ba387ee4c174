"""The clocks change, and ten o'clock stays ten o'clock."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.clock import in_london, london_instant, now

AN_INSTANT = datetime(2027, 6, 7, 9, 30, tzinfo=UTC)


def test_now_is_an_instant_in_utc() -> None:
    with time_machine.travel(AN_INSTANT, tick=False):
        assert (now(), now().tzinfo) == (AN_INSTANT, UTC)


def test_ten_o_clock_is_ten_o_clock_all_year() -> None:
    assert london_instant(date(2027, 3, 22), time(10)) == datetime(2027, 3, 22, 10, tzinfo=UTC)
    assert london_instant(date(2027, 3, 29), time(10)) == datetime(2027, 3, 29, 9, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
@pytest.mark.parametrize("at", [time(1), time(1, 30), time(1, 59, 59)])
def test_an_hour_that_comes_never_or_twice_is_no_time_to_meet(day: date, at: time) -> None:
    with pytest.raises(ValueError, match="change of the clocks"):
        london_instant(day, at)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
@pytest.mark.parametrize("at", [time(0, 59, 59), time(2)])
def test_the_hours_beside_it_are_times_like_any_other(day: date, at: time) -> None:
    local = in_london(london_instant(day, at))
    assert (local.date(), local.time()) == (day, at)


@given(some.dates(date(2025, 1, 1), date(2037, 12, 31)), some.times(time(2), time(23, 59)))
def test_what_the_wall_clock_says_is_said_again(day: date, at: time) -> None:
    instant = london_instant(day, at)
    assert instant.tzinfo is UTC
    assert (in_london(instant).date(), in_london(instant).time()) == (day, at)
