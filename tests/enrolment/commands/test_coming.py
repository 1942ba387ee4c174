"""Somebody can't make a session, and says so by their page, their mail or their calendar."""

from collections.abc import Iterator
from datetime import time, timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.coming import can_come, cannot_come
from recovery_college.enrolment.commands.dates import cancel_session, move_session
from recovery_college.enrolment.commands.reminding import remind
from recovery_college.enrolment.models import Enrolment, NotComing
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound, Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling.models import Run, Session
from tests.at_once import at_once
from tests.enrolment.asking import ask, change, promised
from tests.factories import NOW, make_course, make_person, make_room, make_run

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def run() -> Run:
    return make_run(make_course("Sleeping well"), sessions=2)


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org")


@pytest.fixture
def place(ada: Person, run: Run) -> Enrolment:
    return ask(ada, run)


def told() -> list[tuple[int, int]]:
    rows = db.session.scalars(select(NotComing).order_by(NotComing.session_id))
    return [(each.enrolment_id, each.session_id) for each in rows]


def test_it_is_said_once_taken_back_as_easily_and_takes_no_place(
    ada: Person, run: Run, place: Enrolment
) -> None:
    first = run.sessions[0]
    for _twice in range(2):
        cannot_come(ada, place, first)
    assert told() == [(place.id, first.id)]
    assert queries.told_at(ada, first) == clock.now()
    assert (place.state, place.pool.held) == (State.CONFIRMED, 1)
    for _twice in range(2):
        can_come(ada, place, first)
    assert told() == []
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.subject.like("enrolment%")))
    assert [each for each in verbs if "session" in each] == [
        "said no to one session of",
        "said yes again to one session of",
    ]


def test_there_is_nothing_to_say_of_what_is_over_off_of_others_or_given_up(
    ada: Person, run: Run, place: Enrolment, clocks: time_machine.Traveller
) -> None:
    first, second = run.sessions
    other = make_run()
    with pytest.raises(NotFound):
        cannot_come(ada, place, other.sessions[0])
    bo = make_person("Bo")
    left, full = ask(bo, run), make_run(capacity=1)
    ask(bo, full)
    waits = ask(make_person("Cy"), full)
    give_up(bo, left, the_college())
    clocks.move_to(first.ends_at - timedelta(minutes=1), tick=False)
    cannot_come(ada, place, first)
    clocks.move_to(first.ends_at, tick=False)
    cancel_session(make_person("Dee", Role.DESK), second, "Something else", the_college())
    ended = [(ada, place, first), (ada, place, second), (bo, left, first)]
    for nothing in [*ended, (bo, waits, waits.run.sessions[0])]:
        with pytest.raises(Refusal):
            cannot_come(*nothing)
    with pytest.raises(Refusal):
        can_come(ada, place, first)


def test_nobody_is_reminded_of_what_they_can_not_make(
    ada: Person, run: Run, place: Enrolment, clocks: time_machine.Traveller
) -> None:
    ask(make_person("Bo", email="bo@example.org"), run)
    first, second = run.sessions
    clocks.move_to(first.starts_at - DAY, tick=False)
    remind()
    cannot_come(ada, place, first)
    waiting = select(OutboxMessage).where(OutboxMessage.key.startswith("session_tomorrow:"))
    states = {each.address: each.state for each in db.session.scalars(waiting)}
    assert states == {
        "ada@example.org": MessageState.DROPPED,
        "bo@example.org": MessageState.WAITING,
    }
    cannot_come(ada, place, second)
    clocks.move_to(second.starts_at - DAY, tick=False)
    remind()
    keys = [each.key for each in db.session.scalars(waiting)]
    assert len([key for key in keys if place.uid in key]) == 1
    assert len(keys) == 3


def move(session: Session, starts: time, room_id: int | None) -> None:
    typed: dict[str, object] = {
        "day": session.day,
        "starts": starts,
        "ends": time(starts.hour + 2),
        "link": "",
        "room_id": room_id,
    }
    edit = Edit(typed, prints_of(session, typed))
    move_session(make_person("Dee", Role.DESK), session, edit, the_college())


def test_another_room_leaves_it_said_and_another_time_asks_anew(
    ada: Person, run: Run, place: Enrolment
) -> None:
    for each in run.sessions:
        cannot_come(ada, place, each)
    first, second = run.sessions
    move(first, time(10), make_room().id)
    assert told() == [(place.id, first.id), (place.id, second.id)]
    move(first, time(11), first.room_id)
    assert told() == [(place.id, second.id)]


def test_the_reminder_carries_the_key_by_mail_and_of_a_workshop_the_first_one_too(
    ada: Person, run: Run, place: Enrolment, clocks: time_machine.Traveller
) -> None:
    workshop = make_run(make_course("Painting"), first=run.sessions[0].day, sessions=1)
    change(workshop, starts_at=workshop.starts_at)
    ask(ada, workshop)
    begins = run.sessions[0].starts_at
    clocks.move_to(begins - 7 * DAY, tick=False)
    remind()
    clocks.move_to(begins - DAY, tick=False)
    remind()
    bodies = {
        (each.key.split(":")[0], "Painting" in each.body): each.body
        for each in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    }
    links = {what: "/cannot-come/" in body for what, body in bodies.items()}
    assert {what: has for what, has in links.items() if what[0] != "place_confirmed"} == {
        ("course_begins", False): False,
        ("course_begins", True): True,
        ("session_tomorrow", False): True,
        ("session_tomorrow", True): True,
    }
    assert "place_given_up" not in promised()


@pytest.mark.for_real
def test_twenty_who_press_at_once_say_it_once(app: Flask) -> None:
    run = make_run(sessions=1)
    ada = make_person("Ada")
    ids = (ada.id, ask(ada, run).id, run.sessions[0].id)
    db.session.remove()

    def press(number: int) -> object:
        person_id, place_id, session_id = ids
        actor = db.session.get_one(Person, person_id)
        place = db.session.get_one(Enrolment, place_id)
        verb = can_come if number % 3 == 2 else cannot_come
        verb(actor, place, db.session.get_one(Session, session_id))
        return clock.now()

    came = at_once(app, *(partial(press, number) for number in range(20)))
    assert not [each for each in came if isinstance(each, Exception)], came
    assert len(told()) <= 1
