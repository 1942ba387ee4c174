"""The office's letter in the morning."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.desks.commands.digests import send_digests
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState, Trouble
from recovery_college.scheduling.models import Run
from tests.factories import make_course, make_message, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")
TUESDAY = "2027-05-04T07:30Z"  # half past eight in the college; Monday is a bank holiday


@pytest.fixture(autouse=True)
def on_tuesday(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER, Role.DESK, email="olu@example.org")


def half(pair_by_on: date) -> Run:
    run = make_run(make_course("Sleeping well"), tutors=(make_tutor(Side.LIVED, name="Tia Bell"),))
    with transaction():
        run.sessions[0].pair_by_on = pair_by_on
    return run


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_on_the_day_after_a_pair_by_date_the_letter_says_which_session(
    olu: Person, on_tuesday: time_machine.Traveller
) -> None:
    run = half(date(2027, 5, 4))
    make_person("Dee", Role.DESK)
    make_person("Ada", email="ada@example.org")
    send_digests()
    assert "Half of the pair to find: 1" in letters()[0].body
    on_tuesday.move_to("2027-05-05T08:30Z")
    send_digests()
    last = letters()[-1]
    assert {letter.address for letter in letters()} == {"olu@example.org"}
    assert "Pair-by dates that have passed: 1" in last.body
    assert "- Sleeping well, Monday 7 June 2027, 10am. Tia Bell is confirmed." in last.body
    assert f"/office/sessions/{run.sessions[0].id}" in last.body
    assert (last.subject, "Sleeping" in last.body[:100]) == ("Harbour", False)


def test_it_says_what_failed_and_how_many_calls_and_letters_wait_and_names_nobody(
    olu: Person,
) -> None:
    ada = make_person("Ada Osei")
    make_message(ada, state=MessageState.NEEDS_SOMEBODY, trouble=Trouble.ADDRESS_REFUSED)
    for channel in (Channel.CALL, Channel.CALL, Channel.LETTER):
        make_message(ada, channel=channel)
    send_digests()
    body = letters()[-1].body
    assert "- A message. The mail server does not take mail for this address." in body
    assert "Calls to make: 2\n\n  http://127.0.0.1:8000/office/contacts\n" in body
    assert "Letters to print: 1" in body
    assert [words for words in ("Ada", "more") if words in body.partition("\n\n\n")[2]] == []


def test_one_a_day_however_often_the_worker_looks(
    olu: Person, on_tuesday: time_machine.Traveller
) -> None:
    half(date(2027, 5, 4))
    for _ in range(3):
        send_digests()
        on_tuesday.shift(600)
    assert len(letters()) == 1


@pytest.mark.parametrize(
    "moment",
    [
        "2027-05-04T06:50Z",
        "2027-05-04T11:30Z",
        "2027-05-08T08:00Z",
        "2027-05-31T08:00Z",
    ],
    ids=["before eight", "after noon", "on a Saturday", "on a bank holiday"],
)
def test_none_too_early_too_late_or_when_the_college_is_closed(
    olu: Person, on_tuesday: time_machine.Traveller, moment: str
) -> None:
    half(date(2027, 5, 4))
    on_tuesday.move_to(moment)
    send_digests()
    assert letters() == []


def test_none_without_news_or_where_nobody_wants_it(olu: Person) -> None:
    send_digests()
    half(date(2027, 5, 4))
    with transaction():
        db.session.add(Setting(key="morning_digest", value="no"))
    send_digests()
    assert (letters(), the_college().morning_digest) == ([], False)
