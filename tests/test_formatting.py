"""Dates, times and counts in words, on both sides of a change of the clocks."""

from datetime import UTC, date, datetime
from datetime import time as wall

import pytest

from recovery_college.formatting import (
    brief_day,
    brief_when,
    capital,
    count,
    day,
    days,
    lines,
    listed,
    months,
    on_the_clock,
    pattern,
    short_day,
    time,
    times,
    when,
)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def span(month: int, day: int, start: int, end: int) -> tuple[datetime, datetime]:
    return utc(month, day, start), utc(month, day, end)


def test_a_day_is_written_out() -> None:
    assert day(date(2027, 1, 12)) == "Tuesday 12 January 2027"
    assert short_day(date(2027, 1, 2)) == "2 January 2027"


def test_late_on_a_summer_evening_in_utc_it_is_tomorrow_at_the_college() -> None:
    assert when(utc(6, 7, 23, 30)) == "Tuesday 8 June 2027, 12:30am"
    assert short_day(utc(6, 7, 23, 30)) == "8 June 2027"
    assert brief_day(utc(6, 7, 23, 30)) == "Tue 8 Jun"
    assert brief_when(utc(6, 7, 23, 30)) == "Tue 12:30am"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (utc(1, 12, 0), "midnight"),
        (utc(1, 12, 12), "midday"),
        (utc(1, 12, 12, 30), "12:30pm"),
        (utc(1, 12, 0, 5), "12:05am"),
        (utc(1, 12, 10), "10am"),
        (utc(1, 12, 18, 45), "6:45pm"),
        (utc(3, 27, 10), "10am"),  # the day before the clocks go forward
        (utc(3, 28, 9), "10am"),  # and the day itself
        (utc(10, 30, 9), "10am"),  # the day before they go back
        (utc(10, 31, 10), "10am"),
    ],
)
def test_a_time_is_what_the_wall_clock_shows(instant: datetime, words: str) -> None:
    assert time(instant) == words


def test_from_when_to_when() -> None:
    assert times(*span(1, 12, 10, 12)) == "10am to midday"


def test_days_of_a_month_share_its_name() -> None:
    assert days([date(2027, 1, 12)]) == "12 January"
    assert days([date(2027, 1, 26), date(2027, 1, 12), date(2027, 1, 19), date(2027, 2, 2)]) == (
        "12, 19 and 26 January and 2 February"
    )


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2027, 1, 12), date(2027, 1, 26), "January 2027"),
        (date(2027, 1, 12), date(2027, 2, 2), "January and February 2027"),
        (date(2027, 1, 12), date(2027, 3, 2), "January to March 2027"),
        (date(2026, 12, 8), date(2027, 1, 12), "December 2026 and January 2027"),
    ],
)
def test_the_months_of_a_run(first: date, last: date, words: str) -> None:
    assert months([last, first]) == words


def test_the_pattern_of_a_single_workshop_is_its_date() -> None:
    assert pattern([span(1, 12, 13, 15)]) == "Tuesday 12 January 2027, 1pm to 3pm"


def test_the_pattern_of_weekly_sessions_is_their_weekday_across_the_change_of_clocks() -> None:
    assert pattern([span(3, 23, 10, 12), span(3, 30, 9, 11)]) == "Tuesdays, 10am to midday"


def test_a_pattern_names_each_weekday_once_and_says_when_times_differ() -> None:
    spans = [span(1, 15, 10, 12), span(1, 11, 10, 12), span(1, 18, 10, 12)]
    assert pattern(spans) == "Mondays and Fridays, 10am to midday"
    assert pattern([*spans, span(1, 25, 14, 16)]) == "Mondays and Fridays, at different times"


def test_typed_lines_lose_their_bullets_and_blanks() -> None:
    assert lines("- talk\n\n * listen \n\u2022 try\n\u2013 go on\nhalf-day\n") == [
        "talk",
        "listen",
        "try",
        "go on",
        "half-day",
    ]
    assert lines(" \n") == []


def test_counts_and_lists() -> None:
    assert [count(1, "place"), count(2000, "place"), count(2, "person", "people")] == [
        "1 place",
        "2,000 places",
        "2 people",
    ]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_time_that_is_the_wall_clock_s_already() -> None:
    times = (wall(0), wall(9), wall(12), wall(12, 30), wall(23, 59))
    said = ["midnight", "9am", "midday", "12:30pm", "11:59pm"]
    assert [on_the_clock(each) for each in times] == said


def test_only_the_first_letter_becomes_large() -> None:
    assert [capital(words) for words in ("lived by Ada", "")] == ["Lived by Ada", ""]
