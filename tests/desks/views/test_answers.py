"""The office reads what came in, does something about it, and says that it has seen it."""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.calendars.models import IncomingMail
from recovery_college.calendars.rules import MailKind, MailState
from recovery_college.database import db, transaction
from recovery_college.scheduling.rules import DeliveryState
from tests.conftest import ON_SQLITE, Browse, counted
from tests.enrolment.commands.test_replying import make_asked
from tests.factories import NOW, make_course, make_message, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


def make_mail(kind: MailKind, **fields: Any) -> IncomingMail:
    mail = IncomingMail(came_at=clock.now(), kind=kind, state=MailState.FOR_THE_OFFICE)
    for field, value in {"digest": token_hex(8), **fields}.items():
        setattr(mail, field, value)
    with transaction():
        db.session.add(mail)
    return mail


def test_who_says_what_about_which_session_and_what_to_do(browse: Browse, dee: Person) -> None:
    asked = make_asked(DeliveryState.ACCEPTED, course=make_course("Sleeping well"))
    entry, message = asked.entry, make_message(asked.entry.person)
    of_them = {"entry_id": entry.id, "person_id": entry.person_id}
    make_mail(MailKind.DECLINED, **of_them)
    make_mail(MailKind.ACCEPTED, **of_them)
    make_mail(MailKind.TENTATIVE, sender="bo@example.org", **of_them)
    make_mail(MailKind.ACCEPTED, person_id=entry.person_id)
    make_mail(MailKind.CAME_BACK, message_id=message.id, person_id=entry.person_id)
    stranger = make_mail(MailKind.UNKNOWN, sender="jo@x.example", subject="<b>Tea</b>")
    browser = browse(dee)
    page = browser.get("/office/messages/answers").text
    for words in (
        "Tia Bell: Sleeping well, Monday 7 June 2027, 10am",
        "They had said yes, and stand there still.",
        "It could not be taken as it is.",
        "It came from another address, bo@example.org, so nothing was changed.",
        "We know no session that this is about.",
        f"/office/messages/{message.id}",
        f"/office/sessions/{entry.session_id}",
        "jo@x.example: &lt;b&gt;Tea",
    ):
        assert words in page
    assert "6 answers to look at" in browser.get("/office/messages").text
    assert "It came back" in browser.get(f"/office/messages/{message.id}").text
    today = browser.get("/office").text
    assert "Answers that came in" in today
    assert "answers to look at" in today
    assert browser.post(f"/office/messages/answers/{stranger.id}/seen").status_code == 302
    page = browser.get("/office/messages/answers").text
    assert page.count(">Seen<") == 5
    assert page.index("jo@x.example") > page.index("They had said yes")


def test_of_somebody_who_chose_another_manager_nothing_is_shown(
    browse: Browse, dee: Person
) -> None:
    olu = make_person("Olu", Role.MANAGER, email="olu@example.org")
    ada = make_person("Ada Osei", restricted_to_id=olu.id)
    mail = make_mail(MailKind.DECLINED, person_id=ada.id)
    browser = browse(dee)
    for address in ("/office/messages/answers", "/office/messages", "/office"):
        answer = browser.get(address).text
        assert "Ada" not in answer
        assert "to look at" not in answer
    assert browser.post(f"/office/messages/answers/{mail.id}/seen").status_code == 404
    assert "Ada Osei" in browse(olu).get("/office/messages/answers").text


@ON_SQLITE
def test_thirty_ask_no_more_than_one(browse: Browse, dee: Person) -> None:
    browser, often = browse(dee), []
    browser.get("/office/messages/answers")
    for number in (1, 29):
        for _ in range(number):
            asked = make_asked(DeliveryState.ACCEPTED)
            entry = asked.entry
            make_mail(MailKind.DECLINED, entry_id=entry.id, person_id=entry.person_id)
        with counted() as statements:
            for address in ("/office/messages/answers", "/office"):
                browser.get(address)
        often.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert often[0] == often[1]
