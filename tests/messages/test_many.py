"""Many at once, a clock that jumps, and an address that never takes anything."""

import gc
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, insert, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.desks.commands.digests import send_digests
from recovery_college.messages.delivery import Round, deliver_due
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    GIVEN_UP_AFTER,
    LONGEST_PAUSE,
    Channel,
    MessageKind,
    MessageState,
    Trouble,
)
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import make_message, make_person
from tests.messages.test_delivery import promise, serve
from tests.post_office import PostOffice, post_office

pytestmark = pytest.mark.usefixtures("app")
MANY = 10_000 if os.environ.get("PROOF") == "full" else 150
FEW = 20
GROWS = 100_000  # bytes at most, whatever is left over of other things included
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(
    app: Flask, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> Iterator[PostOffice]:
    with post_office() as there:
        serve(app, monkeypatch, "127.0.0.1", there.port)
        yield there


def promise_many(first: int, end: int) -> None:
    """All are due at once."""
    now = clock.now()
    same = {
        "kind": MessageKind.NOTICE,
        "channel": Channel.EMAIL,
        "subject": "Harbour",
        "body": "Hello",
        "queued_at": now,
        "due_at": now,
    }
    numbers = range(first, end)
    rows = [
        same | {"key": f"{n}", "thread": f"{n}", "address": f"p{n}@example.org"} for n in numbers
    ]
    with transaction():
        db.session.execute(insert(OutboxMessage), rows)


def numbers() -> dict[MessageState, int]:
    rows = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def test_a_message_takes_as_many_statements_however_many_there_are(office: PostOffice) -> None:
    taken = []
    for first, end in ((0, FEW), (FEW, 8 * FEW)):
        promise_many(first, end)
        with counted() as statements:
            assert deliver_due() == Round(sent=end - first)
        taken.append(len(statements) / (end - first))
    assert taken[0] == pytest.approx(taken[1], rel=0.1)
    assert taken[1] < 8


@ON_SQLITE
@pytest.mark.for_real
def test_what_is_sent_is_not_remembered(office: PostOffice) -> None:
    """The letters that the mail server keeps are taken out of the account."""
    promise_many(0, MANY)
    seen: list[int] = []

    def remember(done: Round) -> bool:
        if done.sent % (MANY // 5) == 0:
            office.letters.clear()
            office.said.clear()
            office.recipients.clear()
            gc.collect()
            seen.append(tracemalloc.get_traced_memory()[0])
        return True

    tracemalloc.start()
    try:
        assert deliver_due(go_on=remember) == Round(sent=MANY)
    finally:
        tracemalloc.stop()
    assert seen[-1] - seen[1] < GROWS
    assert numbers() == {MessageState.SENT: MANY}


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_in_a_round_doubles_and_loses_nothing(
    office: PostOffice, noon: time_machine.Traveller, jump: timedelta
) -> None:
    promise_many(0, 6)

    def jumps(done: Round) -> bool:
        if done.sent == 3:
            noon.shift(jump)
        return True

    office.answers = ["250 taken", "451 later"]
    deliver_due(go_on=jumps)
    promise_many(6, 8)
    for _ in range(2 * HOUR // LONGEST_PAUSE):
        deliver_due()
        noon.shift(LONGEST_PAUSE)
    assert sorted(office.recipients) == [f"p{number}@example.org" for number in range(8)]
    assert numbers() == {MessageState.SENT: 8}


def test_an_address_that_takes_nothing_for_good_stops_nobody_else(office: PostOffice) -> None:
    office.unknown = {"gone@example.org"}
    for number in range(5):
        make_message(address="gone@example.org", thread="gone")
        promise(f"p{number}")
    assert deliver_due() == Round(sent=5, need_somebody=5)
    assert office.recipients == [f"p{number}@example.org" for number in range(5)]


def test_a_month_of_no_for_now_ends_after_three_days_and_the_office_is_told(
    office: PostOffice, noon: time_machine.Traveller, browse: Browse
) -> None:
    olu = make_person("Olu", Role.MANAGER, email="olu@example.org")
    message = make_message(make_person("Ada", email="ada@example.org"))
    office.busy = {"ada@example.org"}
    while message.state is MessageState.WAITING:
        noon.move_to(message.due_at)
        deliver_due()
        db.session.refresh(message)
    assert clock.now() - message.queued_at - GIVEN_UP_AFTER < LONGEST_PAUSE
    assert (message.state, message.trouble) == (MessageState.NEEDS_SOMEBODY, Trouble.BUSY)
    tries, asked = message.tries, select(OutboxMessage.tries).where(OutboxMessage.id == message.id)
    assert "A message to Ada" in browse(olu).get("/office").text
    assert told(olu, noon) == "Messages not sent: 1"
    noon.move_to(NOON + timedelta(days=30))
    deliver_due()
    assert db.session.scalars(asked).one() == tries


def told(olu: Person, noon: time_machine.Traveller) -> str:
    """What the letter of the next working morning says of it; it names nobody."""
    noon.move_to("2027-06-07T07:30Z")
    send_digests()
    body = db.session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.person_id == olu.id)
    ).one()
    assert "Ada" not in body
    return next(line for line in body.splitlines() if "not sent" in line)
