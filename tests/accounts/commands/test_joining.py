"""Joining by its commands: who comes back to a record, and who begins a new one."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.commands import joining, signing_in
from recovery_college.accounts.commands.agreeing import AgreementChanged, write_agreement
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import Acceptance, ComingAs, Person, SignIn
from recovery_college.accounts.rules import ContactBy, JoinStep, Role, TooManyJoined
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from tests.at_once import at_once
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
REEDS = "reeds@example.org"


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


def begin(name: str = "Ash Reed", proven: str = "") -> Person:
    return joining.begin_to_join(HERE, {"name": name}, proven).person


def unproven(name: str, *roles: Role, **fields: Any) -> Person:
    person = make_person(name, *roles, **fields)
    with transaction():
        person.email = "Reeds@example.org"
    return person


def edit(person: Person, **values: object) -> Edit:
    return Edit(values, prints_of(person, values))


def sign_ins() -> dict[str, int]:
    return {row.address_key: row.person_id for row in db.session.scalars(select(SignIn))}


def entries() -> list[tuple[str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.verb, line.fields) for line in lines]


def test_a_name_is_enough_to_begin_and_it_is_kept_where_they_stand() -> None:
    ash = begin()
    assert (ash.name, ash.email, ash.sign_in, ash.join_step) == (
        "Ash Reed",
        None,
        None,
        JoinStep.REACH,
    )
    assert entries() == [("began to join", "name"), ("signed in", "")]


@pytest.mark.parametrize("typed", ["Ash Reed", "  ASH   réed "])
def test_of_two_who_gave_one_address_the_first_to_prove_it_comes_back_to_their_own_record(
    typed: str,
) -> None:
    ash, bo = unproven("Ash Reed", needs="A ramp"), unproven("Bo Reed")
    before = make_visit(ash)
    assert begin(typed, REEDS) == ash
    assert (sign_ins(), ash.needs, bo.sign_in) == ({REEDS: ash.id}, "A ramp", None)
    assert queries.visit_of(before.key, now()) is None
    assert [verb for verb, _ in entries()] == ["proved", "signed in"]


def test_the_other_of_the_two_gets_a_record_without_it_and_nothing_of_the_first() -> None:
    ash, bo = unproven("Ash Reed"), unproven("Bo Reed")
    begin("Ash Reed", REEDS)
    third = begin("Bo Reed", REEDS)
    assert third not in (ash, bo)
    assert (third.email, third.sign_in, sign_ins()) == (None, None, {REEDS: ash.id})


def test_under_a_name_that_nobody_gave_somebody_begins_anew() -> None:
    both = unproven("Ash Reed"), unproven("Bo Reed")
    new = begin("Cy Reed", REEDS)
    assert new not in both
    assert sign_ins() == {REEDS: new.id}


def test_two_of_one_name_and_address_are_not_told_apart_by_guess() -> None:
    both = unproven("Ash Reed"), unproven("Ash Reed")
    assert begin("Ash Reed", REEDS) not in both


@pytest.mark.parametrize("role", Role)
def test_a_record_with_a_role_is_nobodys_for_its_name(role: Role) -> None:
    ash = unproven("Ash Reed", role)
    assert begin("Ash Reed", REEDS) != ash
    assert ash.sign_in is None


def test_without_proof_an_address_and_a_name_open_nothing() -> None:
    ash = unproven("Ash Reed")
    assert begin("Ash Reed") != ash
    assert sign_ins() == {}


def test_who_comes_back_goes_on_where_they_stopped_and_is_over_18_by_their_word() -> None:
    ash = unproven("Ash Reed", join_step=JoinStep.REASONS)
    bo = unproven("Bo Reed")
    assert (begin("Ash Reed", REEDS).join_step, ash.over_18_at) == (JoinStep.REASONS, now())
    assert bo.over_18_at is None


def test_thirty_from_one_network_are_enough_and_another_still_joins() -> None:
    for _ in range(30):
        begin()
    with pytest.raises(TooManyJoined):
        begin()
    there = Asking("Firefox on Linux", "here", "192.0.2.2", "secret")
    assert joining.begin_to_join(there, {"name": "Bo"}, "").person.name == "Bo"


def test_a_step_is_kept_whole_or_not_at_all() -> None:
    ash = begin()
    with pytest.raises(Refusal):
        joining.keep_step(ash, JoinStep.REACH, edit(ash, phone="", contact_by=ContactBy.TEXT))
    assert (ash.contact_by, ash.join_step) == (None, JoinStep.REACH)
    joining.keep_step(ash, JoinStep.REACH, edit(ash, phone="01632 960 999"))
    joining.keep_reasons(ash, [Reason.FAMILY, Reason.FAMILY])
    assert (ash.phone, ash.join_step) == ("01632 960 999", JoinStep.AGREEMENT)
    assert db.session.scalars(select(ComingAs.reason)).all() == [Reason.FAMILY]


def test_a_link_goes_when_somebody_has_joined_and_not_before_nor_twice() -> None:
    ash = begin()
    joining.keep_step(ash, JoinStep.REACH, edit(ash, email=REEDS))
    assert db.session.scalars(select(OutboxMessage)).all() == []
    joining.finish_joining(HERE, ash, None)
    joining.finish_joining(HERE, ash, None)
    assert db.session.scalars(select(OutboxMessage.address)).all() == [REEDS]
    assert (ash.join_step, ash.joined_at) == (None, now())
    assert db.session.scalars(select(Acceptance.person_id)).all() == [ash.id]


def test_who_was_shown_another_agreement_has_not_joined() -> None:
    ash = begin()
    write_agreement(make_person("Olu", Role.MANAGER), "We promise.", "We ask.", None)
    with pytest.raises(AgreementChanged):
        joining.finish_joining(HERE, ash, None)
    assert (ash.is_joining, ash.joined_at) == (True, None)


def test_an_address_that_was_sent_many_links_hinders_nobody_from_joining() -> None:
    for _ in range(5):
        signing_in.ask_for_link(HERE, REEDS)
    ash = begin()
    joining.keep_step(ash, JoinStep.REACH, edit(ash, email=REEDS))
    joining.finish_joining(HERE, ash, None)
    assert not ash.is_joining
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 5


@pytest.mark.for_real
def test_of_several_who_prove_an_address_in_one_moment_one_has_it(app: Flask) -> None:
    ash = unproven("Ash Reed")
    names = ["Bo Reed", "Cy Reed", "Di Reed"]
    came = at_once(app, *[partial(begin, name, REEDS) for name in names])
    assert sorted(str(getattr(person, "name", person)) for person in came) == names
    (whose,) = sign_ins().values()
    assert whose in {getattr(person, "id", None) for person in came}
    assert db.session.get_one(Person, ash.id).sign_in is None
