"""The office sees what was written to whom, and what became of it."""

from collections.abc import Iterator
from functools import partial

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
from recovery_college.messages.rules import Channel, MessageKind, MessageState, Method, Trouble
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
    browser, asked, ada = browse(dee), [], make_person()
    for more in (1, 59):
        for _ in range(more):
            make_message(ada)
        for which in ("", f"?person={ada.id}"):
            with counted() as statements:
                page = browser.get(f"/office/messages{which}").text
            asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[2] <= 10
    assert asked[3] <= asked[1] <= 14
    assert "1 to 50 of 60" in page


def test_of_one_person_all_is_listed_and_of_somebody_hidden_nothing(
    browse: Browse, dee: Person
) -> None:
    ada, bo = make_person("Ada Osei"), make_person("Bo Lind", restricted_to_id=dee.id)
    make_message(make_person("Cy Moss"))
    make_message(ada, channel=Channel.LETTER)
    make_message(ada, state=MessageState.SENT, sent_at=now())
    browser, olu = browse(dee), make_person("Olu", Role.MANAGER)
    assert f"/office/messages?person={ada.id}" in browser.get(f"/office/people/{ada.id}").text
    page = browser.get(f"/office/messages?person={ada.id}").text
    assert ["Messages to Ada Osei" in page, "A letter to print" in page] == [True, True]
    assert "Cy Moss" not in page
    sent = browser.get(f"/office/messages?person={ada.id}&state=sent").text
    assert "A letter to print" not in sent
    assert browse(olu).get(f"/office/messages?person={bo.id}").status_code == 404


def test_a_message_goes_by_another_channel_once_without_its_entry_and_the_history_says_so(
    browse: Browse, dee: Person
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org", address="9 Larkspur Rise\nHarbour")
    entry = {"uid": "1@x", "sequence": 1, "first_sequence": 0, "method": Method.REQUEST}
    first = make_message(ada, calendar="BEGIN", body="The dates.", tries=3, heard_at=now(), **entry)
    browser, address = browse(dee), f"/office/messages/{first.id}"
    page = browser.get(address).text
    for said in ("An entry that has changed", "3 times", "They said that they know"):
        assert said in page
    form = browser.get(f"{address}/otherwise").text
    assert "A letter to print, to 9 Larkspur Rise, Harbour" in form
    assert "They have no phone number." in form
    assert "It went there, or is to go there." in form
    send = partial(browser.post, f"{address}/otherwise")
    assert send(data={"channel": "call"}).status_code == 422
    assert send(data={"channel": "letter"}).location == address
    assert send(data={"channel": "letter"}).status_code == 422
    letter = db.session.scalars(select(type(first)).where(type(first).id > first.id)).one()
    assert (letter.channel, letter.body, letter.uid) == (Channel.LETTER, "The dates.", None)
    assert db.session.get_one(type(first), first.id).state is MessageState.DROPPED
    assert f'href="/office/messages/{letter.id}"' in browser.get(address).text
    assert f'href="{address}"' in browser.get(f"/office/messages/{letter.id}").text
    trail = select(AuditEntry.actor_id).where(AuditEntry.verb == "sent another way")
    assert list(db.session.scalars(trail)) == [dee.id]


def test_what_may_not_be_read_here_can_not_be_sent_otherwise(browse: Browse, dee: Person) -> None:
    ada = make_person("Ada Osei", phone="01632 960 001")
    for message in (
        make_message(ada, kind=MessageKind.SIGN_IN),
        make_message(None),
        make_message(make_person(restricted_to_id=ada.id)),
    ):
        browser, address = browse(dee), f"/office/messages/{message.id}/otherwise"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"channel": "call"}).status_code == 404
    farewell = make_message(None, kind=MessageKind.GOODBYE, body="We have forgotten you.")
    page = browse(dee).get(f"/office/messages/{farewell.id}").text
    assert "The words of this message are not shown." in page
    assert "We have forgotten you." not in page
