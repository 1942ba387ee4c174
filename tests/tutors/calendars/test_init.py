"""A process of its own for each calendar, which nothing in one can hold up."""

import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recovery_college.tutors import calendars
from recovery_college.tutors.calendars import read_file, read_link
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch
from tests.tutors.calendars.servers import answering, calendar, dripping, event, serving

JUNE = Stretch(datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC))
NINE = datetime(2027, 6, 7, 9, tzinfo=UTC)
CALENDAR = calendar(event("DTSTART:20270607T090000Z", "DURATION:PT1H", "SUMMARY:Clinic"))
BUSY = [Stretch(NINE, NINE + timedelta(hours=1))]
NEVER = event("DTSTART:19010101T100000Z", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")


def test_a_file_and_a_link_say_the_same() -> None:
    with serving(answering(CALENDAR)) as address:
        found = read_link(f"{address}/a.ics", JUNE, loopback=True), read_file(CALENDAR, JUNE)
    assert found == (BUSY, BUSY)


def test_this_machine_itself_is_never_read_but_in_a_test() -> None:
    with serving(answering(CALENDAR)) as address, pytest.raises(Trouble) as raised:
        read_link(f"{address}/a.ics", JUNE)
    assert raised.value.kind is CalendarTrouble.NOT_ALLOWED


def test_a_link_that_drips_is_given_up() -> None:
    with serving(dripping(b"", b"H")) as address, pytest.raises(Trouble) as raised:
        read_link(address, JUNE, loopback=True, patience=0.3)
    assert raised.value.kind is CalendarTrouble.TOO_SLOW


def test_a_calendar_that_would_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "READ_WITHIN", -12)
    with pytest.raises(Trouble) as raised:
        read_file(calendar(*[NEVER.replace("UID:1", f"UID:{n}") for n in range(20)]), JUNE)
    assert raised.value.kind is CalendarTrouble.TOO_MUCH


def test_the_link_is_not_among_the_words_with_which_the_program_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[Any] = []
    really = subprocess.run

    def run(*words: Any, **how: Any) -> Any:
        called.append((words, how.get("env")))
        return really(*words, **how)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Trouble):
        read_link("http://127.0.0.1/secret-4711.ics", JUNE)
    assert called == [((calendars.APART,), None)]
