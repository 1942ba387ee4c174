"""A month of hours, line by line, and when it can be confirmed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recovery_college.errors import Refusal
from recovery_college.tutors.rules import Work
from recovery_college.tutors.rules.hours import (
    Counted,
    Line,
    Month,
    MonthNotOver,
    Taught,
    Terms,
    Written,
    beside_cap,
    bounds,
    check_confirmable,
    check_work,
    in_address,
    kept_form,
    last_day,
    month_asked,
    month_before,
    month_kept,
    month_made_of,
)

JUNE, TERMS = date(2027, 6, 1), Terms(30, 15, late_cancel_hours=48)
MIDDLE = datetime(2027, 6, 15, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LAST = date(2027, 6, 30)


def taught(id: int, day: int, **more: object) -> Taught:
    """Two hours from 10am on the wall clock."""
    at = datetime(2027, 6, day, 9, tzinfo=UTC)
    return Taught(id, "Sleep", at, at + 2 * HOUR, **more)  # type: ignore[arg-type]


def test_what_counts_as_what() -> None:
    off = {"is_off": True}
    latest = datetime(2027, 6, 8, 9, tzinfo=UTC) - 48 * HOUR
    month = month_made_of(
        JUNE,
        [
            taught(1, 1),
            taught(2, 2, released=True),
            taught(3, 3, is_meeting=True),
            taught(4, 8, **off, called_off_at=latest),
            taught(5, 8, **off, called_off_at=latest + timedelta(minutes=1)),
            taught(6, 9, **off),
            taught(7, 15),  # begins this minute
            taught(8, 16),
            taught(9, 17, released=True),
            taught(10, 18, is_meeting=True),
        ],
        [
            Written(1, date(2027, 6, 2), Work.PANEL, 50, "The new course"),
            Written(2, date(2027, 6, 2), Work.MEETING, 10),
            Written(3, date(2027, 6, 3), Work.TRAVEL, 20),
            Written(4, date(2027, 6, 30), Work.OTHER, 5),
        ],
        TERMS,
        MIDDLE,
    )
    assert [
        (line.day.day, line.kind.value, line.minutes, line.released) for line in month.lines
    ] == [
        (1, "delivered", 120, False),
        (1, "preparation", 30, False),
        (1, "debrief", 15, False),
        (2, "delivered", 120, True),
        (2, "preparation", 30, True),
        (2, "debrief", 15, True),
        (2, "meetings", 50, False),
        (2, "meetings", 10, False),
        (3, "meetings", 120, False),
        (3, "travel", 20, False),
        (8, "cancelled_late", 120, False),
        (15, "delivered", 120, False),
        (15, "preparation", 30, False),
        (15, "debrief", 15, False),
        (16, "planned", 120, False),
        (16, "planned", 30, False),
        (16, "planned", 15, False),
        (17, "planned", 120, True),
        (17, "planned", 30, True),
        (17, "planned", 15, True),
        (18, "planned", 120, False),
        (30, "other", 5, False),
    ]
    assert [line.what for line in month.lines if line.entry_id] == [
        *("The new course", "A meeting", "Travel", "Something else")
    ]
    assert dict(month.by_kind) == {
        Counted.DELIVERED: 240,
        Counted.PREPARATION: 60,
        Counted.DEBRIEF: 30,
        Counted.MEETINGS: 180,
        Counted.CANCELLED_LATE: 120,
        Counted.TRAVEL: 20,
        Counted.OTHER: 5,
        Counted.PLANNED: 285,
    }
    assert (month.paid, month.released, month.planned) == (655, 165, 450)
    assert month.whole == month.paid + month.released + month.planned


def test_a_confirmed_month_reads_back_as_it_was() -> None:
    made = month_made_of(
        JUNE, [taught(1, 1, released=True)], [Written(1, LAST, Work.TRAVEL, 20)], TERMS, MIDDLE
    )
    kept = month_kept(JUNE, kept_form(made.lines))
    assert kept == Month(
        JUNE,
        [
            Line(JUNE, "Sleep", Counted.DELIVERED, 120, released=True),
            Line(JUNE, "Sleep", Counted.PREPARATION, 30, released=True),
            Line(JUNE, "Sleep", Counted.DEBRIEF, 15, released=True),
            Line(LAST, "Travel", Counted.TRAVEL, 20),
        ],
    )
    assert (kept.paid, kept.released) == (made.paid, made.released) == (20, 165)


def test_a_month_begins_and_ends_on_the_wall_clock() -> None:
    assert bounds(JUNE) == (
        datetime(2027, 5, 31, 23, tzinfo=UTC),
        datetime(2027, 6, 30, 23, tzinfo=UTC),
    )
    assert bounds(date(2027, 3, 1)) == (  # the clocks change in it
        datetime(2027, 3, 1, tzinfo=UTC),
        datetime(2027, 3, 31, 23, tzinfo=UTC),
    )
    assert [last_day(date(2028, 2, 1)), month_before(date(2027, 1, 1))] == [
        *(date(2028, 2, 29), date(2026, 12, 1))
    ]
    late = datetime(2027, 6, 1, 22, 30, tzinfo=UTC)  # 11:30pm on the first
    lines = month_made_of(JUNE, [Taught(1, "Night", late, late + HOUR)], [], TERMS, late).lines
    assert {line.day for line in lines} == {JUNE}


def test_which_month_an_address_asks_for() -> None:
    asked = ("2027-01", "2027-13", "", "2027", "0001-01", "9999-12", "2027-01-05", "x" * 10_000)
    assert [in_address(month_asked(each, LAST)) for each in asked] == ["2027-01"] + ["2027-06"] * 7


def test_how_it_stands_beside_the_cap() -> None:
    assert [beside_cap(1080, 20), beside_cap(1110, 20), beside_cap(60, 1), beside_cap(0, 8)] == [
        "18 of 20 hours",
        "18 hours 30 minutes of 20 hours",
        "1 of 1 hour",
        "0 of 8 hours",
    ]


def test_a_month_is_confirmed_when_it_is_over() -> None:
    worked = Line(JUNE, "Sleep", Counted.DELIVERED, 120)
    to_come = Line(LAST, "Sleep", Counted.PLANNED, 120)
    refused = {
        date(2027, 6, 29): "June is not over. You can confirm it from 30 June.",
        LAST: "You still have something to come on 30 June. Confirm the month after it.",
    }
    for today, words in refused.items():
        with pytest.raises(MonthNotOver) as why:
            check_confirmable(Month(JUNE, [worked, to_come]), today)
        assert why.value.message == words
    with pytest.raises(Refusal, match="no hours in June"):
        check_confirmable(Month(JUNE, []), LAST)
    check_confirmable(Month(JUNE, [worked]), LAST)


def test_work_is_written_down_when_it_is_done() -> None:
    check_work(LAST, 1, LAST)
    check_work(JUNE, 24 * 60, LAST)
    for day, minutes, field in (
        (LAST + timedelta(days=1), 60, "worked_on"),
        (LAST, 0, "hours"),
        (LAST, 24 * 60 + 1, "hours"),
    ):
        with pytest.raises(Refusal) as why:
            check_work(day, minutes, LAST)
        assert why.value.field == field
