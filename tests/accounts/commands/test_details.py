"""What somebody changes about themself, and what the house keeps whole meanwhile."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.commands import details
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import OneTimeLink, Person
from recovery_college.accounts.rules import (
    ContactBy,
    OfficeNeedsAddress,
    Role,
    TooManyTries,
)
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), app.test_request_context():
        yield


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email=ADA, phone="01632 960 999")


def edit(person: Person, **values: object) -> Edit:
    return Edit(values, prints_of(person, values))


def entries() -> list[tuple[str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.verb, line.fields) for line in lines]


def links() -> list[tuple[str, int | None]]:
    rows = db.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id))
    return [(row.address_key, row.person_id) for row in rows]


def test_only_what_changed_is_in_the_trail_and_never_its_words(ada: Person) -> None:
    details.keep_details(ada, edit(ada, called="Addie", phone="01632 960 999", needs="A ramp"))
    details.keep_details(ada, edit(ada, called=" Addie"))
    assert entries() == [("changed", "called needs")]


def test_who_wants_post_without_an_address_keeps_what_was_there(ada: Person) -> None:
    with pytest.raises(Refusal) as refused:
        details.keep_details(ada, edit(ada, called="Addie", contact_by=ContactBy.POST))
    assert (refused.value.field, ada.called, ada.contact_by) == ("address", "", None)


def test_what_the_office_changed_meanwhile_is_not_written_over(ada: Person) -> None:
    mine = edit(ada, phone="07700 900123")
    with transaction():
        ada.phone = "01632 960 111"
    with pytest.raises(Overtaken):
        details.keep_details(ada, mine)
    assert ada.phone == "01632 960 111"


def test_a_new_address_is_written_to_at_once_only_by_who_signs_in_with_none(ada: Person) -> None:
    bo = make_person("Bo Lind")
    details.change_address(HERE, ada, "New@example.org")
    details.change_address(HERE, bo, "Bo@example.org")
    assert (ada.email, bo.email, bo.sign_in) == (ADA, "Bo@example.org", None)
    assert links() == [("new@example.org", ada.id), ("bo@example.org", bo.id)]
    assert entries() == [("asked to change", "email")] * 2


def test_the_link_to_an_address_that_somebody_has_proven_is_that_persons(ada: Person) -> None:
    bo = make_person("Bo Lind")
    details.change_address(HERE, bo, ADA.upper())
    assert (bo.email, links()) == (ADA.upper(), [(ADA, ada.id)])
    assert db.session.scalars(select(OutboxMessage.person_id)).all() == [ada.id]


def test_ones_own_address_and_too_many_links_change_nothing(ada: Person) -> None:
    with pytest.raises(Refusal, match="already"):
        details.change_address(HERE, ada, ADA.upper())
    bo = make_person("Bo Lind")
    for _ in range(5):
        details.change_address(HERE, bo, "bo@example.org")
    before = len(entries())
    with pytest.raises(TooManyTries):
        details.change_address(HERE, bo, "Bo@example.org")
    assert (bo.email, len(links()), len(entries())) == ("bo@example.org", 5, before)


@pytest.mark.parametrize("role", [Role.DESK, Role.MANAGER])
def test_the_office_can_t_do_without_an_address_and_a_tutor_can(role: Role) -> None:
    dee, bea = make_person("Dee", role, email="dee@example.org"), make_person("Bea", Role.TUTOR)
    with pytest.raises(OfficeNeedsAddress):
        details.no_address(dee)
    details.no_address(bea)
    assert (dee.email, bea.email) == ("dee@example.org", None)


def test_reasons_are_kept_once_each_and_taken_back_whole(ada: Person) -> None:
    details.keep_reasons(ada, [Reason.STAFF, Reason.STAFF, Reason.FAMILY])
    details.keep_reasons(ada, {Reason.FAMILY, Reason.STAFF})
    assert queries.reasons_of(ada) == [Reason.FAMILY, Reason.STAFF]
    details.keep_reasons(ada, [])
    assert queries.reasons_of(ada) == []
    assert entries() == [("changed", "coming_as")] * 2


def test_answers_are_kept_by_question_and_never_anothers(ada: Person) -> None:
    bo = make_person("Bo Lind")
    details.keep_answers(bo, {Question.AGE: ["18-24"]})
    details.keep_answers(ada, {Question.AGE: ["65-74", "65-74"], Question.RELIGION: []})
    details.keep_answers(ada, {Question.AGE: {"65-74"}})
    assert queries.answers_of(ada)[Question.AGE] == ["65-74"]
    details.keep_answers(ada, {})
    assert queries.answers_of(bo)[Question.AGE] == ["18-24"]
    assert entries() == [("changed", "equality_answers")] * 3


def test_only_a_manager_and_never_oneself_is_chosen_to_open_a_record(ada: Person) -> None:
    olu, dee = make_person("Olu", Role.MANAGER), make_person("Dee", Role.DESK)
    for person, chosen in ((ada, dee.id), (ada, 10**8), (olu, olu.id)):
        with pytest.raises(Refusal) as refused:
            details.restrict_to(person, chosen)
        assert (refused.value.field, person.restricted_to_id) == ("manager", None)
    details.restrict_to(ada, olu.id)
    assert queries.manager_named_by(ada) == olu
    details.restrict_to(ada, None)
    assert queries.manager_named_by(ada) is None
    assert entries() == [("changed", "restricted_to")] * 2
