"""What must be true of entries, and is found out when it is not."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from recovery_college import clock
from recovery_college.calendars.checks import CHECKS
from recovery_college.calendars.commands import teaching
from recovery_college.messages.rules import MessageState, Method
from tests.conftest import ON_SQLITE
from tests.enrolment.asking import change, say
from tests.enrolment.commands.test_inviting import entries
from tests.factories import NOW, make_message, make_person, make_run
from tests.scheduling.commands.test_asking import teacher

pytestmark = [
    pytest.mark.usefixtures("app"),
    ON_SQLITE,
]
TWICE, OWN, OVER = CHECKS


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def broken() -> dict[str, list[str]]:
    return {name: rows for name, check in CHECKS.items() if (rows := check())}


def test_each_is_found_out() -> None:
    make_run(tutors=(teacher(), teacher()))
    teaching.keep_up()
    assert broken() == {}
    first, second = entries()
    change(first, person=make_person())
    assert broken() == {OWN: [f"calendar_entry:{first.id}"]}
    say("DROP INDEX uq_calendar_entry_standing")
    change(second, holder=first.holder, person=first.person)
    assert broken()[TWICE] == [f"calendar_entry:{second.id}"]


def test_a_request_that_follows_what_took_it_back() -> None:
    make_run(tutors=(teacher(),))
    teaching.keep_up()
    (entry,) = entries()
    sent: dict[str, Any] = {"state": MessageState.SENT, "sent_at": clock.now(), "first_sequence": 0}
    for sequence, method in enumerate((Method.REQUEST, Method.CANCEL)):
        make_message(uid=entry.uid, sequence=sequence, method=method, calendar="x", **sent)
    assert broken() == {}
    make_message(uid=entry.uid, sequence=2, method=Method.REQUEST, calendar="x", **sent)
    assert broken() == {OVER: [f"calendar_entry:{entry.id}"]}
