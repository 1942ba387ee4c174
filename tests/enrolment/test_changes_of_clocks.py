"""Over every change of clocks, and when a clock is put back: nothing is doubled, missed or moved.

When the clocks change is worked out here by the law, and not by the zone that the program reads.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.enrolment.commands.reminding import remind
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageKind, MessageState, not_before
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules.timetable import ClocksChange, Span, span_on, weekly_series
from tests.enrolment.asking import ask, change
from tests.factories import make_person, make_run

FULL = os.environ.get("PROOF") == "full"
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MARCH, OCTOBER, SUNDAY = 3, 10, 6
TIMES = (time(0, 59), time(2), time(9), time(10), time(13, 30), time(18, 15), time(21, 59))
ROUNDS = (time(9, 59), time(10), time(22))
THEN = time(1)  # from when it is an hour that is twice, or never
HARBOUR = College("Harbour")


def last_sunday(year: int, month: int) -> date:
    """Both months have 31 days."""
    end = date(year, month, 31)
    return end - (end.weekday() - SUNDAY) % 7 * DAY


CHANGES = [last_sunday(year, month) for year in range(2025, 2038) for month in (MARCH, OCTOBER)]
FEW = CHANGES if FULL else [last_sunday(2027, MARCH), last_sunday(2027, OCTOBER)]


def instant(day: date, at: time) -> datetime:
    """By the Summer Time Order: an hour ahead from the last Sunday of March to that of October."""
    begins, ends = last_sunday(day.year, MARCH), last_sunday(day.year, OCTOBER)
    is_summer = (
        begins <= day < ends if day in (begins, ends) and at > time(1) else begins < day <= ends
    )
    return datetime.combine(day, at, tzinfo=UTC) - (HOUR if is_summer else timedelta())


def test_a_weekly_run_stays_at_its_hour() -> None:
    firsts = [sunday - 3 * WEEK + day * DAY for sunday in CHANGES for day in range(7)]
    for first, at in product(firsts, TIMES):
        ends = time(23, 59) if at.hour > 21 else at.replace(hour=at.hour + 2)
        days = [first + week * WEEK for week in range(7)]
        wanted = [Span(instant(day, at), instant(day, ends)) for day in days]
        assert weekly_series(first, at, ends, count=7) == wanted


def test_nobody_meets_in_the_hour_that_is_twice_or_never() -> None:
    for sunday, minute in product(CHANGES, range(60)):
        with pytest.raises(ClocksChange):
            span_on(sunday, time(1, minute), time(4))


def test_the_quiet_hours_of_that_night_end_once_and_by_the_wall_clock() -> None:
    for sunday in CHANGES:
        began, over = (
            instant(sunday - DAY, HARBOUR.quiet_from),
            instant(sunday, HARBOUR.quiet_until),
        )
        night = range((over - began) // MINUTE)
        ends = {not_before(MessageKind.NOTICE, began + m * MINUTE, HARBOUR) for m in night}
        assert ends == {over}
        assert not_before(MessageKind.NOTICE, over, HARBOUR) == over


def by_mail(sunday: date) -> Run:
    """Ada has a place on three sessions, the second after the change; she was told long ago."""
    run = make_run(first=sunday - 5 * DAY, sessions=3)
    opened = instant(sunday - 90 * DAY, time(9))
    change(run.term, public_at=opened, enrolment_opens_at=opened)
    with time_machine.travel(instant(sunday - 60 * DAY, time(9)), tick=False):
        ask(make_person(email="ada@example.org"), run)
        keep_up()
        for message in db.session.scalars(select(OutboxMessage)):
            change(message, state=MessageState.SENT, sent_at=message.queued_at)
    return run


def promised() -> list[tuple[str, datetime]]:
    """What waits, by its kind, with the moment of its promise."""
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING)
        .order_by(OutboxMessage.id)
    )
    return [(message.subject, message.queued_at) for message in rows]


@pytest.fixture
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2024, 1, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("sunday", FEW)
def test_each_is_reminded_once_and_at_the_hour_of_the_session(
    clocks: time_machine.Traveller, sunday: date
) -> None:
    """Whatever was done is done again by a clock that is an hour behind."""
    by_mail(sunday)
    first = sunday - 5 * DAY
    for day in (first + n * DAY for n in range(-10, 16)):
        for at in ROUNDS:
            for moment in (instant(day, at), instant(day, at) - HOUR):
                clocks.move_to(moment, tick=False)
                remind()
    days = [first - WEEK, *(first + week * WEEK - DAY for week in range(3))]
    assert [at for _, at in promised()] == [instant(day, time(10)) for day in days]
