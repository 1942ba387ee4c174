"""Where the sessions of a run fall when it is copied."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.errors import Refusal
from recovery_college.scheduling.rules.copying import (
    check_has_dates,
    check_weekday,
    days_again,
    first_from,
    same_week,
)

MONDAY = date(2027, 6, 7)
DAYS = some.dates(date(2025, 1, 1), date(2037, 12, 31))


def june(*days: int) -> list[date]:
    return [date(2027, 6, day) for day in days]


@pytest.mark.parametrize(
    ("days", "skipping", "again"),
    [
        ([], [], []),
        (june(7), [], [date(2027, 9, 6)]),
        (june(7, 14, 28), [], [date(2027, 9, 6), date(2027, 9, 13), date(2027, 9, 20)]),
        (june(7, 21), [], [date(2027, 9, 6), date(2027, 9, 20)]),
        (june(7, 8), [], [date(2027, 9, 6), date(2027, 9, 7)]),
        (june(7, 7), [], [date(2027, 9, 6), date(2027, 9, 6)]),
        (june(7, 14), [date(2027, 9, 13)], [date(2027, 9, 6), date(2027, 9, 20)]),
        (
            june(7, 8, 14),
            [date(2027, 9, 7)],
            [date(2027, 9, 6), date(2027, 9, 14), date(2027, 9, 20)],
        ),
        (june(7), [date(2027, 9, 6), date(2027, 9, 13)], [date(2027, 9, 20)]),
    ],
    ids=["none", "one", "weekly", "fortnightly", "two days", "one day", "a holiday", "both", "two"],
)
def test_a_run_is_laid_out_anew(days: list[date], skipping: list[date], again: list[date]) -> None:
    assert days_again(days, date(2027, 9, 6), skipping) == again


@given(DAYS, some.integers(1, 12), some.sets(some.integers(0, 15)))
def test_a_weekly_run_stays_weekly_and_as_long_whatever_is_left_out(
    first: date, count: int, weeks: set[int]
) -> None:
    days = [first + timedelta(weeks=n) for n in range(count)]
    skipping = {first + timedelta(weeks=n) for n in weeks}
    again = days_again(days, first, skipping)
    assert len(set(again)) == count
    assert again == sorted(again)
    assert not set(again) & skipping
    assert {day.weekday() for day in again} == {first.weekday()}


@pytest.mark.parametrize(
    ("day", "again"),
    [
        (date(2027, 5, 10), date(2027, 9, 6)),  # the first Monday of both
        (date(2027, 5, 5), date(2027, 9, 1)),  # the first Wednesday, on which the new one begins
        (date(2027, 5, 18), date(2027, 9, 21)),  # the third Tuesday
        (date(2027, 4, 28), date(2027, 9, 1)),  # before its own term began
    ],
)
def test_the_third_tuesday_becomes_the_third_tuesday(day: date, again: date) -> None:
    assert same_week(day, date(2027, 5, 4), date(2027, 9, 1)) == again


@given(DAYS, DAYS, DAYS)
def test_the_same_week_of_another_term_keeps_the_weekday_and_never_comes_before_it(
    day: date, old: date, new: date
) -> None:
    again = same_week(day, old, new)
    assert (again.weekday(), again >= new) == (day.weekday(), True)


def test_the_copy_begins_on_the_same_weekday() -> None:
    check_weekday(MONDAY, date(2027, 9, 6))
    with pytest.raises(Refusal, match=r"begins on a Monday\. Choose a Monday") as refused:
        check_weekday(MONDAY, date(2027, 9, 7))
    assert refused.value.field == "first"


def test_the_first_such_weekday_from_a_day_on() -> None:
    assert [first_from(MONDAY, date(2027, 9, day)) for day in (5, 6, 7)] == [
        date(2027, 9, 6),
        date(2027, 9, 6),
        date(2027, 9, 13),
    ]


def test_a_run_without_dates_is_not_copied() -> None:
    check_has_dates(1)
    with pytest.raises(Refusal, match="no dates"):
        check_has_dates(0)
