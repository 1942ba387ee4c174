"""Busy times out of calendars, the ones that people have and the ones that nobody should."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery_college.tutors.calendars.reading import busy_times
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch
from tests.tutors.calendars.servers import calendar, event


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


SPRING = Stretch(utc(3, 20), utc(4, 12))
ONE = ("DTSTART:20270401T090000Z", "DTEND:20270401T100000Z")
BUSY = [Stretch(utc(4, 1, 9), utc(4, 1, 10))]


def read(*lines: str, between: Stretch = SPRING) -> list[Stretch]:
    return busy_times(calendar(event(*lines)), between)


def hour(starts: datetime) -> Stretch:
    return Stretch(starts, starts + timedelta(hours=1))


def test_a_time_is_busy_and_its_title_is_nobody_s_business() -> None:
    assert read(*ONE, "SUMMARY:Clinic with Ada", "LOCATION:Ward 4") == BUSY


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
)
def test_what_takes_no_time_is_not_busy(line: str) -> None:
    assert read(*ONE, line) == []


def test_what_is_perhaps_is_busy() -> None:
    assert read(*ONE, "STATUS:TENTATIVE", "TRANSP:OPAQUE") == BUSY


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("DTSTART;VALUE=DATE:20270401",), [Stretch(utc(3, 31, 23), utc(4, 1, 23))]),
        (
            ("DTSTART;VALUE=DATE:20270327", "DTEND;VALUE=DATE:20270329"),
            [Stretch(utc(3, 27), utc(3, 28, 23))],
        ),
        (("DTSTART;VALUE=DATE:20270401", "TRANSP:TRANSPARENT"), []),
    ],
)
def test_whole_days_are_the_college_s_days(lines: tuple[str, ...], found: list[Stretch]) -> None:
    assert read(*lines) == found


def test_a_time_of_no_zone_is_on_the_college_s_wall_clock() -> None:
    assert read("DTSTART:20270401T100000", "DURATION:PT1H") == BUSY


def test_every_week_at_ten_stays_ten_when_the_clocks_change() -> None:
    weekly = ("DTSTART;TZID=Europe/London:20270101T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    assert read(*weekly) == [hour(utc(3, 26, 10)), hour(utc(4, 2, 9)), hour(utc(4, 9, 9))]


def test_every_week_elsewhere_follows_the_clocks_of_that_place() -> None:
    weekly = ("DTSTART;TZID=America/New_York:20270101T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    assert read(*weekly) == [hour(utc(3, 26, 14)), hour(utc(4, 2, 14)), hour(utc(4, 9, 14))]


def test_one_of_a_series_that_was_moved_another_that_was_left_out_and_one_that_was_cancelled() -> (
    None
):
    daily = event(
        "DTSTART:20270401T090000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20270402T090000Z",
    )
    moved = event("RECURRENCE-ID:20270403T090000Z", "DTSTART:20270403T150000Z", "DURATION:PT1H")
    cancelled = event(
        "RECURRENCE-ID:20270404T090000Z",
        *(line.replace("0401", "0404") for line in ONE),
        "STATUS:CANCELLED",
    )
    assert busy_times(calendar(daily, moved, cancelled), SPRING) == [*BUSY, hour(utc(4, 3, 15))]


def test_what_touches_is_one_time_and_what_sticks_out_is_cut() -> None:
    events = (
        event("DTSTART:20270319T220000Z", "DTEND:20270320T010000Z", uid="1"),
        event("DTSTART:20270320T010000Z", "DTEND:20270320T020000Z", uid="2"),
        event("DTSTART:20270320T013000Z", "DTEND:20270320T014000Z", uid="3"),
        event("DTSTART:20270501T013000Z", "DTEND:20270501T014000Z", uid="4"),
    )
    assert busy_times(calendar(*events), SPRING) == [Stretch(utc(3, 20), utc(3, 20, 2))]


@pytest.mark.parametrize(
    ("starts", "ends"), [("20270401T100000Z", "20270401T090000Z"), ("20270328T013000",) * 2]
)
def test_an_end_before_the_start_and_an_hour_that_is_not_there_do_no_harm(
    starts: str, ends: str
) -> None:
    assert read(f"DTSTART:{starts}", f"DTEND:{ends}") in ([], BUSY)


def trouble(content: bytes) -> CalendarTrouble:
    with pytest.raises(Trouble) as raised:
        busy_times(content, SPRING)
    return raised.value.kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><html><title>Sign in</title></html>",
        b"BEGIN:VCALENDAR\r\nwhat is this",
        b"\x00\xff" * 1000,
    ],
)
def test_what_is_no_calendar_is_told(content: bytes) -> None:
    assert trouble(content) is CalendarTrouble.NO_CALENDAR


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1000000", "COUNT=1000000;FRE\r\n Q=SECONDLY"],
)
def test_a_million_recurrences_are_not_even_begun(rule: str) -> None:
    assert trouble(calendar(event(*ONE, f"RRULE:{rule}"))) is CalendarTrouble.TOO_MUCH


def test_five_thousand_times_are_read_and_no_more() -> None:
    hourly = [
        event("DTSTART:20270301T000000Z", "RRULE:FREQ=HOURLY", "DURATION:PT5M", uid=str(n))
        for n in range(10)
    ]
    weeks = Stretch(utc(3, 1), utc(3, 21, 20))
    assert len(busy_times(calendar(*hourly), weeks)) == 500
    with pytest.raises(Trouble) as raised:
        busy_times(calendar(*hourly), Stretch(utc(3, 1), utc(3, 21, 21)))
    assert raised.value.kind is CalendarTrouble.TOO_MUCH
