"""A mail server that fails in every way for an hour: nothing is lost, twice, or out of order."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from random import Random

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college import clock
from recovery_college.database import db, transaction
from recovery_college.messages import outbox, smtp
from recovery_college.messages.delivery import deliver_due
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    LONGEST_PAUSE,
    Channel,
    MessageState,
    Recipient,
    Trouble,
    Words,
)
from tests.messages.test_delivery import serve
from tests.post_office import (
    ANSWERS,
    ENDLESS,
    Fault,
    PostOffice,
    free_port,
    post_office,
    words_in,
)

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
SEEDS = range(20) if os.environ.get("PROOF") == "full" else range(1)
MINUTE = timedelta(minutes=1)
A_MINUTE = 3  # messages that are promised
THREADS = 12
UNKNOWN = {f"p{number}@example.org" for number in range(0, 180, 50)}
AWAY = "away"  # where nobody listens
OFTEN = 0.3  # of the visits in a minute go wrong in its way
SHORT, LONG = (timedelta(seconds=0.05), timedelta(seconds=0.2)), (MINUTE, MINUTE)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    for setting in ("username", "password"):
        monkeypatch.setattr(app.extensions["mail"], setting, "college")
    with post_office(locked=True) as there:
        there.unknown = UNKNOWN
        yield there


def wait(monkeypatch: pytest.MonkeyPatch, fault: Fault | str | None) -> None:
    """For an answer that never comes, not for long; for any other, as long as it takes."""
    one, all_of_them = SHORT if fault in ENDLESS else LONG
    monkeypatch.setattr(smtp, "SMTP_WAITS", one)
    monkeypatch.setattr(smtp, "DELIVERY_TAKES", all_of_them)


def visits(fault: Fault, chance: Random) -> Iterator[tuple[Fault | None, int]]:
    """The first goes wrong, and many of the others."""
    yield fault, chance.randrange(ANSWERS)
    while True:
        goes_wrong = fault in ENDLESS or chance.random() < OFTEN
        yield fault if goes_wrong else None, chance.randrange(ANSWERS)


def promise(number: int) -> None:
    with transaction():
        to = Recipient(Channel.EMAIL, f"p{number}@example.org", None)
        words = Words("Harbour", f"message {number}")
        key, thread = f"number {number}", f"thread {number % THREADS}"
        outbox.queue(to, words, key=key, thread=thread, at=clock.now())


def number_in(letter: bytes) -> int:
    return int(words_in(message_from_bytes(letter)).split()[-1])


def numbers_of(state: MessageState) -> set[int]:
    bodies = select(OutboxMessage.body).where(OutboxMessage.state == state)
    return {int(body.split()[-1]) for body in db.session.scalars(bodies)}


@pytest.mark.parametrize("seed", SEEDS)
def test_after_an_hour_of_faults_every_message_is_there_once_or_needs_somebody(
    app: Flask,
    office: PostOffice,
    monkeypatch: pytest.MonkeyPatch,
    noon: time_machine.Traveller,
    seed: int,
) -> None:
    chance = Random(seed)  # noqa: S311  # the same every time
    hour: list[Fault | str] = [*Fault, AWAY] * 5
    chance.shuffle(hour)
    for minute, fault in enumerate(hour):
        wait(monkeypatch, fault)
        away = not isinstance(fault, Fault)
        serve(app, monkeypatch, "127.0.0.1", free_port() if away else office.port)
        office.faults = iter(()) if away else visits(Fault(fault), chance)
        for number in range(minute * A_MINUTE, (minute + 1) * A_MINUTE):
            promise(number)
        deliver_due()
        noon.shift(MINUTE)
    serve(app, monkeypatch, "127.0.0.1", office.port)
    wait(monkeypatch, None)
    office.faults = iter(())
    for _ in range(LONGEST_PAUSE // MINUTE + 1):
        deliver_due()
        noon.shift(MINUTE)
    assert office.struck == set(Fault)
    sent, in_need = (
        numbers_of(state) for state in (MessageState.SENT, MessageState.NEEDS_SOMEBODY)
    )
    assert sorted([*sent, *in_need]) == list(range(len(hour) * A_MINUTE))
    assert Counter(map(number_in, office.said)) == dict.fromkeys(sent, 1)
    assert len(set(office.letters)) == len({number_in(letter) for letter in office.letters})
    first = list(dict.fromkeys(map(number_in, office.letters)))
    for thread in range(THREADS):
        mine = [number for number in first if number % THREADS == thread]
        assert mine == sorted(mine)


def test_each_way_of_failing_is_told_apart_from_a_no_for_good(
    app: Flask, office: PostOffice, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    """What the office reads of a message; and only a clear no is taken for one."""
    serve(app, monkeypatch, "127.0.0.1", office.port)
    found = {}
    for number, fault in enumerate(Fault, 1):
        office.faults = iter([(fault, 0)])
        wait(monkeypatch, fault)
        promise(number)
        deliver_due()
        found[fault] = db.session.scalars(
            select(OutboxMessage.trouble).where(OutboxMessage.key == f"number {number}")
        ).one()
    assert found == {
        Fault.SLOW: None,
        Fault.GREYLISTS: Trouble.BUSY,
        Fault.CLOSES: Trouble.AWAY,
        Fault.REFUSES_LOGIN: Trouble.NOT_LET_IN,
        Fault.REFUSES_LETTER: Trouble.REFUSED,
        Fault.HANGS_UP_UNTAKEN: Trouble.AWAY,
        Fault.HANGS_UP: Trouble.AWAY,
        Fault.SILENT: Trouble.AWAY,
        Fault.GARBLES: Trouble.AWAY,
        Fault.NEVER_ENDS: Trouble.AWAY,
        Fault.DRIBBLES: Trouble.AWAY,
    }
