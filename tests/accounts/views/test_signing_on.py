"""Over to another organisation and back, against a real provider on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask
from joserfc.jwk import RSAKey
from sqlalchemy import select
from werkzeug.test import TestResponse

from recovery_college.accounts.models import Person, SignIn, SignOn
from recovery_college.accounts.rules import Role
from recovery_college.accounts.views.signing_on import ORGANISATION
from recovery_college.app import create_app
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from tests.conftest import Browse, Browser
from tests.factories import make_person
from tests.oidc_provider import CLIENT, SECRET, Provider, provider

START = "/sign-in/with/organisation"


@pytest.fixture
def organisation(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The application as it would be with the three settings."""
    with provider() as there:
        set_up(app, monkeypatch, there.address)
        yield there


def set_up(app: Flask, monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    names = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    settings = zip(names, (issuer, CLIENT, SECRET), strict=True)
    with_it = create_app({f"COLLEGE_{name}": value for name, value in settings})
    monkeypatch.setitem(app.config, "OIDC_ISSUER", issuer)
    monkeypatch.setitem(app.config, "OIDC_CLIENT_ID", CLIENT)
    monkeypatch.setitem(app.extensions, ORGANISATION, with_it.extensions[ORGANISATION])


def there_and_back(browser: Browser, next: str = "") -> TestResponse:
    away = browser.get(START, query_string={"next": next} if next else {})
    assert away.status_code == 302
    back = requests.get(away.location, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://127.0.0.1:8000/sign-in/with/organisation/back?")
    return browser.get(back.removeprefix("http://127.0.0.1:8000"))


def make_ada(*roles: Role) -> Person:
    return make_person("Ada Osei", *roles, email="ada@example.org")


def test_without_the_settings_there_is_no_such_way(browse: Browse) -> None:
    assert [browse().get(a).status_code for a in (START, f"{START}/back")] == [404, 404]
    assert "your organisation" not in browse().get("/sign-in").text


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
    link = db.session.scalars(select(SignOn)).one()
    assert (link.subject, link.person_id) == ("ada", ada.id)
    verbs = select(AuditEntry.verb).order_by(AuditEntry.id)
    assert list(db.session.scalars(verbs)) == ["linked", "signed in", "signed in"]


@pytest.mark.usefixtures("organisation")
def test_somebody_new_joins_with_the_address_proven(browse: Browse) -> None:
    browser = browse()
    assert there_and_back(browser).location == "/join"
    browser.post("/join", data={"name": "Ada Osei", "over_18": "y"})
    assert db.session.scalars(select(SignIn.address_key)).all() == ["ada@example.org"]


def test_an_address_that_nobody_verified_opens_nothing(
    browse: Browse, organisation: Provider
) -> None:
    make_ada()
    organisation.claims["email_verified"] = False
    page = there_and_back(browse())
    assert (page.status_code, "did not sign you in" in page.text) == (409, True)
    assert db.session.scalars(select(SignOn)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"back": {"state": "another"}},
        {"id": {"nonce": "another"}},
        {"id": {"aud": "another"}},
        {"id": {"aud": "another", "azp": CLIENT}},
        {"id": {"iss": "https://another.example"}},
        {"id": {"exp": 1}},
        {"key": RSAKey.generate_key(2048, {"kid": "1"})},
        {"back": {"error": "access_denied", "error_description": "Ada Osei was naughty"}},
    ],
    ids=[
        "state",
        "nonce",
        "audience",
        "audience and our azp",
        "issuer",
        "expired",
        "signature",
        "denied",
    ],
)
def test_what_is_not_as_it_must_be_opens_nothing_and_repeats_none_of_its_words(
    browse: Browse, organisation: Provider, wrong: dict[str, Any]
) -> None:
    make_ada()
    organisation.wrong = wrong
    browser = browse()
    page = there_and_back(browser)
    assert (page.status_code, "did not sign you in" in page.text) == (409, True)
    assert "naughty" not in page.text
    assert browser.get("/my").status_code == 302


def test_an_issuer_that_discovery_makes_up_is_not_believed(
    app: Flask, browse: Browse, organisation: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ada()
    set_up(app, monkeypatch, organisation.address.replace("127.0.0.1", "localhost"))
    assert there_and_back(browse()).status_code == 409


def test_the_code_is_worth_nothing_without_its_verifier(
    browse: Browse, organisation: Provider
) -> None:
    make_ada()
    browser = browse()
    away = browser.get(START).location
    assert "code_challenge_method=S256" in away
    assert there_and_back(browser).status_code == 302
    assert organisation.faults == []


def test_an_organisation_that_is_away_is_one_sentence(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(app, monkeypatch, "http://127.0.0.1:9")
    page = browse().get(START)
    assert (page.status_code, "did not sign you in" in page.text) == (409, True)
