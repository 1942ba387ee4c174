"""Over to another organisation and back, against a real provider on this machine."""

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from recovery_college.accounts.models import Person, SignIn, SignOn
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person
from tests.oidc_provider import Provider, key_called, set_up, signed_on_there

START = "/sign-in/with/organisation"
CONNECT = "/my/security/organisation"
ADA = "ada@example.org"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def go(browser: Browser, next: str = "", *, start: str = START) -> str:
    """There; gives the address at which they come back."""
    away = browser.get(start, query_string={"next": next} if next else {})
    assert away.status_code == 302
    return signed_on_there(away.location)


def there_and_back(browser: Browser, next: str = "", *, start: str = START) -> TestResponse:
    return browser.get(go(browser, next, start=start))


def make_ada(*roles: Role) -> Person:
    return make_person("Ada Osei", *roles, email=ADA)


def unproven(name: str, **fields: Any) -> Person:
    """Somebody with Ada's address, which nobody has proven."""
    person = make_person(name, **fields)
    with transaction():
        person.email = ADA
    return person


def kept_by(browser: Browser) -> dict[str, str]:
    """Its cookies."""
    return {name: cookie.value for (_, _, name), cookie in (browser._cookies or {}).items()}


def pending(browser: Browser) -> list[str]:
    return sorted(name for name in kept_by(browser) if name.startswith("college-on-"))


def links() -> list[tuple[str, int]]:
    found = db.session.execute(select(SignOn.subject, SignOn.person_id).order_by(SignOn.subject))
    return [(row.subject, row.person_id) for row in found]


def test_without_the_settings_there_is_no_such_way(browse: Browse) -> None:
    ada = make_ada()
    assert [browse().get(a).status_code for a in (START, f"{START}/back")] == [404, 404]
    assert browse(ada).get(CONNECT).status_code == 404
    assert "our organisation" not in browse().get("/sign-in").text
    assert "our organisation" not in browse(ada).get("/my/security").text


@pytest.mark.usefixtures("organisation")
def test_somebody_known_by_a_verified_address_is_linked_once_and_then_known(
    browse: Browse,
) -> None:
    ada = make_ada()
    assert "Sign in with your organisation" in browse().get("/sign-in").text
    for _ in range(2):
        browser = browse()
        assert there_and_back(browser, "/my/details").location == "/my/details"
        assert "Ada Osei" in browser.get("/my/details").text
    assert links() == [("ada", ada.id)]
    verbs = select(AuditEntry.verb).order_by(AuditEntry.id)
    assert list(db.session.scalars(verbs)) == ["linked", "signed in", "signed in"]


@pytest.mark.usefixtures("organisation")
def test_somebody_new_joins_with_the_address_proven(browse: Browse) -> None:
    browser = browse()
    assert there_and_back(browser, "/courses").location == "/join?next=%2Fcourses"
    browser.post("/join", data={"name": "Ada Osei", "over_18": "y"})
    assert db.session.scalars(select(SignIn.address_key)).all() == [ADA]


@pytest.mark.usefixtures("organisation")
def test_whom_the_office_wrote_down_with_the_address_is_them_at_once(browse: Browse) -> None:
    ada = unproven("Dr Ada Osei")
    browser = browse()
    assert there_and_back(browser).location == "/my"
    assert "Dr Ada Osei" in browser.get("/my/details").text
    assert db.session.get_one(SignIn, ada.id).address_key == ADA
    assert links() == [("ada", ada.id)]


@pytest.mark.usefixtures("organisation")
def test_a_record_that_somebody_made_by_joining_is_theirs_only_by_its_name(
    browse: Browse,
) -> None:
    typed = {"name": "Ada Osei", "over_18": "y"}
    stranger = browse()
    stranger.post("/join", data=typed | {"called": "Mallory"})
    half_made = db.session.scalars(select(Person)).one()
    with transaction():
        half_made.email = ADA
    nobody = browse()
    page = there_and_back(nobody)
    assert page.location == "/join"
    assert "Mallory" not in nobody.get("/join").text
    assert nobody.post("/join", data=typed).location == "/join/reach"
    assert "Mallory" in nobody.get("/join/name").text
    assert stranger.get("/join/name").status_code == 302  # who had not proven it is out


@pytest.mark.usefixtures("organisation")
def test_under_another_name_somebody_gets_a_record_of_their_own(browse: Browse) -> None:
    other = unproven("Adam Osei", over_18_at=None)
    with transaction():
        other.over_18_at = other.made_at
    browser = browse()
    there_and_back(browser)
    browser.post("/join", data={"name": "Ada Osei", "over_18": "y"})
    assert "Adam" not in browser.get("/my/details").text
    (mine,) = db.session.scalars(select(SignIn.person_id)).all()
    assert mine != other.id


def test_an_address_that_nobody_verified_opens_nothing_and_says_what_to_do(
    browse: Browse, organisation: Provider
) -> None:
    make_ada()
    del organisation.claims["email_verified"]
    page = there_and_back(browse())
    assert (page.status_code, "connect your organisation there" in page.text) == (409, True)
    assert 'href="/sign-in"' in page.text
    assert links() == []


def test_who_is_signed_in_connects_it_and_then_comes_in_without_a_verified_address(
    browse: Browse, organisation: Provider
) -> None:
    ada = make_ada()
    organisation.claims = {"sub": "a.osei", "email": "a.osei@trust.example"}
    browser = browse(ada)
    assert f'href="{CONNECT}"' in browser.get("/my/security").text
    assert there_and_back(browser, start=CONNECT).location == "/my/security/connect"
    assert "a.osei@trust.example" in browser.get("/my/security/connect").text
    assert links() == []
    assert browser.post("/my/security/connect").location == "/my/security"
    assert links() == [("a.osei", ada.id)]
    assert browser.get("/my/security/connect").location == "/my/security"
    assert there_and_back(browse()).location == "/my"
    browser.post("/my/security/disconnect")
    assert links() == []
    assert there_and_back(browse()).status_code == 409


def test_what_one_may_connect_is_anothers_for_nobody(
    browse: Browse, organisation: Provider
) -> None:
    make_ada()
    bo = make_person("Bo Lind", email="bo@example.org")
    there_and_back(browse())
    theirs = browse(bo)
    there_and_back(theirs, start=CONNECT)
    refused = theirs.post("/my/security/connect")
    assert (refused.status_code, "another record here already" in refused.text) == (422, True)
    organisation.claims = {"sub": "new"}
    back = go(theirs, start=CONNECT)
    theirs.sign_in(bo)  # another visit in the same browser
    lost = theirs.get(back)
    assert (lost.status_code, "not signed in" in lost.text) == (409, False)
    there_and_back(theirs, start=CONNECT)
    theirs.sign_in(bo)
    assert theirs.post("/my/security/connect").location == "/my/security"
    assert [subject for subject, _ in links()] == ["ada"]


@pytest.mark.usefixtures("organisation")
def test_who_has_proven_no_address_connects_nothing(browse: Browse) -> None:
    browser = browse(make_person("Bo Lind"))
    there_and_back(browser, start=CONNECT)
    assert browser.post("/my/security/connect").status_code == 422
    assert links() == []


WRONG = [
    ({"back": {"state": "another"}}, "begun too long ago"),
    ({"back": {"error": "access_denied", "error_description": "was naughty"}}, "You stopped at"),
    ({"back": {"error": "server_error"}}, "does not answer just now"),
    ({"status": 503}, "does not answer just now"),
    ({"back": {"code": "another"}}, "did not sign you in"),
    ({"id": {"nonce": "another"}}, "did not sign you in"),
    ({"id": {"exp": 1}}, "did not sign you in"),
    ({"key": key_called("1", "another")}, "did not sign you in"),
]
NAMES = ["state", "denied", "broken", "away", "code", "nonce", "expired", "signature"]


@pytest.mark.parametrize(("wrong", "says"), WRONG, ids=NAMES)
def test_what_is_not_as_it_must_be_opens_nothing_and_repeats_none_of_its_words(
    browse: Browse, organisation: Provider, wrong: dict[str, Any], says: str
) -> None:
    make_ada()
    organisation.wrong = wrong
    browser = browse()
    page = there_and_back(browser)
    assert (page.status_code, says in html.unescape(page.text)) == (409, True)
    assert "naughty" not in page.text
    assert browser.get("/my").status_code == 302


def test_an_organisation_that_is_away_is_one_sentence(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(app, monkeypatch, "http://127.0.0.1:9")
    page = browse().get(START)
    assert (page.status_code, "does not answer just now" in page.text) == (409, True)


@pytest.mark.usefixtures("organisation")
def test_two_windows_come_back_each_to_where_it_was_going(browse: Browse) -> None:
    make_ada()
    browser = browse()
    first, second = go(browser, "/my/details"), go(browser, "/my/security")
    assert browser.get(first).location == "/my/details"
    assert browser.get(second).location == "/my/security"
    assert browser.get("/my/security").status_code == 200


@pytest.mark.usefixtures("organisation")
def test_an_address_to_come_back_at_works_once(browse: Browse) -> None:
    make_ada()
    browser, other = browse(), browse()
    back = go(browser)
    assert other.get(back).status_code == 409  # it was begun in another browser
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 409


@pytest.mark.usefixtures("organisation")
def test_what_the_browser_keeps_meanwhile_is_little_and_goes(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    make_ada()
    browser = browse()
    backs = []
    for _ in range(9):
        backs.append(go(browser, f"/{'a' * 2000}"))
        in_may.shift(timedelta(seconds=1))
    assert len(pending(browser)) == 4
    assert len("".join(kept_by(browser).values())) < 4_000
    assert [browser.get(back).status_code for back in backs] == [409] * 5 + [302] * 4
    assert pending(browser) == []
    with browser.session_transaction() as kept:
        assert set(kept) <= {"_user_id", "_fresh", "_permanent", "csrf_token"}


def test_a_cookie_for_the_way_is_as_safe_as_the_visits(
    app: Flask, browse: Browse, organisation: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    monkeypatch.setitem(app.config, "SESSION_COOKIE_NAME", "__Host-college")
    given = browse().get(START).headers["Set-Cookie"]
    assert given.startswith("__Host-college-on-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"} < set(given.split("; "))
    assert organisation.address not in given


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_way_on_never_leads_to_another_site(browse: Browse, elsewhere: str) -> None:
    make_ada()
    assert there_and_back(browse(), elsewhere).location == "/my"
