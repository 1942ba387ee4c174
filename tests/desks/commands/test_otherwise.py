"""What can't come by its own channel goes by another: once, by itself, and the office sees it."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy
from recovery_college.audit.models import AuditEntry
from recovery_college.calendars import queries as calendars
from recovery_college.clock import now
from recovery_college.database import db, transaction
from recovery_college.desks.commands.digests import send_digests
from recovery_college.desks.commands.otherwise import go_otherwise
from recovery_college.enrolment import notices
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageKind, MessageState, Trouble
from recovery_college.operations.delivering import deliver
from tests.conftest import ON_SQLITE
from tests.enrolment.asking import ask
from tests.factories import NOW, make_message, make_person, make_run
from tests.post_office import PostOffice, post_office

pytestmark = pytest.mark.usefixtures("app")
BOTH = {"phone": "01632 960 001", "address": "1 Quay"}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with post_office() as office:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        monkeypatch.setattr(app.extensions["mail"], "server", "127.0.0.1")
        monkeypatch.setattr(app.extensions["mail"], "port", office.port)
        monkeypatch.setattr(app.extensions["mail"], "suppress", False)
        yield office


def failed(person: Person | None, **fields: object) -> OutboxMessage:
    given = {"state": MessageState.NEEDS_SOMEBODY, "trouble": Trouble.ADDRESS_REFUSED}
    return make_message(person, **{**given, **fields})


def messages() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def ways() -> list[str]:
    """How each went, or is to go, in order."""
    return [f"{each.channel} {each.state}" for each in messages()]


def test_a_mail_that_is_refused_for_good_is_a_call_with_the_same_words_in_the_same_round(
    office: PostOffice,
) -> None:
    ada = make_person("Ada", email="ada@example.org", contact_by=ContactBy.EMAIL, **BOTH)
    place = ask(ada, make_run(first=date(2027, 5, 5)))
    office.unknown = {"ada@example.org"}
    with time_machine.travel("2027-05-03T09:01Z", tick=False):
        for _ in range(2):
            deliver(lambda _done: True)
    assert ways() == ["email dropped", "call waiting"]
    mail, call = messages()
    assert mail.trouble is Trouble.ADDRESS_REFUSED
    assert mail.uid is not None
    assert (call.key, call.thread, call.body, call.address, call.uid) == (
        f"place_confirmed:{place.uid}:otherwise:call",
        place.thread,
        mail.body,
        "01632 960 001",
        None,
    )
    assert calendars.unpromised(place.thread, now()) == []
    trail = select(AuditEntry.actor_id, AuditEntry.subject).where(
        AuditEntry.verb == "sent another way"
    )
    assert [tuple(row) for row in db.session.execute(trail)] == [
        (None, f"outbox_message:{mail.id}")
    ]


@pytest.mark.parametrize(
    ("fields", "first", "way"),
    [
        ({}, date(2027, 6, 7), "letter"),
        ({}, date(2027, 5, 6), "call"),
        ({"contact_by": ContactBy.PHONE}, date(2027, 6, 7), "call"),
        ({"phone": ""}, date(2027, 5, 6), "letter"),
    ],
    ids=["in time for a letter", "soon", "who wishes calls", "soon, without a phone"],
)
@ON_SQLITE
def test_by_post_if_there_is_time_and_or_else_by_phone(
    fields: dict[str, object], first: date, way: str
) -> None:
    ada = make_person("Ada", email="ada@example.org", **BOTH)
    place = ask(ada, make_run(first=first))
    with transaction():
        for field, value in fields.items():
            setattr(ada, field, value)
        messages()[0].state = MessageState.NEEDS_SOMEBODY
        messages()[0].trouble = Trouble.ADDRESS_REFUSED
    go_otherwise()
    assert place.thread == messages()[1].thread
    assert ways() == ["email dropped", f"{way} waiting"]


@ON_SQLITE
def test_a_text_s_few_words_are_said_and_what_is_for_today_is_never_a_letter() -> None:
    for fields in ({}, {"phone": ""}):
        ada = make_person("Ada", **{**BOTH, **fields})
        failed(ada, channel=Channel.TEXT)
        failed(ada, kind=MessageKind.TODAY)
    go_otherwise()
    assert ways() == [
        "text dropped",
        "email dropped",
        "text needs_somebody",
        "email needs_somebody",
        "call waiting",
        "call waiting",
    ]


@ON_SQLITE
def test_what_is_secret_of_nobody_here_of_no_use_or_may_yet_go_is_left_to_somebody() -> None:
    ada = make_person("Ada", **BOTH)
    failed(ada, kind=MessageKind.SIGN_IN, body="")
    failed(None)
    failed(ada, useless_at=now())
    failed(ada, trouble=Trouble.AWAY)
    failed(ada, key="invite:1")
    make_message(ada)
    failed(make_person("Bo"))
    go_otherwise()
    assert len(messages()) == 7


@ON_SQLITE
def test_the_morning_s_letter_is_not_read_out_to_the_office() -> None:
    olu = make_person("Olu", email="olu@example.org", **BOTH)
    failed(olu, key="digest:1:2027-05-03")
    go_otherwise()
    send_digests()
    assert ways() == ["email needs_somebody"]


def place_with(*states: MessageState) -> Enrolment:
    """Whose confirmation failed, before the dates changed."""
    place = ask(make_person("Ada", email="ada@example.org", **BOTH), make_run())
    with transaction():
        notices.dates_changed(place, (), now())
    with transaction():
        for message, state in zip(messages(), states, strict=True):
            message.state = state
            failed_so = state is MessageState.NEEDS_SOMEBODY
            message.trouble = Trouble.REFUSED if failed_so else None
            message.sent_at = now() if state is MessageState.SENT else None
    return place


@ON_SQLITE
def test_what_something_newer_has_made_wrong_is_not_said_any_more() -> None:
    place_with(MessageState.NEEDS_SOMEBODY, MessageState.SENT)
    go_otherwise()
    assert ways() == ["email dropped", "email sent"]


@ON_SQLITE
def test_while_something_newer_may_go_nothing_is_said_and_of_two_that_fail_the_last_is() -> None:
    place_with(MessageState.NEEDS_SOMEBODY, MessageState.WAITING)
    go_otherwise()
    assert ways() == ["email needs_somebody", "email waiting"]
    with transaction():
        messages()[1].state, messages()[1].trouble = MessageState.NEEDS_SOMEBODY, Trouble.REFUSED
    go_otherwise()
    assert ways() == ["email dropped", "email dropped", "letter waiting", "letter waiting"]
    assert "The dates of" in messages()[-1].body


@ON_SQLITE
def test_two_things_that_a_tutor_is_to_hear_are_two_calls() -> None:
    tia = make_person("Tia", **BOTH)
    for _ in range(2):
        failed(tia, thread="tutor:1")
    go_otherwise()
    assert len({each.thread for each in messages() if each.channel is Channel.CALL}) == 2
