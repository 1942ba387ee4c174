"""What the office's list of messages shows: never what is for somebody else's eyes."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import hidden_from
from recovery_college.accounts.rules import Role
from recovery_college.clock import now
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.messages import queries
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.queries import Filters
from recovery_college.messages.rules import MessageState, Trouble
from tests.factories import NOW, make_message, make_person

pytestmark = pytest.mark.usefixtures("app")

NEEDS, SENT, WAITING = MessageState.NEEDS_SOMEBODY, MessageState.SENT, MessageState.WAITING


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER)


def made(olu: Person) -> list[OutboxMessage]:
    """Four that Olu may see, and one to somebody who chose another manager."""
    other = make_person("Pat", Role.MANAGER)
    return [
        make_message(make_person()),
        make_message(make_person(restricted_to_id=olu.id), state=SENT, sent_at=now()),
        make_message(state=NEEDS, trouble=Trouble.REFUSED),
        make_message(trouble=Trouble.NO_SERVER),
        make_message(make_person(restricted_to_id=other.id), trouble=Trouble.NO_SERVER),
    ]


def test_messages_to_others_are_counted_and_listed(olu: Person) -> None:
    waits, sent, refused, serverless, _ = made(olu)
    hidden = hidden_from(olu)
    assert queries.counts(Filters(), hidden) == {WAITING: 2, SENT: 1, NEEDS: 1}
    assert [
        list(queries.page_of(Filters(state), hidden, first=0, size=50))
        for state in (None, WAITING, SENT)
    ] == [[serverless, refused, sent, waits], [serverless, waits], [sent]]
    assert list(queries.page_of(Filters(), hidden, first=1, size=2)) == [refused, sent]


def test_what_needs_somebody_or_a_mail_server_is_stuck(olu: Person) -> None:
    _, _, refused, serverless, _ = made(olu)
    assert stuck_to(olu) == [refused, serverless]


def test_what_was_dropped_is_not_stuck(olu: Person) -> None:
    make_message(trouble=Trouble.NO_SERVER, state=MessageState.DROPPED)
    assert stuck_to(olu) == []


def stuck_to(viewer: Person) -> list[OutboxMessage]:
    asked = select(OutboxMessage).where(
        queries.stuck(), queries.to_others_than(hidden_from(viewer))
    )
    return list(db.session.scalars(asked.order_by(OutboxMessage.id)))


def test_what_would_go_is_counted_for_everybody(olu: Person) -> None:
    made(olu)
    assert (queries.count_waiting(), queries.count_addresses()) == (3, 1)


def test_a_message_to_somebody_hidden_is_not_there(olu: Person) -> None:
    first, *_, secret = made(olu)
    assert queries.message_at(first.id, hidden_from(olu)) == first
    for gone in (secret.id, secret.id + 1):
        with pytest.raises(NotFound):
            queries.message_at(gone, hidden_from(olu))
