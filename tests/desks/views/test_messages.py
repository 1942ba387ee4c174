"""The office sees what was written to whom, and what became of it."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.clock import now
from recovery_college.college.commands import pause_mail
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.messages.rules import MessageKind, MessageState, Trouble
from tests.conftest import Browse, counted
from tests.factories import NOW, make_message, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK)


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


def test_each_message_says_what_became_of_it_and_offers_what_to_do(
    browse: Browse, dee: Person
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    message = make_message(ada, trouble=Trouble.NO_SERVER)
    browser = browse(dee)
    assert "Not sent: no mail server is set up." in browser.get("/office/messages").text
    answer = browser.post(f"/office/messages/{message.id}/again")
    assert answer.headers["Location"] == f"/office/messages/{message.id}"
    assert db.session.get_one(type(message), message.id).trouble is None
    assert browser.post(f"/office/messages/{message.id}/drop").status_code == 302
    assert browser.post(f"/office/messages/{message.id}/again").status_code == 409


def test_the_words_of_a_link_are_never_shown(browse: Browse, dee: Person) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    link = make_message(ada, kind=MessageKind.SIGN_IN, body="https://college/sign-in/link/s3cret")
    notice = make_message(ada, body="Your place is kept.")
    browser = browse(dee)
    pages = [
        browser.get(address).text
        for address in (
            "/office/messages",
            f"/office/messages/{link.id}",
            f"/office/messages/{notice.id}",
        )
    ]
    assert ["s3cret" in page for page in pages] == [False] * 3
    assert ["Your place is kept." in page for page in pages] == [False, False, True]


def test_looking_at_a_message_to_somebody_is_a_look_at_them(browse: Browse, dee: Person) -> None:
    ada = make_person("Ada Osei")
    for person in (ada, None):
        browse(dee).get(f"/office/messages/{make_message(person).id}")
    looks = select(AuditEntry.verb, AuditEntry.subject)
    assert [tuple(row) for row in db.session.execute(looks)] == [("looked at", f"person:{ada.id}")]


def test_a_message_to_who_chose_another_manager_is_not_there(browse: Browse, dee: Person) -> None:
    pat = make_person("Pat Lowe", Role.MANAGER)
    hidden = make_message(make_person("Ada Osei", restricted_to_id=pat.id))
    browser, address = browse(dee), f"/office/messages/{hidden.id}"
    assert "Ada Osei" not in browser.get("/office/messages").text
    absent = f"/office/messages/{hidden.id + 1}"
    for method, more in (("GET", ""), ("POST", "/again"), ("POST", "/drop")):
        send = browser.get if method == "GET" else browser.post
        answer, same = send(address + more), send(absent + more)
        assert (answer.status_code, answer.data) == (404, same.data)
    assert "Ada Osei" in browse(pat).get(address).text


def test_the_list_is_narrowed_by_what_became_of_them(browse: Browse, dee: Person) -> None:
    make_message(make_person("Ada Osei"))
    make_message(make_person("Bo Lind"), state=MessageState.SENT, sent_at=now())
    browser = browse(dee)
    found = {
        state: [name in browser.get(f"/office/messages?state={state}").text for name in NAMES]
        for state in ("", "waiting", "sent", "dropped", "zebra")
    }
    assert found == {
        "": [True, True],
        "waiting": [True, False],
        "sent": [False, True],
        "dropped": [False, False],
        "zebra": [True, True],
    }


NAMES = ("Ada Osei", "Bo Lind")


def test_going_live_counts_first_what_would_go(browse: Browse, olu: Person) -> None:
    pause_mail(olu)
    for email in ("ada@example.org", "ada@example.org", "bo@example.org"):
        make_message(address=email)
    browser = browse(olu)
    assert "See what would go" in browser.get("/office/messages").text
    page = browser.get("/office/messages/live").text
    assert "3 messages would go to 2 addresses at once." in page
    assert the_college().mail_paused
    assert browser.post("/office/messages/live").status_code == 302
    assert not the_college().mail_paused
    assert browser.post("/office/messages/pause").status_code == 302
    assert the_college().mail_paused


def test_the_desk_can_not_let_messages_go_or_wait(browse: Browse, dee: Person) -> None:
    browser = browse(dee)
    assert [
        browser.get("/office/messages/live").status_code,
        browser.post("/office/messages/live").status_code,
        browser.post("/office/messages/pause").status_code,
    ] == [403] * 3


def test_it_asks_as_often_for_one_message_as_for_fifty(browse: Browse, dee: Person) -> None:
    browser, asked = browse(dee), []
    for more in (1, 59):
        for _ in range(more):
            make_message(make_person())
        with counted() as statements:
            page = browser.get("/office/messages").text
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[1] <= 10
    assert "1 to 50 of 60" in page
