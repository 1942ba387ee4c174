"""The sessions that count as hours: of one tutor, of all, and of released time."""

from datetime import date, datetime, time, timedelta

import pytest

from recovery_college.clock import london_instant
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.scheduling.worked import (
    months_of_tutors,
    released_to_come,
    taught_in,
)
from recovery_college.tutors.models import Tutor, WorkEntry
from recovery_college.tutors.rules import Work
from recovery_college.tutors.rules.hours import Taught
from tests.conftest import counted
from tests.factories import make_course, make_delivery, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
JUNE, JULY = date(2027, 6, 1), date(2027, 7, 1)
NOW = datetime.fromisoformat("2027-06-09T09:00Z")
HARBOUR = College("Harbour")


def place_of(run: Run) -> str:
    room = run.sessions[0].room
    assert room
    return f"{room.venue.name}, {room.name}"


def make_meeting(run: Run, tutor: Tutor) -> None:
    at = london_instant(date(2027, 6, 30), time(23))
    session = Session(
        run=run, kind=SessionKind.PLANNING, number=1, starts_at=at, ends_at=at + timedelta(hours=1)
    )
    with transaction():
        db.session.add(session)
    make_delivery(session, tutor)


def test_what_a_tutor_has_accepted_in_a_month_on_the_wall_clock() -> None:
    ash, bo = make_tutor(name="Ash"), make_tutor(name="Bo")
    run = make_run(make_course("Sleep"), tutors=(ash,), first=date(2027, 6, 21), sessions=3)
    make_meeting(run, ash)
    once = make_run(make_course("Walks"), tutors=(bo,), first=JULY, at=time(0))
    make_delivery(run.sessions[0], bo, DeliveryState.ASKED)
    with transaction():
        off = run.sessions[1]
        off.live, off.state, off.cancelled_at = False, SessionState.CANCELLED, NOW
        run.sessions[0].deliveries[0].shadowing = True  # who only learns was there too
        run.sessions[0].deliveries[0].released = True
    first, second, third = run.sessions
    mine = {d.session_id: d.id for s in (*run.sessions, *run.meetings) for d in s.deliveries}
    place, meeting = place_of(run), run.meetings[0]

    def of(session: Session, what: str, **more: object) -> Taught:
        plain = {"place": place} | more
        at = session.starts_at, session.ends_at
        id = next(d.id for d in session.deliveries if d.tutor_id == ash.id)
        return Taught(id, what, *at, **plain)  # type: ignore[arg-type]

    june = {
        ash.id: [
            of(first, "Sleep, session 1 of 3", released=True),
            of(second, "Sleep, session 2 of 3", is_off=True, called_off_at=NOW),
            of(
                meeting,
                "Sleep, planning",
                is_meeting=True,
                place="The room is not known yet",
            ),
        ]
    }
    assert len(mine) == 4
    assert taught_in(JUNE) == taught_in(JUNE, ash.id) == june
    assert taught_in(JUNE, bo.id) == {}
    assert {id: [t.what for t in found] for id, found in taught_in(JULY).items()} == {
        ash.id: ["Sleep, session 3 of 3"],
        bo.id: ["Walks"],
    }
    assert once.sessions[0].starts_at.date() == date(2027, 6, 30)  # in UTC
    assert third.starts_at > NOW


def test_released_time_to_come() -> None:
    ash = make_tutor()
    run = make_run(make_course("Sleep"), tutors=(ash,), sessions=4)  # from 7 June
    with transaction():
        for session in run.sessions[:3]:
            session.deliveries[0].released = True
        off = run.sessions[2]
        off.live, off.state = False, SessionState.CANCELLED
    found = released_to_come(ash, NOW)
    assert [(each.starts_at, each.place) for each in found] == [
        (run.sessions[1].starts_at, place_of(run))
    ]
    assert released_to_come(None, NOW) == []


def test_the_months_of_all_take_as_many_questions_as_the_month_of_one() -> None:
    def months() -> tuple[list[tuple[str, int]], int]:
        with counted() as statements:
            found = months_of_tutors(JUNE, HARBOUR, NOW)
            named = [(tutor.person.name, month.paid) for tutor, month in found.items()]
        return named, len([each for each in statements if each.startswith("SELECT")])

    make_run(tutors=(make_tutor(name="Tutor C"),))
    db.session.expunge_all()
    one = months()
    tutors = [make_tutor(name="Tutor A"), make_tutor(name="Tutor B")]
    make_run(tutors=(tutors[0],), first=date(2027, 6, 8))
    with transaction():
        work = {"kind": Work.TRAVEL, "minutes": 20}
        db.session.add(WorkEntry(tutor_id=tutors[1].id, worked_on=JUNE, **work))
        db.session.add(WorkEntry(tutor_id=tutors[1].id, worked_on=JULY, **work))
        tutors[0].prepare_minutes = 0
    db.session.expunge_all()
    assert one == ([("Tutor C", 165)], 3)
    assert months() == ([("Tutor A", 135), ("Tutor B", 20), ("Tutor C", 165)], 3)
