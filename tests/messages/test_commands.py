"""The office tries a message again, or drops it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.messages.commands import drop, try_again
from recovery_college.messages.rules import MessageKind, MessageState, Trouble
from tests.factories import NOW, make_message, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee")


def verbs() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.verb)))


@pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.NEEDS_SOMEBODY])
def test_it_is_due_at_once_and_its_trouble_forgotten(dee: Person, state: MessageState) -> None:
    later = now() + timedelta(hours=9)
    message = make_message(state=state, due_at=later, trouble=Trouble.REFUSED)
    try_again(dee, message)
    assert (message.state, message.due_at, message.trouble) == (MessageState.WAITING, now(), None)
    assert verbs() == ["tried again"]


def test_what_was_sent_is_neither_sent_again_nor_dropped(dee: Person) -> None:
    message = make_message(state=MessageState.SENT, sent_at=now())
    for deed in (try_again, drop):
        with pytest.raises(Refusal, match="was sent"):
            deed(dee, message)
    assert verbs() == []


def test_a_link_whose_words_are_gone_is_not_tried_again(dee: Person) -> None:
    message = make_message(kind=MessageKind.SIGN_IN, body="", state=MessageState.NEEDS_SOMEBODY)
    with pytest.raises(Refusal, match="too old"):
        try_again(dee, message)


def test_who_need_not_hear_it_does_not(dee: Person) -> None:
    notice, link = make_message(), make_message(kind=MessageKind.SIGN_IN)
    for message in (notice, link):
        drop(dee, message)
    assert [(m.state, m.body) for m in (notice, link)] == [
        (MessageState.DROPPED, "Something you asked us for."),
        (MessageState.DROPPED, ""),
    ]
    assert verbs() == ["dropped"] * 2
