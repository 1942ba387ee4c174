"""Whose an organisation's word makes somebody, and what it never hands over."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.commands import signing_on
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.commands.signing_on import (
    AddressNotVouched,
    AnothersSignOn,
    Vouched,
    sign_on,
)
from recovery_college.accounts.models import Person, SignIn, SignOn, Visit
from recovery_college.accounts.rules import JoinStep, NoAddressYet, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.at_once import at_once
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
ADA = "ada@example.org"
SAYS = Vouched("https://trust.example", "ada", "Ada@Example.org", "ada")
SAYS_LESS = Vouched("https://trust.example", "ada", "", "ada")


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def unproven(name: str, *roles: Role, email: str = ADA, **fields: Any) -> Person:
    person = make_person(name, *roles, **fields)
    with transaction():
        person.email = email
    return person


def came_in(vouched: Vouched = SAYS) -> Person | str:
    came = sign_on(HERE, vouched)
    return came.person if isinstance(came, Visit) else came


def sign_ins() -> dict[str, int]:
    rows = db.session.scalars(select(SignIn))
    return {row.address_key: row.person_id for row in rows}


def entries() -> list[tuple[str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.verb, line.fields) for line in lines]


def letters() -> list[str]:
    keys = select(OutboxMessage.key).order_by(OutboxMessage.id)
    return [key.split(":")[0] for key in db.session.scalars(keys)]


def test_whoever_has_proven_the_address_is_linked_told_and_let_in() -> None:
    unproven("Adam Osei")
    ada = make_person("Ada Osei", email=ADA)
    assert came_in() == ada
    assert (entries(), letters()) == (
        [("linked", "sign_on"), ("signed in", "")],
        ["sign_on_linked"],
    )


def test_once_linked_neither_the_address_over_there_nor_here_matters() -> None:
    ada = make_person("Ada Osei", email=ADA)
    came_in()
    with transaction():
        ada.email = "new@example.org"
        assert ada.sign_in
        ada.sign_in.address_key = "new@example.org"
    make_person("Bo Lind", email=ADA)
    assert [came_in(), came_in(SAYS_LESS)] == [ada, ada]


def test_the_same_name_at_another_organisation_is_somebody_else() -> None:
    make_person("Ada Osei", email=ADA)
    came_in()
    with pytest.raises(AddressNotVouched):
        came_in(Vouched("https://another.example", "ada", "", "ada"))


@pytest.mark.parametrize("roles", [(), (Role.TUTOR,), (Role.MANAGER,)])
def test_the_one_whom_the_office_wrote_down_there_has_proven_it_now(
    roles: tuple[Role, ...],
) -> None:
    ada = unproven("Dr Ada Osei", *roles)
    before = make_visit(ada)
    assert came_in() == ada
    assert sign_ins() == {ADA: ada.id}
    assert queries.visit_of(before.key, now()) is None
    assert entries() == [("proved", "email"), ("linked", "sign_on"), ("signed in", "")]


@pytest.mark.parametrize("step", [JoinStep.REACH, None])
def test_what_somebody_typed_who_joined_is_not_handed_over(step: JoinStep | None) -> None:
    unproven("Ada Osei", over_18_at=now(), join_step=step)
    assert came_in() == ADA
    assert (sign_ins(), db.session.scalars(select(SignOn)).all(), letters()) == ({}, [], [])


def test_of_two_with_the_address_neither_is_handed_over() -> None:
    unproven("Ash Reed"), unproven("Bo Reed", email="ADA@example.org")
    assert came_in() == ADA
    assert sign_ins() == {}


def test_an_address_that_is_not_verified_leads_to_nobody() -> None:
    make_person("Ada Osei", email=ADA)
    with pytest.raises(AddressNotVouched):
        sign_on(HERE, SAYS_LESS)
    assert db.session.scalars(select(Visit)).all() == []


def test_one_connects_it_by_oneself_once_and_takes_it_away() -> None:
    bo = make_person("Bo Lind", email="bo@example.org")
    signing_on.connect(bo, SAYS_LESS)
    signing_on.connect(bo, SAYS_LESS)
    assert came_in(SAYS_LESS) == bo
    signing_on.disconnect(bo)
    signing_on.disconnect(bo)
    assert [verb for verb, _ in entries()] == ["linked", "signed in", "unlinked"]
    assert letters() == ["sign_on_linked", "sign_on_unlinked"]
    with pytest.raises(AddressNotVouched):
        came_in(SAYS_LESS)


def test_what_opens_one_record_can_t_be_connected_with_another() -> None:
    ada = make_person("Ada Osei", email=ADA)
    came_in()
    with pytest.raises(AnothersSignOn):
        signing_on.connect(make_person("Bo Lind", email="bo@example.org"), SAYS)
    assert came_in() == ada


def test_who_has_proven_no_address_connects_nothing_that_would_outlast_the_proof() -> None:
    with pytest.raises(NoAddressYet):
        signing_on.connect(unproven("Ada Osei"), SAYS)
    assert db.session.scalars(select(SignOn)).all() == []


@pytest.mark.for_real
def test_two_windows_that_come_back_in_one_moment_both_come_in(app: Flask) -> None:
    ada = make_person("Ada Osei", email=ADA)
    came = at_once(app, *[partial(came_in, SAYS)] * 4)
    assert [getattr(each, "id", each) for each in came] == [ada.id] * 4
    assert (letters(), len(db.session.scalars(select(Visit)).all())) == (["sign_on_linked"], 4)
