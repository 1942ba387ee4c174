"""Days, times and moments as people type them."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from recovery_college.dates import Clock, Day, Moment
from recovery_college.forms import CollegeForm


class WhenForm(CollegeForm):
    class Meta:
        csrf = False

    day = Day("Day")
    at = Clock("At")
    moment = Moment("Moment")


def read(**typed: str) -> tuple[Any, list[str]]:
    with Flask(__name__).test_request_context():
        form = WhenForm(MultiDict(typed))
        form.validate()
        name = next(iter(typed))
        return form[name].data, list(form[name].errors)


@pytest.mark.parametrize(
    "typed", ["2027-01-12", "12/01/2027", "12.01.2027", " 12 January 2027 ", "12 Jan 2027"]
)
def test_a_day_is_read_day_before_month(typed: str) -> None:
    assert read(day=typed) == (date(2027, 1, 12), [])


@pytest.mark.parametrize("typed", ["31/02/2027", "soon", "12/01/0027", "\x00", "²/1/2027"])
def test_what_is_no_day_is_said(typed: str) -> None:
    value, said = read(day=typed)
    assert (value, len(said)) == (None, 1)


@pytest.mark.parametrize(
    ("typed", "at"),
    [("10:30", time(10, 30)), ("2pm", time(14)), ("2.15 PM", time(14, 15)), ("", None)],
)
def test_a_time_is_read_as_people_say_it(typed: str, at: time | None) -> None:
    assert read(at=typed) == (at, [])


@pytest.mark.parametrize("typed", ["25:00", "noonish", "9" * 500])
def test_what_is_no_time_is_said(typed: str) -> None:
    assert read(at=typed) == (None, ['Write a time, as in "10:30" or "2pm".'])


def test_a_moment_is_on_the_wall_clock_and_an_hour_that_comes_twice_is_refused() -> None:
    assert read(moment="2027-07-01T10:00") == (datetime(2027, 7, 1, 9, tzinfo=UTC), [])
    assert read(moment="01/02/2027 10:00") == (datetime(2027, 2, 1, 10, tzinfo=UTC), [])
    for typed in ("2027-03-28T01:30", "2027-10-31T01:30"):
        value, said = read(moment=typed)
        assert (value, "The clocks change" in said[0]) == (None, True)
    assert read(moment="2027-13-01T10:00")[0] is None
