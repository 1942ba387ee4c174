"""What was typed when the visit had ended is neither done nor lost, and only its owner's."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from sqlalchemy import delete
from werkzeug.test import TestResponse

from recovery_college.accounts.models import Person, Visit
from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person, make_visit
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
HERE = {"Origin": "http://localhost"}
NEEDS = 'A ramp,\nand <b>"quiet"</b>'


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sign_out_on_the_server(browser: Browser) -> None:
    """The device does not know of it."""
    with transaction():
        db.session.execute(delete(Visit))


def hidden(page: str) -> dict[str, str]:
    main = page.split("<main")[1]
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: unescape(value) for name, value in fields}


def send(browser: Browser, **typed: str) -> TestResponse:
    shown = seen(browser.get("/my/details/helps").text)
    sign_out_on_the_server(browser)
    sent = {"needs": NEEDS, "needs_shared": "y", "seen": shown} | typed
    return browser.post("/my/details/helps", data=sent, headers=HERE)


def test_after_signing_in_again_one_press_sends_what_was_typed(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    browser = browse(ada)
    page = send(browser)
    assert (page.status_code, page.headers["Cache-Control"]) == (403, "no-store")
    assert "A ramp,\nand &lt;b&gt;" in page.text
    assert "Send it now" not in page.text
    again = browser.post("/sign-in/unsent", data=hidden(page.text), headers=HERE)
    assert "Send it now" not in again.text  # not signed in yet
    browser.sign_in(ada)
    ready = browser.post("/sign-in/unsent", csrf=False, data=hidden(page.text), headers=HERE)
    assert 'action="/my/details/helps"' in ready.text
    sent = browser.post("/my/details/helps", csrf=False, data=hidden(ready.text), headers=HERE)
    assert sent.location == "/my/details"
    kept = db.session.get_one(Person, ada.id)
    assert (kept.needs, kept.needs_shared) == (NEEDS, True)


def test_a_page_with_the_token_of_an_earlier_visit_is_sent_with_one_press(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    old = {"csrf_token": "of an earlier visit", "name": "Ada Lind"}
    page = browser.post("/my/details/names", csrf=False, data=old, headers=HERE)
    assert ("Send it now" in page.text, "Ada Lind" in page.text) == (True, True)


def test_a_public_form_needs_nobody_to_sign_in(browse: Browse) -> None:
    page = browse().post("/join?next=/courses", csrf=False, data={"name": "Ada"}, headers=HERE)
    assert 'action="/join?next=/courses"' in page.text
    assert hidden(page.text)["name"] == "Ada"


def test_no_password_and_no_code_comes_back(browse: Browse) -> None:
    typed = {"password": "seven green boats", "code": "123456", "recovery_code": "abc-def"}
    page = browse().post("/my/security/password", csrf=False, data=typed, headers=HERE)
    assert [word for word in typed.values() if word in page.text] == []
    assert hidden(page.text).keys() == {"sealed"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost.evil.example"},
    ],
)
def test_another_site_puts_no_words_on_our_pages(browse: Browse, headers: dict[str, str]) -> None:
    typed = {"needs": "Phone 0900 123"}
    first = browse().post("/my/details/helps", data=typed, headers=headers)
    assert (first.status_code, first.location) == (302, "/sign-in")
    forged = browse().post("/join", csrf=False, data={"name": "Phone 0900"}, headers=headers)
    assert (forged.status_code, "0900" in forged.text) == (400, False)


@pytest.mark.parametrize("sealed", ["", "x", "W10.aaaaaa.bbbbbbbb", "\x00", "é" * 9])
def test_nothing_is_sent_that_we_have_not_sealed(browse: Browse, sealed: str) -> None:
    page = browse().post("/sign-in/unsent", data={"sealed": sealed}, headers=HERE)
    assert page.status_code == 409


def test_what_is_sealed_can_be_sent_for_a_day(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    browser = browse(make_person("Ada Osei"))
    sealed = hidden(send(browser).text)
    in_may.shift(24 * 60 * 60 + 1)
    assert browser.post("/sign-in/unsent", data=sealed, headers=HERE).status_code == 409


def test_more_than_any_form_takes_is_not_carried_along(browse: Browse) -> None:
    page = browse().post("/my/details/helps", data={"needs": "a" * 200_001}, headers=HERE)
    assert (page.status_code, "aaa" in page.text) == (403, False)


def test_the_office_proves_itself_a_second_time_before_it_sends(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    dee = make_person("Dee Marsh", Role.DESK, email="dee@example.org")
    browser = browse(dee, proven=False)
    monkeypatch.setitem(browser.application.config, "ENVIRONMENT", "production")
    page = browser.post("/office/people/new", data={"name": "Mair Rees"}, headers=HERE)
    assert ('href="/sign-in/second"' in page.text, "Mair Rees" in page.text) == (True, True)


def test_a_button_alone_can_be_pressed_again(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    browser = browse(ada)
    other = make_visit(ada)
    page = browser.post("/my/security/elsewhere", csrf=False, headers=HERE)
    browser.post("/my/security/elsewhere", csrf=False, data=hidden(page.text), headers=HERE)
    assert db.session.get(Visit, other.id) is None
