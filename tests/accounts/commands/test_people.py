"""What the office does about people: nobody gives themself a role, and somebody always can."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.commands import details, people
from recovery_college.accounts.models import Person, RingFirst, RoleGiven
from recovery_college.accounts.rules import (
    SHORT_VISIT,
    ContactBy,
    LastManager,
    OwnRole,
    Role,
    StillNamed,
)
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.errors import Refusal
from tests.at_once import at_once
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2027, 5, 3)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER)


def entries() -> list[tuple[int | None, str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.actor_id, line.verb, line.fields) for line in lines]


def test_a_name_is_enough_and_who_added_them_is_in_the_trail(olu: Person) -> None:
    sun = people.add_person(olu, {"name": "Sun"})
    assert (sun.joined_at, sun.join_step, sun.over_18_at, sun.sign_in) == (now(), None, None, None)
    assert entries() == [(olu.id, "added", "name")]


def test_somebody_who_can_t_be_reached_as_they_wish_is_not_added(olu: Person) -> None:
    with pytest.raises(Refusal):
        people.add_person(olu, {"name": "Sun", "phone": "", "contact_by": ContactBy.PHONE})
    assert db.session.scalars(select(Person.name)).all() == ["Olu"]


def test_an_address_that_the_office_types_changes_nobodys_way_in(olu: Person) -> None:
    ada = make_person("Ada", email="ada@example.org")
    people.edit_person(olu, ada, Edit({"email": "new@example.org"}, prints_of(ada, ("email",))))
    assert ada.email == "new@example.org"
    assert queries.person_signing_in_at("ada@example.org") == ada
    assert queries.person_signing_in_at("new@example.org") is None


def test_roles_are_given_and_taken_by_name_and_each_says_by_whom(olu: Person) -> None:
    ada = make_person("Ada")
    people.set_roles(olu, ada, {Role.TUTOR, Role.DESK})
    people.set_roles(olu, ada, {Role.TUTOR, Role.MANAGER})
    people.set_roles(olu, ada, {Role.TUTOR, Role.MANAGER})
    people.give_role(None, ada, Role.DESK)
    assert ada.roles == set(Role)
    given = db.session.execute(
        select(RoleGiven.role, RoleGiven.given_by_id)
        .filter_by(person_id=ada.id)
        .order_by(RoleGiven.role)
    )
    assert [tuple(row) for row in given] == [
        (Role.DESK, None),
        (Role.MANAGER, olu.id),
        (Role.TUTOR, olu.id),
    ]
    assert entries() == [
        (olu.id, "gave a role to", "desk tutor"),
        (olu.id, "gave a role to", "manager"),
        (olu.id, "took a role from", "desk"),
        (None, "gave a role to", "desk"),
    ]


def test_nobody_changes_their_own_roles(olu: Person) -> None:
    make_person("Pat", Role.MANAGER)
    for roles in ((), (Role.MANAGER, Role.TUTOR)):
        with pytest.raises(OwnRole):
            people.set_roles(olu, olu, roles)
    assert olu.roles == {Role.MANAGER}


def test_the_last_manager_stays_and_so_does_one_whom_somebody_chose(olu: Person) -> None:
    with pytest.raises(LastManager):
        people.set_roles(None, olu, ())
    pat, ada = make_person("Pat", Role.MANAGER), make_person("Ada")
    details.restrict_to(ada, olu.id)
    with pytest.raises(StillNamed):
        people.set_roles(pat, olu, {Role.DESK})
    assert olu.roles == {Role.MANAGER}
    details.restrict_to(ada, None)
    people.set_roles(pat, olu, {Role.DESK})
    assert olu.roles == {Role.DESK}


def test_who_gets_a_role_stays_signed_in_for_a_working_day_and_no_longer(olu: Person) -> None:
    ada, bo = make_person("Ada"), make_person("Bo")
    month: dict[str, Any] = {"ends_at": now() + timedelta(days=30)}
    long, short = make_visit(ada, **month), make_visit(ada, ends_at=now() + timedelta(hours=1))
    other = make_visit(bo, **month)
    people.give_role(olu, ada, Role.TUTOR)
    assert [each.ends_at - now() for each in (long, short, other)] == [
        SHORT_VISIT,
        timedelta(hours=1),
        timedelta(days=30),
    ]


def test_a_role_that_is_taken_shortens_nothing(olu: Person) -> None:
    bea = make_person("Bea", Role.TUTOR)
    visit = make_visit(bea, ends_at=now() + timedelta(days=30))
    people.set_roles(olu, bea, ())
    assert visit.ends_at == now() + timedelta(days=30)


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_note_is_looked_at_again_within_a_year(olu: Person, days: int) -> None:
    ada = make_person("Ada")
    with pytest.raises(Refusal) as refused:
        people.ask_to_ring_first(olu, ada, None, TODAY + timedelta(days=days))
    assert refused.value.field == "review_on"
    wall = people.ask_to_ring_first(olu, ada, None, TODAY + timedelta(days=1))
    with pytest.raises(Refusal):
        people.review_again(olu, wall, TODAY + timedelta(days=days))
    assert wall.review_on == TODAY + timedelta(days=1)


def test_a_note_is_about_one_or_two_people_and_is_lifted(olu: Person) -> None:
    ada, bo = make_person("Ada"), make_person("Bo")
    with pytest.raises(Refusal) as refused:
        people.ask_to_ring_first(olu, ada, ada, TODAY + timedelta(days=9))
    assert refused.value.field == "other"
    wall = people.ask_to_ring_first(olu, bo, ada, TODAY + timedelta(days=9))
    assert [each.id for each in queries.ring_first_about(ada)] == [wall.id]
    people.review_again(olu, wall, TODAY + timedelta(days=90))
    people.no_longer_ring_first(olu, wall)
    assert db.session.scalars(select(RingFirst)).all() == []
    assert [verb for _, verb, _ in entries()] == ["set", "reviewed", "lifted"]


@pytest.mark.for_real
def test_two_managers_who_take_each_others_role_in_one_moment_leave_one(app: Flask) -> None:
    ids = [make_person(name, Role.MANAGER).id for name in ("Olu", "Pat")]

    def take(actor_id: int, person_id: int) -> None:
        actor, person = (db.session.get_one(Person, id) for id in (actor_id, person_id))
        people.set_roles(actor, person, ())

    came = at_once(app, partial(take, *ids), partial(take, *reversed(ids)))
    assert sorted(type(each).__name__ for each in came) == ["LastManager", "NoneType"]
    assert len(queries.managers()) == 1
