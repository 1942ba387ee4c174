"""The agreement is shown, said yes to, written anew; no version is lost."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.agreement import WE_ASK, WE_PROMISE
from recovery_college.accounts.models import Acceptance, Agreement
from recovery_college.accounts.rules import Role
from recovery_college.database import db
from tests.conftest import Browse, counted
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
NAME = {"name": "Ada Osei", "called": "Ada", "over_18": "y"}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


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
    assert "You said yes to it on 3 May 2027." in browser.get("/join/agreement").text


def test_the_words_that_ship_are_one_version_however_many_say_yes_at_once(browse: Browse) -> None:
    for _ in range(2):
        browser = browse()
        browser.post("/join", data=NAME)
        done = browser.post("/join/agreement", data={"version": "", "yes": "y"})
        assert done.location == "/join/done"
    assert len(db.session.scalars(select(Agreement)).all()) == 1
    assert len(db.session.scalars(select(Acceptance)).all()) == 2


def test_whoever_has_not_said_yes_is_asked_at_their_next_visit_and_never_shut_out(
    browse: Browse,
) -> None:
    ada, manager = make_person("Ada Osei"), browse(make_person("Olu Bankole", Role.MANAGER))
    browser, asked = browse(ada), "You have not said yes to it as it stands now."
    assert asked in browser.get("/my").text
    assert browser.post("/join/agreement", data={"version": "", "yes": "y"}).location == "/my"
    assert asked not in browser.get("/my").text
    words = {"we_promise": "- Tea", "we_ask": "- Kindness", "version": "1"}
    newest = db.session.scalars(select(Agreement.id)).one()
    manager.post("/office/agreement", data=words | {"version": str(newest)})
    assert asked in browser.get("/my").text
    assert browser.get("/my/details").status_code == 200
    office = manager.get("/office/agreement").text
    assert ("1 person said yes" in office, "0 people said yes" in office) == (True, True)
    assert "You are an equal here" in manager.get(f"/office/agreement/{newest}").text
    assert manager.get("/office/agreement/999999").status_code == 404
    kept = db.session.scalars(select(Acceptance)).all()
    assert [(each.person_id, each.agreement_id) for each in kept] == [(ada.id, newest)]


def test_a_version_with_the_same_words_asks_nobody_again(browse: Browse) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    words = {"we_promise": WE_PROMISE, "we_ask": WE_ASK, "version": ""}
    assert office.post("/office/agreement", data=words).status_code == 422
    assert db.session.scalars(select(Agreement)).all() == []


def test_the_second_who_writes_a_version_is_told_of_the_first(browse: Browse) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    words = {"we_promise": "Tea", "we_ask": "Kindness", "version": ""}
    office.post("/office/agreement", data=words)
    page = office.post("/office/agreement", data=words | {"we_ask": "Patience"})
    assert (page.status_code, "Patience" in page.text) == (422, True)
    assert len(db.session.scalars(select(Agreement)).all()) == 1


@pytest.mark.parametrize("typed", ["0", "-1", "x", "\u00b2", "9" * 30, "\x00"])
def test_a_version_that_was_never_shown_is_none(browse: Browse, typed: str) -> None:
    page = browse(make_person()).post("/join/agreement", data={"version": typed, "yes": "y"})
    assert page.status_code in (302, 422)
    assert len(db.session.scalars(select(Agreement)).all()) <= 1


def test_nobody_agrees_without_the_tick(browse: Browse) -> None:
    page = browse(make_person()).post("/join/agreement", data={"version": ""})
    assert (page.status_code, page.text.count("Tick the box if you agree.")) == (422, 2)
    assert db.session.scalars(select(Acceptance)).all() == []


def test_what_is_written_is_shown_as_text_and_never_as_markup(browse: Browse) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    words = {"we_promise": "- <script>alert(1)</script>", "we_ask": "- Be kind", "version": ""}
    office.post("/office/agreement", data=words)
    assert "<script" not in browse(make_person()).get("/join/agreement").text


@pytest.mark.parametrize(
    "address", ["/my", "/my/details", "/join/agreement", "/my/details/equality"]
)
def test_ones_own_pages_ask_the_database_a_few_times(browse: Browse, address: str) -> None:
    browser = browse(make_person("Ada Osei", email="ada@example.org"))
    with counted() as statements:
        assert browser.get(address).status_code == 200
    assert len([each for each in statements if "SAVEPOINT" not in each]) <= 10
