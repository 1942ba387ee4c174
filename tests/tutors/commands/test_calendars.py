"""A tutor's own calendar: sealed, read every hour, and nothing of it kept but busy times."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.tutors.calendars import read_link
from recovery_college.tutors.calendars.trouble import Trouble
from recovery_college.tutors.commands.calendars import (
    add_file,
    add_link,
    read_due_calendars,
    read_now,
    remove_calendar,
    where_from,
)
from recovery_college.tutors.models import BusyCalendar, BusyTime
from recovery_college.tutors.rules import CalendarTrouble
from recovery_college.tutors.rules.free import Stretch
from recovery_college.tutors.rules.links import NoLink
from recovery_college.tutors.rules.saying import TooMuchSaid
from tests.factories import make_person
from tests.tutors.calendars.servers import answering, calendar, event, serving

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NINE = datetime(2027, 6, 7, 9, tzinfo=UTC)
LINK = "https://calendar.example.org/secret-4711.ics"
CALENDAR = calendar(
    event("DTSTART:20270607T090000Z", "DURATION:PT1H", "SUMMARY:Clinic with Ada"),
    event("DTSTART:20270502T090000Z", "DURATION:PT1H", uid="past"),
    event("DTSTART:20290607T090000Z", "DURATION:PT1H", uid="far away"),
)
BUSY = [(NINE, NINE + HOUR)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ash(app: object) -> Person:
    return make_person("Ash Reed", Role.TUTOR)


def busy() -> list[tuple[datetime, datetime]]:
    rows = db.session.execute(
        select(BusyTime.starts_at, BusyTime.ends_at).order_by(BusyTime.starts_at)
    )
    return [(row[0], row[1]) for row in rows]


def kept() -> BusyCalendar:
    db.session.expire_all()
    return db.session.scalars(select(BusyCalendar)).one()


def saying(*stretches: Stretch) -> Callable[[str, Stretch], list[Stretch]]:
    return lambda _link, _between: list(stretches)


def failing(kind: CalendarTrouble) -> Callable[[str, Stretch], list[Stretch]]:
    def read(_link: str, _between: Stretch) -> list[Stretch]:
        raise Trouble(kind)

    return read


def test_the_busy_times_of_a_file_are_kept_and_nothing_else_of_it(ash: Person) -> None:
    add_file(ash, CALENDAR)
    assert busy() == BUSY
    assert (kept().link, kept().read_at, kept().next_read_at) == (None, NOW, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>", "What came is not a calendar."),
        (b"BEGIN:VCALENDAR" + bytes(2_000_000), "The calendar is larger than 2 MB."),
        (
            calendar(event("DTSTART:20270607T090000Z", "RRULE:FREQ=SECONDLY")),
            "The calendar holds more times than can be read.",
        ),
    ],
)
def test_a_file_that_can_t_be_read_is_refused_in_words(
    ash: Person, content: bytes, words: str
) -> None:
    with pytest.raises(Refusal) as raised:
        add_file(ash, content)
    assert (raised.value.message, raised.value.field, busy()) == (words, "file", [])


def test_a_link_is_sealed_and_only_its_host_is_shown_again(app: Flask, ash: Person) -> None:
    add_link(ash, LINK)
    row = kept()
    assert b"4711" not in (row.link or b"")
    assert where_from(row) == "calendar.example.org"
    written = [repr(vars(each)) for each in db.session.scalars(select(AuditEntry))]
    assert "4711" not in "".join(written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.config, "SECRET_KEYS", ["another"])
        assert where_from(row) == ""


def test_what_is_no_link_is_not_kept(ash: Person) -> None:
    with pytest.raises(NoLink):
        add_link(ash, "file:///etc/passwd")
    assert db.session.scalars(select(BusyCalendar)).all() == []


def test_nobody_has_more_than_five(ash: Person) -> None:
    for _ in range(5):
        add_link(ash, LINK)
    with pytest.raises(TooMuchSaid):
        add_link(ash, LINK)


def test_the_worker_reads_a_link_at_once_and_then_every_hour(
    ash: Person, clock: time_machine.Traveller
) -> None:
    with serving(answering(CALENDAR)) as address:
        add_link(ash, f"{address}/secret-4711.ics")
        read_due_calendars(partial(read_link, loopback=True))
    assert busy() == BUSY
    assert (kept().read_at, kept().next_read_at, kept().trouble) == (NOW, NOW + HOUR, None)
    clock.move_to(NOW + HOUR - timedelta(minutes=1))
    read_due_calendars(failing(CalendarTrouble.AWAY))
    assert kept().trouble is None
    clock.move_to(NOW + HOUR)
    read_due_calendars(saying())
    assert (busy(), kept().read_at) == ([], NOW + HOUR)


def test_this_machine_itself_is_not_read_for_anybody(ash: Person) -> None:
    with serving(answering(CALENDAR)) as address:
        add_link(ash, address)
        read_due_calendars()
    assert (busy(), kept().trouble) == ([], CalendarTrouble.NOT_ALLOWED)


def test_what_was_read_stays_while_nothing_answers_and_it_is_asked_less_and_less_often(
    ash: Person, clock: time_machine.Traveller
) -> None:
    add_link(ash, LINK)
    read_due_calendars(saying(Stretch(*BUSY[0])))
    waits = []
    for _ in range(7):
        clock.move_to(due := kept().next_read_at or NOW)
        read_due_calendars(failing(CalendarTrouble.AWAY))
        waits.append(((kept().next_read_at or NOW) - due) // HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert (busy(), kept().trouble, kept().read_at) == (BUSY, CalendarTrouble.AWAY, NOW)


def test_one_that_fails_is_logged_by_its_number_and_does_not_stop_the_others(
    ash: Person, caplog: pytest.LogCaptureFixture
) -> None:
    add_link(ash, LINK)
    add_link(make_person("Bo", Role.TUTOR), "https://other.example.org/b.ics")
    first = db.session.scalars(select(BusyCalendar.id).order_by(BusyCalendar.id)).first()

    def read(link: str, _between: Stretch) -> list[Stretch]:
        if link == LINK:
            raise RuntimeError(link)
        return [Stretch(*BUSY[0])]

    with caplog.at_level(logging.ERROR):
        read_due_calendars(read)
    assert [record.message for record in caplog.records] == [f"calendar {first}: RuntimeError"]
    assert busy() == BUSY


def test_one_that_is_removed_while_it_is_read_stays_removed(ash: Person) -> None:
    add_link(ash, LINK)

    def read(_link: str, _between: Stretch) -> list[Stretch]:
        remove_calendar(ash, kept())
        return [Stretch(*BUSY[0])]

    read_due_calendars(read)
    assert (busy(), db.session.scalars(select(BusyCalendar)).all()) == ([], [])


def test_it_stops_between_two_when_the_worker_is_told_to(ash: Person) -> None:
    add_link(ash, LINK)
    add_link(ash, LINK)
    said = iter([True, False])
    read_due_calendars(saying(), go_on=lambda: next(said))
    rows = db.session.scalars(select(BusyCalendar.read_at).order_by(BusyCalendar.id)).all()
    assert rows == [NOW, None]


def test_it_is_read_again_when_its_tutor_asks(ash: Person, clock: time_machine.Traveller) -> None:
    add_link(ash, LINK)
    read_due_calendars(failing(CalendarTrouble.TOO_SLOW))
    clock.move_to(NOW + timedelta(minutes=5))
    read_now(ash, kept())
    read_due_calendars(saying(Stretch(*BUSY[0])))
    assert (busy(), kept().trouble) == (BUSY, None)


def test_a_file_can_t_be_read_again(ash: Person) -> None:
    add_file(ash, CALENDAR)
    with pytest.raises(Refusal):
        read_now(ash, kept())


def test_a_calendar_goes_with_all_that_was_read_of_it(ash: Person) -> None:
    add_file(ash, CALENDAR)
    remove_calendar(ash, kept())
    assert (busy(), db.session.scalars(select(BusyCalendar)).all()) == ([], [])
    verbs = db.session.execute(select(AuditEntry.verb, AuditEntry.fields).order_by(AuditEntry.id))
    assert [tuple(row) for row in verbs] == [("added", "calendar"), ("removed", "calendar")]


def test_times_that_are_over_are_let_go_of(ash: Person, clock: time_machine.Traveller) -> None:
    add_file(ash, CALENDAR)
    clock.move_to(NINE + timedelta(hours=25))
    read_due_calendars(saying())
    assert busy() == BUSY
    clock.move_to(NINE + timedelta(hours=26))
    read_due_calendars(saying())
    assert busy() == []


def test_nobody_waits_for_a_lock_or_a_connection_while_a_calendar_is_fetched(ash: Person) -> None:
    add_link(ash, LINK)
    held: list[bool] = []

    def read(_link: str, _between: Stretch) -> list[Stretch]:
        held.append(db.session().in_transaction())
        return []

    read_due_calendars(read)
    assert held == [False]
