"""What is not happening today is told at once, by every way that leads to somebody, and once."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment import attention, notices
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.dates import call_off_today
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.enrolment.commands.reminding import remind
from recovery_college.enrolment.commands.today import say_they_know, told_in_person
from recovery_college.enrolment.offering import read_heard_key
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound, Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import SessionState
from tests.enrolment.asking import ask, change
from tests.factories import NOW, make_course, make_person, make_run, make_tutor
from tests.text_service import KEY

pytestmark = pytest.mark.usefixtures("app")
TITLE = "Sleeping well"
SEVEN = "2027-06-07T06:00Z"  # on the morning of the run of make_run, which begins at ten
Told = tuple[str, str, str]


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def texts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "NOTIFY_API_KEY", KEY)


@pytest.fixture
def olu(app: object) -> Person:
    return make_person("Olu", Role.MANAGER)


def rows() -> list[OutboxMessage]:
    found = select(OutboxMessage).where(OutboxMessage.key.startswith("not_today:"))
    return list(db.session.scalars(found.order_by(OutboxMessage.id)))


def told() -> list[Told]:
    """How, where, and when it leaves by the wall clock."""
    return [
        (each.channel.value, each.address, f"{clock.in_london(each.due_at):%H:%M}")
        for each in rows()
    ]


def on_the_morning(clocks: time_machine.Traveller, run: Run) -> Run:
    """All that was promised before has gone."""
    for message in db.session.scalars(select(OutboxMessage)):
        change(message, state=MessageState.SENT, sent_at=clock.now())
    clocks.move_to(SEVEN, tick=False)
    return run


@pytest.mark.usefixtures("texts")
def test_past_the_quiet_hours_by_every_way_and_only_within_safe_hours(
    clocks: time_machine.Traveller, olu: Person
) -> None:
    run = make_run(sessions=2)
    ask(make_person(email="a@example.org", phone="07700 900 001"), run)
    ask(make_person(email="b@example.org", safe_from=time(9), safe_until=time(12)), run)
    ask(make_person(phone="07700 900 003"), run)
    ask(make_person(phone="01632 960 004", address="1 Quay"), run)
    ask(make_person(), run)
    on_the_morning(clocks, run)
    session = run.sessions[0]
    call_off_today(olu, session, "Something else", the_college())
    call_off_today(olu, session, "Something else", the_college())
    for _ in range(2):
        keep_up()
        remind()
    assert told() == [
        ("email", "a@example.org", "07:00"),
        ("text", "+447700900001", "07:00"),
        ("email", "b@example.org", "09:00"),
        ("text", "+447700900003", "07:00"),
        ("call", "01632 960 004", "07:00"),
        ("call", "", "07:00"),
    ]
    assert session.state is SessionState.CANCELLED
    assert {each.useless_at for each in rows()} == {session.starts_at}


def test_it_stands_behind_nothing_and_takes_back_what_would_be_wrong(
    clocks: time_machine.Traveller, olu: Person, app: Flask
) -> None:
    tia = make_tutor()
    change(tia.person, email="tia@example.org")
    run = make_run(make_course(TITLE), sessions=2, tutors=(tia,), capacity=1)
    place = ask(make_person(email="a@example.org"), run)
    ask(make_person(email="w@example.org"), run)
    keep_up()
    session = on_the_morning(clocks, run).sessions[0]
    with transaction():  # it waits for eight o'clock
        notices.session_tomorrow(place, session, clock.now())
    call_off_today(olu, session, "Something else", the_college())
    keep_up()
    waiting = select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
    found = list(db.session.scalars(waiting.order_by(OutboxMessage.id)))
    assert [(each.key.split(":")[0], each.kind.value) for each in found] == [
        ("tutor_cancelled", "today"),
        ("dates_changed", "notice"),
        ("not_today", "today"),
        ("invite", "today"),
    ]
    message, cancel = found[2:]
    assert message.thread != place.thread
    assert (cancel.method, cancel.thread) == ("CANCEL", place.thread)
    assert TITLE in message.body
    assert TITLE not in message.body[:100]
    assert "Monday 14 June 2027" in message.body
    key = message.body.split("/heard/")[1].split()[0]
    assert read_heard_key(app.config["SECRET_KEY"], key) == (place.id, session.id)


def test_of_a_single_session_the_run_is_cancelled_with_it(
    clocks: time_machine.Traveller, olu: Person
) -> None:
    earlier = make_run(first=date(2027, 6, 21))
    run = on_the_morning(clocks, make_run(earlier.course))
    clocks.move_to(NOW, tick=False)
    place = ask(make_person(email="a@example.org", neutral=True), run)
    on_the_morning(clocks, run)
    call_off_today(olu, run.sessions[0], "Something else", the_college())
    db.session.refresh(place)
    assert place.state is State.CANCELLED
    assert [each.address for each in rows()] == ["a@example.org"]
    assert run.course.title not in rows()[0].body


def test_only_of_today_or_of_tomorrow_morning(clocks: time_machine.Traveller, olu: Person) -> None:
    run = on_the_morning(clocks, make_run(sessions=2))
    later = make_run(first=date(2027, 6, 8), at=time(13), sessions=2)
    early = make_run(first=date(2027, 6, 8), at=time(11), sessions=2)
    for session in (run.sessions[1], later.sessions[0]):
        with pytest.raises(Refusal, match="of today"):
            call_off_today(olu, session, "Something else", the_college())
    call_off_today(olu, early.sessions[0], "Something else", the_college())
    clocks.move_to(run.sessions[0].starts_at, tick=False)
    with pytest.raises(Refusal, match="of today"):
        call_off_today(olu, run.sessions[0], "Something else", the_college())


@pytest.mark.usefixtures("texts")
def test_who_says_that_they_know_is_sent_no_more_and_who_is_told_in_person_too(
    clocks: time_machine.Traveller, olu: Person
) -> None:
    run = make_run(sessions=2)
    ada = ask(make_person(email="a@example.org", phone="07700 900 001"), run)
    ben = ask(make_person(phone="01632 960 004"), run)
    on_the_morning(clocks, run)
    session = run.sessions[0]
    call_off_today(olu, session, "Something else", the_college())
    mail = rows()[0]
    change(mail, state=MessageState.SENT, sent_at=clock.now())
    for _ in range(2):
        say_they_know(ada, session.id)
        told_in_person(olu, ben, session.id)
        clocks.shift(timedelta(minutes=1))
    heard = clock.now() - timedelta(minutes=2)
    assert [(each.channel.value, each.state.value, each.heard_at) for each in rows()] == [
        ("email", "sent", heard),
        ("text", "dropped", heard),
        ("call", "sent", heard),
    ]
    with pytest.raises(NotFound):
        say_they_know(ada, run.sessions[1].id)


def test_who_gave_up_hears_nothing(clocks: time_machine.Traveller, olu: Person) -> None:
    run = make_run(sessions=2)
    give_up(olu, ask(make_person(email="a@example.org"), run), the_college())
    on_the_morning(clocks, run)
    call_off_today(olu, run.sessions[0], "Something else", the_college())
    assert rows() == []
    assert attention.of_places(olu, the_college(), clock.now(), most=5) == []
