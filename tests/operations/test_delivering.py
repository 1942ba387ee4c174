"""A round of delivery: calendars first, in parts, and no further than the pause."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.college.commands import pause_mail
from recovery_college.college.queries import the_college
from recovery_college.database import transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.dates import cancel_session, move_session
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.messages import outbox
from recovery_college.messages.delivery import Round
from recovery_college.messages.rules import Channel, Recipient, Words
from recovery_college.operations import delivering
from recovery_college.operations.delivering import deliver
from tests import caldav_store
from tests.caldav_store import Store
from tests.enrolment.asking import ask
from tests.factories import NOW, make_person, make_run
from tests.messages.test_delivery import serve
from tests.post_office import PostOffice, post_office

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as there:
        serve(app, monkeypatch, "127.0.0.1", there.port)
        yield there


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def promise(*names: str) -> None:
    with transaction():
        for name in names:
            to = Recipient(Channel.EMAIL, f"{name}@example.org", None)
            outbox.queue(to, Words("Harbour", name), key=name, thread=name, at=clock.now())


def test_a_pause_ends_a_round_that_is_going_on(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    olu = make_person("Olu", Role.MANAGER)
    monkeypatch.setattr(delivering, "LOOKS_UP", 0)
    promise("ada", "bo", "cy")

    def pauses(done: Round) -> bool:
        if done.sent == 2:
            paused.append(done.sent)
        return True

    paused: list[int] = []

    def looks_up() -> None:
        """Between two parts, where somebody else's commit would come."""
        keep_up()
        if paused and not the_college().mail_paused:
            pause_mail(olu)

    monkeypatch.setattr(delivering, "keep_up", looks_up)
    assert deliver(pauses) == Round(sent=2)
    assert len(office.letters) == 2


def test_a_long_round_brings_the_calendar_of_a_place_confirmed_meanwhile(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, in_may: time_machine.Traveller
) -> None:
    monkeypatch.setattr(delivering, "LOOKS_UP", 0)
    promise("ada", "bo", "cy")
    run, person = make_run(), make_person(email="dee@example.org")
    asked: list[object] = []

    def asks_meanwhile() -> None:
        if len(office.letters) == 1 and not asked:
            asked.append(ask(person, run))
        keep_up()

    monkeypatch.setattr(delivering, "keep_up", asks_meanwhile)
    assert deliver(lambda _: True) == Round(sent=4)
    (confirmed,) = (mail for mail in office.read() if mail["To"] == "dee@example.org")
    assert "text/calendar" in {part.get_content_type() for part in confirmed.walk()}


def test_moved_twice_and_called_off_it_is_one_cancelled_entry_in_a_real_store(
    office: PostOffice, in_may: time_machine.Traveller, tmp_path: Path
) -> None:
    olu, run = make_person("Olu", Role.MANAGER), make_run(sessions=2)
    ask(make_person(email="ada@example.org"), run)
    deliver(lambda _: True)
    session = run.sessions[0]
    for hour in (14, 16):
        typed: dict[str, object] = {"day": session.day, "room_id": session.room_id, "link": ""}
        typed |= {"starts": time(hour), "ends": time(hour + 2)}
        move_session(olu, session, Edit(typed, prints_of(session, typed)), the_college())
        in_may.shift(timedelta(minutes=6))
        deliver(lambda _: True)
    cancel_session(olu, session, "Something else", the_college())
    in_may.shift(timedelta(minutes=6))
    deliver(lambda _: True)
    brought = [
        bytes(part.get_payload(decode=True))
        for mail in office.read()
        for part in mail.walk()
        if part.get_content_type() == "text/calendar"
    ]
    assert len(brought) == 4
    with caldav_store.running(tmp_path) as site:
        store = Store(site, "ada")
        for calendar in brought:
            store.receive(calendar)
        (kept,) = store.entries()
    assert b"STATUS:CANCELLED" in kept
    assert b"SEQUENCE:3" in kept
