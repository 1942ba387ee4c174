"""What people are told about their account: at the address they proved, discreet outside."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import notices
from recovery_college.accounts.models import Person
from recovery_college.clock import now
from recovery_college.config import ROOT
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageKind
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
Warn = Callable[[Person, datetime], None]
WARNINGS: list[Warn] = [
    notices.address_changed,
    notices.address_dropped,
    notices.password_changed,
    notices.password_throttled,
    notices.second_factor_added,
    notices.second_factor_removed,
    notices.second_factor_reset,
    notices.second_factor_throttled,
    notices.paper_codes_made,
    notices.paper_code_used,
    notices.sign_on_linked,
    notices.sign_on_unlinked,
]
BY_NAME = {each.__name__: each for each in WARNINGS}
TELLS = re.compile(r"recovery|mental|college|course|student|Ada|password|code|passkey|organisation")


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller, app.test_request_context():
        yield traveller


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def warn(name: str, person: Person) -> None:
    with transaction():
        BY_NAME[name](person, now())


@pytest.mark.parametrize("name", BY_NAME)
def test_a_warning_goes_to_the_proven_address_and_its_outside_tells_nothing(name: str) -> None:
    ada = make_person("Ada Osei", email="Ada@Example.org")
    with transaction():
        ada.email = "typed-by-the-office@example.org"
    warn(name, ada)
    (letter,) = letters()
    assert (letter.address, letter.person_id, letter.kind) == (
        "ada@example.org",
        ada.id,
        MessageKind.SIGN_IN,
    )
    assert TELLS.findall(letter.subject + letter.body[:100]) == []
    assert "phone us" in letter.body or "with a link" in letter.body


@pytest.mark.parametrize("name", BY_NAME)
def test_who_has_proven_no_address_is_warned_nowhere(name: str) -> None:
    bo = make_person("Bo Lind")
    with transaction():
        bo.email = "bo@example.org"
    warn(name, bo)
    assert letters() == []


def test_the_address_is_written_as_its_owner_writes_it() -> None:
    warn("password_changed", make_person("Ada Osei", email="Ada.Osei@Example.org"))
    assert letters()[0].address == "Ada.Osei@Example.org"


def test_a_second_warning_of_a_kind_is_told_unless_it_is_the_same_moment(
    in_may: time_machine.Traveller,
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    warn("password_changed", ada)
    warn("password_changed", ada)
    assert len(letters()) == 1
    in_may.shift(1)
    warn("password_changed", ada)
    assert len(letters()) == 2


def test_every_letter_of_accounts_is_written_by_a_notice_that_is_tried_here() -> None:
    written = set(
        re.findall(r'"(\w+)"', (ROOT / "recovery_college/accounts/notices.py").read_text())
    )
    there = {path.stem for path in (ROOT / "templates/messages").glob("*.txt")}
    assert written & there - {"sign_in_link", "prove_address"} == set(BY_NAME)
