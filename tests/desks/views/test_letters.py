"""Letters as PDF: who may open them, what their file is called, and that looking posts nothing."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageState
from tests.conftest import ON_SQLITE, Browse, Browser
from tests.factories import NOW, make_message, make_person
from tests.prospectus.test_paper import unpacked

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def looked_at() -> list[str]:
    asked = select(AuditEntry.subject).where(AuditEntry.verb == "looked at")
    return sorted(db.session.scalars(asked))


@ON_SQLITE
def test_all_that_wait_come_out_as_one_file_that_names_nobody_and_still_wait(
    office: Browser,
) -> None:
    nia = make_person("Nia", Role.MANAGER)
    people = [make_person(name, address="9 Larkspur Rise") for name in ("Ada", "Bo")]
    walled = make_person("Cy", address="4 Quay Street", restricted_to_id=nia.id)
    for person in (*people, walled):
        make_message(person, channel=Channel.LETTER, address=person.address)
    assert "All 2 letters as one PDF" in office.get("/office/contacts").text
    answer = office.get("/office/contacts/letters.pdf?size=larger")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == "inline; filename=letters.pdf"
    assert len(re.findall(rb"/Type\s*/Page\b", unpacked(answer.data))) == 2
    assert looked_at() == sorted(f"person:{person.id}" for person in people)
    office.get("/office/contacts/letters.pdf")
    assert len(looked_at()) == 2
    states = select(OutboxMessage.state).where(OutboxMessage.state != MessageState.WAITING)
    assert db.session.scalars(states).all() == []


@ON_SQLITE
def test_one_letter_is_one_file_for_whoever_may_know_the_person(office: Browser) -> None:
    nia = make_person("Nia", Role.MANAGER)
    letter = make_message(make_person("Ada"), channel=Channel.LETTER)
    walled = make_message(make_person("Cy", restricted_to_id=nia.id), channel=Channel.LETTER)
    call = make_message(make_person("Bo"), channel=Channel.CALL)
    answer = office.get(f"/office/contacts/{letter.id}/letter.pdf?size=nonsense%00")
    assert answer.headers["Content-Disposition"] == "inline; filename=letter.pdf"
    assert answer.data.startswith(b"%PDF-1.7")
    for hidden in (walled, call):
        assert office.get(f"/office/contacts/{hidden.id}/letter.pdf").status_code == 404


def test_with_nothing_to_print_there_is_no_file(office: Browser) -> None:
    assert office.get("/office/contacts/letters.pdf").status_code == 404
