"""A tutor's two weeks: the session, its room, and who teaches beside them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine

from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course
from recovery_college.courses.rules import Look
from recovery_college.database import transaction
from recovery_college.desks.week import Day, Half, Teaching, Week, weeks_of
from recovery_college.enrolment.teaching import Coming
from recovery_college.scheduling.models import Room
from recovery_college.scheduling.pairing import as_taught
from recovery_college.scheduling.rules import DeliveryState, SessionState
from recovery_college.tutors.models import Tutor
from tests.conftest import counted
from tests.factories import make_course, make_delivery, make_room, make_run, make_tutor, make_venue

pytestmark = pytest.mark.usefixtures("app")

MONDAY = date(2027, 6, 7)
EARLY = datetime(2027, 6, 7, 7, tzinfo=UTC)
LATE = datetime(2027, 6, 7, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel(EARLY, tick=False):
        yield


@pytest.fixture
def ash() -> Tutor:
    return make_tutor(name="Ash Reed")


@pytest.fixture
def course() -> Course:
    return make_course("Sleeping well")


@pytest.fixture
def room() -> Room:
    return make_room(make_venue("Harbour Hall"))


def test_a_session_with_its_room_and_both_halves(ash: Tutor, course: Course, room: Room) -> None:
    bo = make_tutor(Side.PROFESSIONAL, name="Bo Lind")
    run = make_run(course, room=room, tutors=(ash, bo), sessions=4)
    week = weeks_of(ash.person, EARLY)
    assert (week.is_later, [day.day for day in week.days]) == (False, [MONDAY, date(2027, 6, 14)])
    assert week.days[0] == Day(
        MONDAY,
        [
            Teaching(
                id=run.sessions[0].id,
                title="Sleeping well",
                part="session 1 of 4",
                hours="10am to midday",
                look=Look.WAVE,
                place=f"{room.name}, Harbour Hall",
                venue="harbour-hall",
                is_off=False,
                is_meeting=False,
                halves=[Half("You", "confirmed", False), Half("Bo Lind", "confirmed", False)],
                mine=as_taught(run.sessions[0]).on_it[0],
                coming=Coming(),
            )
        ],
    )


def test_a_half_that_is_asked_or_not_found(ash: Tutor, course: Course) -> None:
    run = make_run(course, tutors=(ash,))
    (day,) = weeks_of(ash.person, EARLY).days
    assert day.sessions[0].halves[1] == Half(
        "Not found yet", "professional: the office is looking", True
    )
    asked = make_tutor(Side.PROFESSIONAL, name="Bo Lind")
    make_delivery(run.sessions[0], asked, DeliveryState.ASKED)
    make_delivery(run.sessions[0], make_tutor(Side.PROFESSIONAL, name="Cy"), DeliveryState.DECLINED)
    (day,) = weeks_of(ash.person, EARLY).days
    assert day.sessions[0].halves[1] == Half("Bo Lind", "not answered yet", True)


def test_all_of_today_stands_even_in_the_evening(ash: Tutor) -> None:
    make_run(tutors=(ash,))
    make_run(tutors=(ash,), at=time(14))
    assert [len(day.sessions) for day in weeks_of(ash.person, LATE).days] == [2]


def test_what_is_called_off_or_has_no_room_says_so(ash: Tutor) -> None:
    (session,) = make_run(tutors=(ash,)).sessions
    with transaction():
        session.room = None
        session.live, session.state = False, SessionState.CANCELLED
    (day,) = weeks_of(ash.person, EARLY).days
    assert [(t.is_off, t.place, t.venue) for t in day.sessions] == [
        (True, "The room is not known yet", "")
    ]


def test_behind_two_empty_weeks_stands_what_comes_next(ash: Tutor) -> None:
    make_run(tutors=(ash,), first=date(2027, 6, 21), sessions=3)
    week = weeks_of(ash.person, EARLY)
    assert ([day.day for day in week.days], week.is_later) == ([date(2027, 6, 21)], True)


def test_who_teaches_nothing_has_an_empty_week(ash: Tutor) -> None:
    assert weeks_of(ash.person, EARLY) == Week([], is_later=False)


def test_it_asks_as_often_for_one_session_as_for_ten(ash: Tutor) -> None:
    asked = []
    for first in (MONDAY, date(2027, 6, 8)):
        make_run(tutors=(ash, make_tutor(Side.PROFESSIONAL)), first=first, sessions=9)
        assert ash.person.id
        with counted() as statements:
            weeks_of(ash.person, EARLY)
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked == [3, 3]
