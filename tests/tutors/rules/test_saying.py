"""What a tutor may say of when they can teach, in words."""

from datetime import date, time

import pytest

from recovery_college.tutors.rules.free import Window
from recovery_college.tutors.rules.saying import (
    WindowsOverlap,
    check_window,
    days_in_words,
    hours_in_words,
    until_end_of_day,
)

TODAY, JUNE = date(2027, 5, 3), date(2027, 6, 1)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (time(9), time(17), "9am to 5pm"),
        (time(9, 30), time(12), "9:30am to midday"),
        (time(18), time(23, 59), "6pm to midnight"),
        (time(0), time(9), "midnight to 9am"),
        (time(0), time(23, 59), "all day"),
    ],
)
def test_hours_in_words(starts: time, ends: time, words: str) -> None:
    assert hours_in_words(starts, ends) == words


@pytest.mark.parametrize(
    ("from_on", "until_on", "words"),
    [
        (TODAY, None, ""),
        (JUNE, None, "from 1 June 2027"),
        (TODAY, JUNE, "until 1 June 2027"),
        (JUNE, JUNE, "from 1 June 2027 until 1 June 2027"),
    ],
)
def test_days_in_words(from_on: date, until_on: date | None, words: str) -> None:
    assert days_in_words(from_on, until_on, TODAY) == words


def test_midnight_as_an_end_is_that_of_the_day() -> None:
    assert (until_end_of_day(time(0)), until_end_of_day(time(9))) == (time(23, 59), time(9))


@pytest.mark.parametrize(
    ("other", "overlaps"),
    [
        (Window(0, time(16), time(18), JUNE), True),
        (Window(0, time(17), time(18), JUNE), False),
        (Window(0, time(8), time(9), JUNE), False),
        (Window(1, time(9), time(17), JUNE), False),
        (Window(0, time(9), time(17), TODAY, date(2027, 5, 31)), False),
        (Window(0, time(9), time(17), TODAY, JUNE), True),
    ],
)
def test_hours_overlap_on_the_same_weekday_and_on_days_that_both_have(
    other: Window, overlaps: bool
) -> None:
    window = Window(0, time(9), time(17), JUNE)
    if not overlaps:
        check_window(window, [other])
        return
    with pytest.raises(WindowsOverlap):
        check_window(window, [other])
