"""A session that is over did not happen, or was on another day: what follows, and what does not."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance.commands import ran
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState, RegisterShut, TutorState
from recovery_college.audit.models import AuditEntry
from recovery_college.calendars.commands import teaching
from recovery_college.calendars.models import Entry
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands import inviting
from recovery_college.enrolment.commands.coming import cannot_come
from recovery_college.enrolment.commands.passing import complete_places
from recovery_college.enrolment.models import Enrolment, NotComing
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RoomTaken, RunState, SessionState, TutorTaken
from tests.attendance.registering import MORNING, OVER, make_taught, place_for
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
LATE, LATER = TutorState.LATE, MORNING - timedelta(days=20)
WHY = "Too few people could come"


@pytest.fixture(autouse=True)
def clocks(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Hart", Role.DESK)


def said() -> tuple[int, list[tuple[int, bool]]]:
    """How many messages there are, and what stands in calendars, once those have caught up."""
    inviting.keep_up()
    teaching.keep_up()
    messages = db.session.scalars(select(func.count(OutboxMessage.id))).one()
    entries = select(Entry.sequence, Entry.cancelled_at.is_not(None)).order_by(Entry.id)
    return messages, [(row[0], row[1]) for row in db.session.execute(entries)]


def taught(students: int) -> Run:
    """With all of it in calendars since it was planned."""
    run = make_taught(students)
    with time_machine.travel(LATER, tick=False):
        said()
    return run


def broken() -> list[str]:
    return [name for name, check in CHECKS.items() if check()]


def meeting(day: date, starts: time = time(14)) -> Meeting:
    return Meeting(day, starts, time(starts.hour + 2), None)


def test_it_did_not_happen_and_nobody_is_told(dee: Person) -> None:
    run = taught(2)
    session, before = run.sessions[0], said()
    ran.did_not_happen(dee, session, WHY, the_college())
    assert (session.state, session.cancel_reason) == (SessionState.CANCELLED, WHY)
    assert (session.live, run.starts_at) == (False, run.sessions[1].starts_at)
    assert said() == before
    lines = select(AuditEntry.verb, AuditEntry.fields).where(AuditEntry.actor_id == dee.id)
    assert [tuple(row) for row in db.session.execute(lines)] == [
        ("said was not held", "state cancel_reason")
    ]
    assert broken() == []


@pytest.mark.parametrize("is_completed", [False, True])
def test_a_workshop_that_did_not_happen_takes_its_run_and_places_along(
    dee: Person, is_completed: bool
) -> None:
    run = make_run(make_course("Sleeping well"))
    place = place_for(make_person("Ada Osei", email="ada@example.org"), run)
    with time_machine.travel(LATER, tick=False):
        said()
    if is_completed:
        complete_places(run)
    before = said()
    ran.did_not_happen(dee, run.sessions[0], WHY, the_college())
    assert (run.state, place.state) == (RunState.CANCELLED, State.CANCELLED)
    assert said() == before
    assert broken() == []


def test_whoever_is_marked_was_there(dee: Person) -> None:
    run = make_taught(1)
    place = db.session.scalars(select(Enrolment)).one()
    take(dee, run.sessions[0], [Word(Who("e", place.id), MarkState.TOLD)])
    other = make_taught(title="Rest")
    take(dee, other.sessions[0], [Word(Who("t", other.sessions[0].accepted[0].tutor_id), LATE)])
    for session in (run.sessions[0], other.sessions[0]):
        with pytest.raises(RegisterShut):
            ran.did_not_happen(dee, session, WHY, the_college())
        with pytest.raises(RegisterShut):
            ran.was_on_another_day(dee, session, meeting(MORNING.date()))


def test_only_of_what_has_begun_and_for_a_reason_of_the_list(dee: Person) -> None:
    run = make_taught()
    with pytest.raises(Refusal, match="Choose a reason"):
        ran.did_not_happen(dee, run.sessions[0], "Ada is not well", the_college())
    with pytest.raises(Refusal, match="yet to begin"):
        ran.did_not_happen(dee, run.sessions[1], WHY, the_college())
    with pytest.raises(Refusal, match="still to come"):
        ran.was_on_another_day(dee, run.sessions[0], meeting(MORNING.date() + timedelta(days=1)))
    ran.did_not_happen(dee, run.sessions[0], WHY, the_college())
    with pytest.raises(Refusal, match="is cancelled"):
        ran.did_not_happen(dee, run.sessions[0], WHY, the_college())


def test_it_was_on_another_day_and_its_register_is_taken(
    dee: Person, clocks: time_machine.Traveller
) -> None:
    run = taught(1)
    session, place = run.sessions[0], db.session.scalars(select(Enrolment)).one()
    assert place.person
    with time_machine.travel(NOW, tick=False):
        cannot_come(place.person, place, session)
    clocks.move_to(OVER + timedelta(days=3), tick=False)
    before = said()
    ran.was_on_another_day(dee, session, meeting(date(2027, 6, 9)))
    assert (session.day, session.starts, session.ends) == (date(2027, 6, 9), time(14), time(16))
    assert said() == before
    assert db.session.scalars(select(NotComing)).all() == []
    assert take(dee, session, [Word(Who("e", place.id), MarkState.PRESENT)]).kept
    assert broken() == []


def test_no_room_and_no_tutor_was_twice_at_once(
    dee: Person, clocks: time_machine.Traveller
) -> None:
    run = make_taught()
    session = run.sessions[0]
    tutor, room = session.accepted[0].tutor, session.room
    for error, first, taken in (
        (TutorTaken, date(2027, 6, 8), {"tutors": (tutor,)}),
        (RoomTaken, date(2027, 6, 9), {"room": room}),
    ):
        make_run(make_course(f"Rest {first}"), first=first, **taken)
        clocks.move_to(OVER + timedelta(days=3), tick=False)
        with pytest.raises(error):
            ran.was_on_another_day(dee, session, meeting(first, time(10)))
        clocks.move_to(OVER, tick=False)
