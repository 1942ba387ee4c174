"""A second step: set up, asked, lost, reset; and the office in production."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Authenticator, Person, RecoveryCode, Visit
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")


def make_ada(*roles: Role) -> Person:
    return make_person("Ada Osei", *roles, email="ada@example.org")


def shown(page: str) -> tuple[str, str]:
    """The secret that is to be typed, and what the form carries."""
    typed = re.search(r"type this into it: <strong>([A-Z2-7 ]+)</strong>", page)
    kept = re.search(r'name="kept" type="hidden" value="([0-9a-f]+)"', page)
    assert typed
    assert kept
    return typed[1].replace(" ", ""), kept[1]


def code(secret: str) -> str:
    return TOTP(secret).at(clock.now())


def set_up(browser: Browser) -> str:
    secret, kept = shown(browser.get("/my/security/authenticator").text)
    made = browser.post("/my/security/authenticator", data={"code": code(secret), "kept": kept})
    assert made.location == "/my/security"
    return secret


def test_an_app_is_set_up_by_its_first_code_and_its_secret_is_nowhere_in_clear(
    browse: Browse,
) -> None:
    browser = browse(make_ada(), proven=False)
    page = browser.get("/my/security/authenticator").text
    assert 'class="c-qr"' in page
    assert " style=" not in page
    secret, kept = shown(page)
    wrong = browser.post("/my/security/authenticator", data={"code": "000000", "kept": kept})
    assert (wrong.status_code, shown(wrong.text)[0]) == (422, secret)
    right = {"code": code(secret), "kept": kept}
    assert browser.post("/my/security/authenticator", data=right).location == "/my/security"
    row = db.session.scalars(select(Authenticator)).one()
    assert secret.encode() not in row.secret
    assert "Authenticator app" in browser.get("/my/security").text


@pytest.mark.parametrize("kept", ["", "00", "zz", "ab" * 60])
def test_a_secret_of_somebody_else_s_making_is_not_taken(browse: Browse, kept: str) -> None:
    browser = browse(make_ada())
    page = browser.post("/my/security/authenticator", data={"code": "123456", "kept": kept})
    assert page.status_code == 422
    assert db.session.scalars(select(Authenticator)).all() == []


def test_from_then_on_a_password_alone_opens_nothing(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    ada = make_ada()
    secret = set_up(browse(ada))
    in_may.shift(60)
    browser = browse(ada, proven=False)
    assert browser.get("/my/details").location == "/sign-in/second?next=%2Fmy%2Fdetails"
    assert "Six digits" in browser.get("/sign-in/second").text
    wrong = browser.post("/sign-in/second", data={"code": "000000"})
    assert (wrong.status_code, "not right" in wrong.text) == (422, True)
    address = "/sign-in/second?next=%2Fmy%2Fdetails"
    assert browser.post(address, data={"code": code(secret)}).location == "/my/details"
    assert browser.get("/my/details").status_code == 200


def test_the_visit_goes_by_another_key_once_it_is_proven(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    ada = make_ada()
    secret = set_up(browse(ada))
    in_may.shift(60)
    browser = browse(ada, proven=False)
    newest = select(Visit.key_digest).order_by(Visit.id.desc()).limit(1)
    before = db.session.scalar(newest)
    browser.post("/sign-in/second", data={"code": code(secret)})
    assert db.session.scalar(newest) != before


def test_a_code_works_once(browse: Browse, in_may: time_machine.Traveller) -> None:
    ada = make_ada()
    secret = set_up(browse(ada))
    in_may.shift(60)
    typed = {"code": code(secret)}
    answers = [
        browse(ada, proven=False).post("/sign-in/second", data=typed).status_code for _ in range(2)
    ]
    assert answers == [302, 422]


def test_wrong_codes_are_counted_and_a_code_on_paper_still_works(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    ada = make_ada()
    mine = browse(ada)
    secret = set_up(mine)
    page = mine.post("/my/security/codes").text
    paper = re.findall(r"<code>([a-z0-9-]+)</code>", page)
    assert len(paper) == 10
    in_may.shift(60)
    browser = browse(ada, proven=False)
    for _ in range(10):
        browser.post("/sign-in/second", data={"code": "000000"})
    blocked = browser.post("/sign-in/second", data={"code": code(secret)})
    assert (blocked.status_code, "too many wrong codes" in blocked.text) == (422, True)
    throttled = select(AuditEntry).where(AuditEntry.verb == "throttled")
    assert len(db.session.scalars(throttled).all()) == 1
    way = "/sign-in/second/paper"
    assert browser.post(way, data={"paper_code": paper[0].upper()}).location == "/my"
    again = browse(ada, proven=False).post(way, data={"paper_code": paper[0]})
    assert again.status_code == 422
    kept = " ".join(db.session.scalars(select(RecoveryCode.digest)))
    assert not any(one in kept for one in paper)


def test_its_owner_is_told_of_every_change(browse: Browse) -> None:
    browser = browse(make_ada())
    set_up(browser)
    browser.post("/my/security/codes")
    browser.post("/my/security/authenticator/remove")
    keys = select(OutboxMessage.key).order_by(OutboxMessage.id)
    assert [key.split(":")[0] for key in db.session.scalars(keys)] == [
        "second_factor_added",
        "paper_codes_made",
        "second_factor_removed",
    ]
    assert db.session.scalars(select(RecoveryCode)).all() == []


@pytest.mark.usefixtures("production")
def test_in_production_the_office_opens_nothing_without_a_second_step(browse: Browse) -> None:
    dee = make_person("Dee", Role.DESK, email="dee@example.org")
    browser = browse(dee, proven=False)
    assert browser.get("/office/people").location == "/sign-in/second?next=%2Foffice%2Fpeople"
    assert browser.get("/sign-in/second").location == "/my/security/authenticator"
    set_up(browser)
    assert browser.get("/office/people").status_code == 200
    refused = browser.post("/my/security/authenticator/remove")
    assert (refused.status_code, "Add another first" in refused.text) == (409, True)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("roles", [(), (Role.TUTOR,)])
def test_in_production_nobody_else_is_asked(browse: Browse, roles: tuple[Role, ...]) -> None:
    browser = browse(make_ada(*roles), proven=False)
    assert browser.get("/my/details").status_code == 200


def test_a_manager_resets_a_colleague_s_and_never_their_own(browse: Browse) -> None:
    olu, dee = make_person("Olu", Role.MANAGER, email="o@example.org"), make_ada(Role.DESK)
    theirs, mine = browse(dee), browse(olu)
    set_up(theirs)
    reset = mine.post(f"/office/people/{dee.id}/reset-second-factor")
    assert reset.location == f"/office/people/{dee.id}"
    assert db.session.scalars(select(Authenticator)).all() == []
    assert theirs.get("/my").location == "/sign-in?next=%2Fmy"
    own = mine.post(f"/office/people/{olu.id}/reset-second-factor")
    assert own.status_code == 409
    assert theirs.post(f"/office/people/{olu.id}/reset-second-factor").status_code in (302, 403)


def test_a_passkey_that_says_nonsense_is_refused_in_words(browse: Browse) -> None:
    browser = browse(make_ada())
    for answer in ("", "{}", "[1]", '{"rawId": "x"}', "{" * 5_000, '{"rawId": 1, "response": []}'):
        page = browser.post("/my/security/passkeys", data={"name": "Phone", "answer": answer})
        assert (page.status_code, "did not work here" in page.text) == (422, True)


def test_after_a_passkey_failed_the_code_still_goes_where_codes_are_read(browse: Browse) -> None:
    ada = make_ada()
    set_up(browse(ada))
    halfway = browse(ada, proven=False)
    page = halfway.post("/sign-in/second/passkey?next=/my/details", data={"answer": ""}).text
    assert 'action="/sign-in/second?next=/my/details"' in page


def test_who_has_nothing_to_prove_is_led_on(browse: Browse) -> None:
    browser = browse(make_ada(), proven=False)
    assert browser.get("/sign-in/second?next=/my/details").location == "/my/details"


@pytest.mark.usefixtures("production")
def test_the_office_changes_to_a_new_phone_without_taking_the_old_one_away(browse: Browse) -> None:
    browser = browse(make_ada(Role.DESK))
    set_up(browser)
    assert browser.post("/my/security/authenticator/remove").status_code == 409
    assert 'href="/my/security/authenticator"' in browser.get("/my/security").text
    assert set_up(browser)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("role", [Role.DESK, Role.MANAGER])
def test_in_production_no_page_of_the_office_opens_without_and_every_one_with(
    app: Flask, browse: Browse, role: Role
) -> None:
    ada = make_ada(role)
    without, proven = browse(ada, proven=False), browse(ada)
    for address in office_pages(app, ada):
        answer = without.get(address)
        assert answer.status_code in (302, 403), address
        assert answer.status_code == 403 or answer.location.startswith("/sign-in/second")
        assert "/sign-in" not in proven.get(address).headers.get("Location", ""), address


def office_pages(app: Flask, person: Person) -> list[str]:
    rules = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and app.view_functions[rule.endpoint].__dict__["open_to"] in ("desk", "manager")
    ]
    filled = {re.sub("<int:[^>]+>", str(person.id), rule) for rule in rules}
    return sorted({re.sub("<[^>]+>", "x", rule) for rule in filled})
