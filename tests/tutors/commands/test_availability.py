"""When a tutor can teach, as they say it."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import Refusal
from recovery_college.tutors import queries
from recovery_college.tutors.commands.availability import (
    Hours,
    add_away,
    add_windows,
    change_window,
    remove_away,
    remove_window,
)
from recovery_college.tutors.models import TutorAway, TutorWindow
from recovery_college.tutors.rules.saying import MOST_WINDOWS, TooMuchSaid, WindowsOverlap
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2027, 5, 3)
DAY = Hours(time(9), time(17), TODAY)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ash(app: object) -> Person:
    return make_person("Ash Reed", Role.TUTOR)


def windows() -> list[tuple[int, time, time, date, date | None]]:
    rows = db.session.scalars(select(TutorWindow).order_by(TutorWindow.weekday, TutorWindow.id))
    return [(w.weekday, w.starts, w.ends, w.from_on, w.until_on) for w in rows]


def lines() -> list[tuple[str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.verb, row.fields) for row in rows]


def edited(window: TutorWindow, **values: object) -> Edit:
    names = ("weekday", "starts", "ends", "from_on", "until_on")
    return Edit({name: getattr(window, name) for name in names} | values, prints_of(window, names))


def test_the_same_hours_on_several_days(ash: Person) -> None:
    add_windows(ash, [2, 0], DAY)
    assert windows() == [(day, time(9), time(17), TODAY, None) for day in (0, 2)]
    assert lines() == [("changed", "windows")]


def test_until_midnight_is_until_the_end_of_the_day(ash: Person) -> None:
    add_windows(ash, [0], Hours(time(18), time(0), TODAY))
    assert windows() == [(0, time(18), time(23, 59), TODAY, None)]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours(time(17), time(9), TODAY), "ends"),
        (Hours(time(9), time(9), TODAY), "ends"),
        (Hours(time(9), time(17), TODAY, date(2027, 5, 2)), "until_on"),
    ],
)
def test_what_ends_before_it_starts_is_refused(ash: Person, hours: Hours, field: str) -> None:
    with pytest.raises(Refusal) as raised:
        add_windows(ash, [0], hours)
    assert (raised.value.field, windows(), lines()) == (field, [], [])


def test_hours_that_were_said_already_are_refused_in_words_and_none_of_the_others_kept(
    ash: Person,
) -> None:
    add_windows(ash, [1], DAY)
    with pytest.raises(WindowsOverlap) as raised:
        add_windows(ash, [0, 1], Hours(time(16), time(18), date(2027, 6, 1)))
    assert raised.value.message == (
        "You have said Tuesday, 9am to 5pm already. Change that one instead."
    )
    assert len(windows()) == 1


def test_hours_that_touch_or_come_after_others_have_ended_are_fine(ash: Person) -> None:
    add_windows(ash, [0], Hours(time(9), time(12), TODAY, date(2027, 6, 1)))
    add_windows(ash, [0], Hours(time(12), time(13), TODAY))
    add_windows(ash, [0], Hours(time(9), time(12), date(2027, 6, 2)))
    assert len(windows()) == 3


def test_hours_that_the_clocks_leave_out_are_a_wall_clock_s_as_any_others(ash: Person) -> None:
    add_windows(ash, [6], Hours(time(1, 15), time(1, 45), date(2028, 3, 26)))
    assert windows() == [(6, time(1, 15), time(1, 45), date(2028, 3, 26), None)]


def test_nobody_says_more_than_anybody_needs(ash: Person) -> None:
    minutes = [
        Hours(time(n // 4, n % 4 * 15), time(n // 4, n % 4 * 15 + 5), TODAY) for n in range(9)
    ]
    for each in minutes[:8]:
        add_windows(ash, range(7), each)
    assert len(windows()) == 56
    with pytest.raises(TooMuchSaid):
        add_windows(ash, range(7), minutes[8])
    assert MOST_WINDOWS == 60


def test_hours_are_changed(ash: Person) -> None:
    add_windows(ash, [0], DAY)
    window = db.session.scalars(select(TutorWindow)).one()
    change_window(ash, window, edited(window, weekday=3, ends=time(0)))
    assert windows() == [(3, time(9), time(23, 59), TODAY, None)]
    change_window(ash, window, edited(window))
    assert lines() == [("changed", "windows")] * 2


def test_not_into_what_others_say_already(ash: Person) -> None:
    add_windows(ash, [0, 1], DAY)
    first = db.session.scalars(select(TutorWindow).order_by(TutorWindow.id)).all()[0]
    with pytest.raises(WindowsOverlap):
        change_window(ash, first, edited(first, weekday=1))
    assert [row[0] for row in windows()] == [0, 1]


def test_not_over_what_was_changed_elsewhere_meanwhile(ash: Person) -> None:
    add_windows(ash, [0], DAY)
    window = db.session.scalars(select(TutorWindow)).one()
    old = edited(window, ends=time(12))
    change_window(ash, window, edited(window, ends=time(13)))
    with pytest.raises(Overtaken):
        change_window(ash, window, old)


def test_hours_are_removed(ash: Person) -> None:
    add_windows(ash, [0, 1], DAY)
    remove_window(ash, db.session.scalars(select(TutorWindow).order_by(TutorWindow.id)).all()[0])
    assert [row[0] for row in windows()] == [1]


def test_days_away_come_and_go(ash: Person) -> None:
    add_away(ash, date(2027, 6, 1), date(2027, 6, 14))
    add_away(ash, TODAY, None)
    away = queries.away_from(queries.tutor_of(ash), TODAY)
    assert [(a.starts_on, a.ends_on) for a in away] == [
        (TODAY, TODAY),
        (date(2027, 6, 1), date(2027, 6, 14)),
    ]
    remove_away(ash, away[0])
    assert db.session.scalars(select(TutorAway.starts_on)).all() == [date(2027, 6, 1)]
    assert lines() == [("changed", "away")] * 3


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2027, 6, 2), date(2027, 6, 1)), (date(2027, 5, 1), date(2027, 5, 2))],
)
def test_days_that_are_over_or_end_before_they_start(ash: Person, first: date, last: date) -> None:
    with pytest.raises(Refusal) as raised:
        add_away(ash, first, last)
    assert raised.value.field == "ends_on"
