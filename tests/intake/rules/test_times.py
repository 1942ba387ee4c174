"""Dates and times in every style that a coordinator types."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.errors import Refusal
from recovery_college.intake.rules import times
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.times import Hours

TWELFTH = date(2027, 1, 12)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
DATE_STYLES: list[Callable[[date], Raw]] = [
    lambda day: day,
    lambda day: datetime.combine(day, time.min),
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day:%a %d %b %Y}",
    lambda day: f"{day:%A}, {day.day} {day:%B} {day.year}",
    lambda day: f"{day:%d.%m.%y}",
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day:%d-%b-%y}",
]
TIME_STYLES: list[Callable[[time], Raw]] = [
    lambda at: at,
    lambda at: f"{at:%H:%M}",
    lambda at: f"{at:%H:%M:%S}",
    lambda at: f"{at:%H.%M}",
    lambda at: f"{at:%H%M}",
    lambda at: f"{at:%I:%M%p}".lower(),
    lambda at: f"{at:%I.%M %p}",
    lambda at: (at.hour * 60 + at.minute) / (24 * 60),
    lambda at: timedelta(hours=at.hour, minutes=at.minute),
]


@given(DAYS, st.sampled_from(DATE_STYLES))
def test_every_day_in_every_style(day: date, style: Callable[[date], Raw]) -> None:
    assert times.day(style(day)) == day


@pytest.mark.parametrize(
    "raw",
    ["12th January 2027", "Tues 12 Jan 27", "12 jan, 2027", "January 12, 2027", "12 / 1 / 2027"],
)
def test_more_ways_to_write_a_day(raw: Raw) -> None:
    assert times.day(raw) == TWELFTH


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("31/02/2027", "This day does not exist: February 2027 has 28 days."),
        ("29/02/2027", "This day does not exist: February 2027 has 28 days."),
        ("0/1/2027", "This day does not exist: January 2027 has 31 days."),
        ("01/13/2027", "There is no month 13. The day comes first, then the month."),
        ("12 Jab 2027", 'There is no month called "jab".'),
        (
            "Mon 12 Jan 2027",
            "12 January 2027 is a Tuesday. Check the date and the day of the week.",
        ),
        ("12/01/1827", "The year can't be right. Check the date."),
        (date(1900, 1, 12), "The year can't be right. Check the date."),
        ("12/01", 'This is not a date. Write day, month and year, as in "12/01/2027".'),
        ("soon", 'This is not a date. Write day, month and year, as in "12/01/2027".'),
        ("\u00b2/1/2027", 'This is not a date. Write day, month and year, as in "12/01/2027".'),
        (46034, 'This is not a date. Write it as in "12/01/2027".'),
    ],
)
def test_no_day_is_guessed(raw: Raw, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.day(raw)
    assert refused.value.message == why


@given(MINUTES, st.sampled_from(TIME_STYLES))
def test_every_minute_in_every_style(at: time, style: Callable[[time], Raw]) -> None:
    assert times.clock(style(at)) == at


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("6pm", time(18)),
        ("10.30 a.m.", time(10, 30)),
        ("12pm", time(12)),
        ("12am", time(0)),
        ("Noon", time(12)),
        (1030, time(10, 30)),
        (930, time(9, 30)),
        (10.3, time(10, 30)),
        (10, time(10)),
        ("9", time(9)),
        (time(10, 29, 59, 999_000), time(10, 30)),
        (datetime.combine(TWELFTH, time(18)), time(18)),
    ],
)
def test_more_ways_to_write_a_time(raw: Raw, value: time) -> None:
    assert times.clock(raw) == value


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("25:00", "There is no such time as 25:00."),
        ("10:75", "There is no such time as 10:75."),
        ("13pm", 'Write a time here, as in "10:30" or "6pm".'),
        ("late", 'Write a time here, as in "10:30" or "6pm".'),
        (
            "1.30",
            'Is this in the morning or the afternoon? Write it as in "1.30pm" or "13:30".',
        ),
    ],
)
def test_no_time_is_guessed(raw: Raw, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        times.clock(raw)
    assert refused.value.message == why


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("10:30", Hours(time(10, 30))),
        ("10:30-12:30", Hours(time(10, 30), time(12, 30))),
        ("10am to 12.30pm", Hours(time(10), time(12, 30))),
        ("1 to 3pm", Hours(time(13), time(15))),
        ("10 \u2013 1pm", Hours(time(10), time(13))),
        ("1.30-3.30pm", Hours(time(13, 30), time(15, 30))),
    ],
)
def test_from_when_to_when_in_one_cell(raw: Raw, value: Hours) -> None:
    assert times.hours(raw) == value


@given(st.text() | st.floats() | st.integers() | st.timedeltas() | st.datetimes())
def test_any_cell_is_read_or_refused(raw: Raw) -> None:
    for reader in (times.day, times.clock, times.hours):
        with suppress(Refusal):
            reader(raw)
