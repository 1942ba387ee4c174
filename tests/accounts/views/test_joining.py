"""Joining, page after page; known and unknown addresses are told the same."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import Acceptance, Agreement, ComingAs, Person, SignIn
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
NAME = {"name": "Ada Osei", "called": "Ada", "over_18": "y"}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reach(browser: Browser, **typed: str) -> tuple[int, str]:
    shown = seen(browser.get("/join/reach").text)
    page = browser.post("/join/reach", data=typed | {"discreet": "y", "seen": shown})
    return page.status_code, page.text


def somebody(name: str) -> Person:
    return db.session.scalars(select(Person).filter_by(name=name)).one()


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_the_whole_way_from_a_name_to_being_a_student(browse: Browse) -> None:
    browser = browse()
    assert browser.post("/join", data=NAME).location == "/join/reach"
    assert reach(browser, email="Ada+new@Example.org", contact_by="email")[0] == 302
    helps = {"needs": "A seat near the door", "needs_shared": "y"}
    shown = seen(browser.get("/join/helps").text)
    assert browser.post("/join/helps", data=helps | {"seen": shown}).location == "/join/reasons"
    browser.post("/join/reasons", data={"reasons": ["myself", "staff"]})
    assert "What we ask of you" in browser.get("/join/agreement").text
    done = browser.post("/join/agreement", data={"version": "", "yes": "y"})
    assert done.location == "/join/done"
    assert "Welcome, Ada." in browser.get("/join/done").text
    ada = somebody("Ada Osei")
    assert (ada.email, ada.contact_by, ada.needs, ada.needs_shared, ada.discreet) == (
        "Ada+new@Example.org",
        ContactBy.EMAIL,
        "A seat near the door",
        True,
        True,
    )
    assert ada.joined_at == ada.over_18_at
    reasons = db.session.scalars(select(ComingAs.reason).order_by(ComingAs.reason)).all()
    assert reasons == [Reason.MYSELF, Reason.STAFF]
    assert db.session.scalars(select(Acceptance.person_id)).all() == [ada.id]


def test_each_page_is_kept_and_one_comes_back_to_where_one_was(browse: Browse) -> None:
    browser = browse()
    browser.post("/join", data=NAME)
    assert browser.get("/join").location == "/join/reach"
    assert somebody("Ada Osei").joined_at is None
    reach(browser, phone="01632 960 999")
    assert 'value="01632 960 999"' in browser.get("/join/reach").text


def test_the_link_of_a_free_address_proves_it_for_who_joined(browse: Browse) -> None:
    browser = browse()
    browser.post("/join", data=NAME)
    reach(browser, email="ada@example.org")
    (letter,) = letters()
    found = re.search(r"/sign-in/link/\S+", letter.body)
    assert found
    assert browser.get(found[0]).status_code == 200
    assert browser.post(found[0]).location == "/my"
    ada = somebody("Ada Osei")
    assert db.session.get_one(SignIn, ada.id).address_key == "ada@example.org"


def test_a_known_and_an_unknown_address_are_told_the_same(browse: Browse) -> None:
    owner = make_person("Olu Bankole", email="olu@example.org")
    told = []
    for address in ("olu@example.org", "new@example.org"):
        browser = browse()
        browser.post("/join", data=NAME)
        answered = reach(browser, email=address)
        browser.post("/join/agreement", data={"version": "", "yes": "y"})
        told.append((answered, browser.get("/join/done").text))
    assert told[0] == told[1]
    assert [letter.person_id == owner.id for letter in letters()] == [True, False]
    assert letters()[0].body[:110] == letters()[1].body[:110]


def test_who_joins_with_anothers_address_is_a_student_and_gets_nowhere_near_the_other(
    browse: Browse,
) -> None:
    owner = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    browser = browse()
    browser.post("/join", data=NAME)
    reach(browser, email="olu@example.org")
    assert somebody("Ada Osei").sign_in is None
    assert db.session.get_one(SignIn, owner.id).address_key == "olu@example.org"
    assert browser.get("/office").status_code in (403, 404)


def test_an_address_that_a_link_has_proven_is_ones_own_at_once(browse: Browse) -> None:
    browser = browse()
    browser.post("/sign-in", data={"email": "new@example.org", "how": "link"})
    found = re.search(r"/sign-in/link/\S+", letters()[0].body)
    assert found
    assert browser.post(found[0]).location == "/join"
    browser.post("/join", data=NAME)
    ada = somebody("Ada Osei")
    assert db.session.get_one(SignIn, ada.id).address_key == "new@example.org"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Tell us your name."),
        ({"name": "a" * 300}, "Use 200 characters or fewer."),
        ({"over_18": ""}, "Our courses are for people over 18."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(
    browse: Browse, typed: dict[str, str], says: str
) -> None:
    data = {key: value for key, value in (NAME | typed).items() if value}
    page = browse().post("/join", data=data)
    assert (page.status_code, page.text.count(says)) == (422, 2)
    assert 'value="Ada"' in page.text


def test_many_who_join_from_one_place_are_asked_to_wait(browse: Browse) -> None:
    answers = [browse().post("/join", data=NAME).status_code for _ in range(31)]
    assert answers == [302] * 30 + [422]


def test_a_new_version_is_asked_about_and_an_old_one_is_not_accepted(browse: Browse) -> None:
    browser, manager = browse(), make_person("Olu Bankole", Role.MANAGER)
    browser.post("/join", data=NAME)
    words = {"we_promise": "Tea", "we_ask": "Kindness", "version": ""}
    assert browse(manager).post("/office/agreement", data=words).status_code == 302
    page = browser.post("/join/agreement", data={"version": "", "yes": "y"})
    assert (page.status_code, "Please read it once more." in page.text) == (422, True)
    (version,) = db.session.scalars(select(Agreement)).all()
    done = browser.post("/join/agreement", data={"version": str(version.id), "yes": "y"})
    assert done.location == "/join/done"
    assert "You said yes to it." in browser.get("/join/agreement").text


def test_the_second_who_writes_a_version_is_told_of_the_first(browse: Browse) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    words = {"we_promise": "Tea", "we_ask": "Kindness", "version": ""}
    office.post("/office/agreement", data=words)
    page = office.post("/office/agreement", data=words | {"we_ask": "Patience"})
    assert (page.status_code, "Patience" in page.text) == (422, True)
    assert len(db.session.scalars(select(Agreement)).all()) == 1


def test_joining_leads_back_to_where_one_was_and_never_to_another_site(browse: Browse) -> None:
    for asked, offered in (("/courses/sleep", True), ("//evil.example", False)):
        browser = browse()
        browser.post(f"/join?next={asked}", data=NAME)
        browser.post("/join/agreement", data={"version": "", "yes": "y"})
        assert (f'href="{asked}"' in browser.get("/join/done").text) is offered
