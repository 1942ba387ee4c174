"""The agreement's versions stay, and everybody has said yes to the one that they were shown."""

from collections.abc import Iterator
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.commands.agreeing import (
    AgreementChanged,
    accept,
    write_agreement,
)
from recovery_college.accounts.models import Acceptance, Agreement, Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.database import db
from recovery_college.errors import Refusal
from tests.at_once import at_once
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER)


def versions() -> list[tuple[str, int | None]]:
    rows = db.session.scalars(select(Agreement).order_by(Agreement.id))
    return [(row.we_promise, row.made_by_id) for row in rows]


def said_yes(person: Person) -> list[str]:
    words = select(Agreement.we_promise).join(Acceptance).order_by(Agreement.id)
    return list(db.session.scalars(words.where(Acceptance.person_id == person.id)))


def current_id() -> int:
    found = queries.current_agreement()
    assert found
    return found.id


def test_the_one_that_ships_is_written_down_by_the_first_yes_and_once() -> None:
    ada, bo = make_person(), make_person()
    accept(ada, None)
    accept(bo, None)
    accept(bo, current_id())
    assert versions() == [(WE_PROMISE, None)]
    assert (said_yes(ada), said_yes(bo)) == ([WE_PROMISE], [WE_PROMISE])
    yes = queries.yes_of(ada)
    assert yes
    assert yes.accepted_at == now()


def test_a_yes_to_words_that_have_changed_is_none(olu: Person) -> None:
    ada = make_person()
    write_agreement(olu, "We promise.", "We ask.", None)
    first = current_id()
    write_agreement(olu, "We promise more.", "We ask.", first)
    for shown in (None, first, 10**8):
        with pytest.raises(AgreementChanged):
            accept(ada, shown)
    assert said_yes(ada) == []


def test_a_new_version_takes_nobodys_yes_to_an_old_one_away(olu: Person) -> None:
    ada = make_person()
    accept(ada, None)
    write_agreement(olu, "We promise.", "We ask.", current_id())
    assert queries.yes_of(ada) is None
    accept(ada, current_id())
    assert said_yes(ada) == [WE_PROMISE, "We promise."]


def test_words_that_ship_are_the_same_though_somebody_wrote_them(olu: Person) -> None:
    ada = make_person()
    write_agreement(olu, "We promise.", "We ask.", None)
    write_agreement(olu, WE_PROMISE, WE_ASK, current_id())
    accept(ada, None)
    assert [made_by for _, made_by in versions()] == [olu.id, olu.id]


def test_two_who_write_it_the_second_is_told_and_nothing_is_no_change(olu: Person) -> None:
    with pytest.raises(Refusal, match="as it stands"):
        write_agreement(olu, WE_PROMISE, WE_ASK, None)
    write_agreement(olu, "We promise.", "We ask.", None)
    with pytest.raises(Refusal, match="Somebody else wrote"):
        write_agreement(olu, "Mine.", "We ask.", None)
    with pytest.raises(Refusal, match="as it stands"):
        write_agreement(olu, "We promise.", "We ask.", current_id())
    assert versions() == [("We promise.", olu.id)]


def test_the_trail_says_who_and_never_the_words(olu: Person) -> None:
    write_agreement(olu, "We promise.", "We ask.", None)
    accept(olu, current_id())
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(line.actor_id, line.verb, line.subject, line.fields) for line in lines] == [
        (olu.id, "wrote", f"agreement:{current_id()}", "we_promise we_ask"),
        (olu.id, "accepted", f"agreement:{current_id()}", ""),
    ]


@pytest.mark.for_real
def test_four_who_say_the_first_yes_in_one_moment_say_it_to_one_version(app: Flask) -> None:
    ids = [make_person().id for _ in range(4)]

    def say_yes(id: int) -> None:
        accept(db.session.get_one(Person, id), None)

    assert at_once(app, *[partial(say_yes, id) for id in ids]) == [None] * 4
    assert versions() == [(WE_PROMISE, None)]
    assert len(db.session.scalars(select(Acceptance)).all()) == 4
