"""When a pair and a room are free, as the rows say it, in a constant number of questions."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.scheduling import proposals, together
from recovery_college.scheduling.models import Room, Session
from recovery_college.tutors.models import BusyCalendar, BusyTime, Tutor, TutorAway, TutorWindow
from tests.conftest import ON_SQLITE, counted
from tests.factories import FIRST, NOW, make_room, make_run, make_tutor, make_venue
from tests.scheduling.commands.test_asking import QUAY

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pair() -> tuple[Tutor, Tutor]:
    return make_tutor(name="Ash Reed"), make_tutor(Side.PROFESSIONAL, name="Bo Lind")


def said(tutor: Tutor, weekday: int, starts: int, ends: int) -> None:
    with transaction():
        db.session.add(
            TutorWindow(
                tutor_id=tutor.id,
                weekday=weekday,
                starts=time(starts),
                ends=time(ends),
                from_on=date(2027, 1, 1),
            )
        )


def busy(tutor: Tutor, times: int) -> None:
    """An hour at six in the evening, and again and again: never in the way."""
    with transaction():
        calendar = BusyCalendar(tutor_id=tutor.id, added_at=clock.now())
        db.session.add(calendar)
        db.session.flush()
        for n in range(times):
            starts_at = clock.now() + timedelta(days=n % 50, minutes=600 + n // 50)
            db.session.add(
                BusyTime(
                    calendar_id=calendar.id,
                    tutor_id=tutor.id,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(seconds=30),
                )
            )


def found(session: Session) -> list[str]:
    slots = together.times_for(session, QUAY, clock.now())
    return [f"{in_london(each.starts_at):%d %b %H:%M} {each.where}" for each in slots]


def test_when_both_have_said_they_can_and_a_room_that_does_is_free(
    pair: tuple[Tutor, Tutor],
) -> None:
    ash, bo = pair
    said(ash, 1, 9, 13)  # Tuesdays
    said(bo, 1, 10, 17)
    with transaction():
        db.session.add(
            TutorAway(tutor_id=bo.id, starts_on=date(2027, 5, 11), ends_on=date(2027, 5, 18))
        )
    hall = make_venue("Harbour Hall")
    first, second, small = make_room(hall), make_room(hall), make_room(hall)
    online = make_room(make_venue("Online"), exclusive=False)
    with transaction():
        first.name, second.name, small.name, small.places = "Lantern", "Quay", "Nook", 4
        online.venue.online = True
    session = make_run(room=first, tutors=pair, first=FIRST).sessions[0]
    make_run(room=first, first=date(2027, 5, 25))  # 10am to midday
    assert found(session)[:4] == [
        # the 4th of May is before the four weeks in which one looks ahead
        "25 May 10:00 Quay, Harbour Hall",
        "25 May 11:00 Quay, Harbour Hall",
        "01 Jun 10:00 Lantern, Harbour Hall",
        "01 Jun 11:00 Lantern, Harbour Hall",
    ]
    with transaction():
        session.run.mode = Mode.ONLINE
        session.room = online
    assert {line.split(" ", 3)[3] for line in found(session)} == {f"{online.name}, Online"}


def test_where_no_room_is_large_enough_there_is_no_time(pair: tuple[Tutor, Tutor]) -> None:
    session = make_run(tutors=pair).sessions[0]
    assert found(session)
    with transaction():
        session.run.capacity = 21
    assert found(session) == []


def test_it_asks_as_often_for_a_full_calendar_as_for_an_empty_one(
    pair: tuple[Tutor, Tutor],
) -> None:
    session = make_run(tutors=pair).sessions[0]
    number, asked, came = session.id, [], []
    for more in (0, 200):
        for tutor in pair:
            busy(tutor, more)
        with transaction():
            db.session.add_all(
                Room(venue=make_venue(), name=f"Room {n}", places=20) for n in range(more // 15)
            )
        db.session.expire_all()
        with counted() as statements:
            mine = proposals.own_session(pair[0].person, number)
            came.append(len(together.times_for(mine, QUAY, clock.now())))
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[1] <= 16
    assert came[0] == came[1] > 100


@ON_SQLITE
def test_rooms_in_use_are_found_by_an_index_of_theirs(pair: tuple[Tutor, Tutor]) -> None:
    """A college of many years has very many sessions, and a search is about eight weeks."""
    session = make_run(tutors=pair).sessions[0]
    with counted() as statements:
        assert found(session)
    asked = next(each for each in statements if "GROUP BY" in each)
    explain = f"EXPLAIN QUERY PLAN {asked}"
    rows = db.session.connection().exec_driver_sql(explain, ("",) * asked.count("?")).all()
    index = "ix_session_in_use (starts_at>? AND starts_at<?)"
    assert [row[3] for row in rows] == [f"SEARCH session USING INDEX {index}"]
