"""A second step: set up, asked, lost, reset; and the office in production."""

import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Authenticator, Passkey, Person, RecoveryCode, Visit
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse, Browser
from tests.factories import NOW, make_person
from tests.markup import seen

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


def set_up(browser: Browser, query: str = "") -> str:
    address = f"/my/security/authenticator{query}"
    secret, kept = shown(browser.get(address).text)
    made = browser.post(address, data={"code": code(secret), "kept": kept})
    assert made.location == f"/my/security{query}"
    return secret


def paper_on(page: str) -> list[str]:
    return re.findall(r"<code>([a-z0-9-]+)</code>", page)


def make_passkey(person: Person, name: str = "My phone") -> Passkey:
    key = Passkey(
        person_id=person.id,
        credential_id=f"{person.id}:{name}".encode(),
        public_key=b"",
        sign_count=0,
        name=name,
        made_at=clock.now(),
    )
    with transaction():
        db.session.add(key)
    return key


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
    mine.post("/my/security/codes")
    paper = paper_on(mine.get("/my/security/codes").text)
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
    assert browser.get(browser.get("/office/people").location).location == (
        "/my/security/authenticator?next=%2Foffice%2Fpeople"
    )
    way = "?next=%2Foffice%2Fpeople"
    set_up(browser, way)
    page = browser.get(f"/my/security{way}").text
    assert 'href="/office/people">Go on to where you were' in page
    assert 'action="/my/security/codes?next=/office/people"' in page
    made = browser.post("/my/security/codes?next=/office/people")
    assert made.location == f"/my/security/codes{way}"
    assert 'href="/office/people">I have kept them' in browser.get(made.location).text
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
        page = browser.post("/my/security/passkeys", data={"answer": answer})
        assert (page.status_code, "did not work here" in page.text) == (422, True)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("NotAllowedError", "You stopped, or your device waited too long."),
        ("InvalidStateError", "You have added this passkey already."),
        ("TypeError", "use passkeys here"),
        ("<b>Ada</b>", "That passkey did not work here."),
    ],
)
def test_what_the_device_says_went_wrong_is_said_in_words(
    browse: Browse, fault: str, says: str
) -> None:
    answer = json.dumps({"fault": fault})
    page = browse(make_ada()).post("/my/security/passkeys", data={"answer": answer})
    assert (page.status_code, says in page.text, "<b>" in page.text) == (422, True, False)


def test_a_passkey_gets_another_name_from_its_owner_alone(browse: Browse) -> None:
    ada, bo = make_ada(), make_person("Bo Lind")
    address = f"/my/security/passkeys/{make_passkey(ada).id}"
    mine = browse(ada)
    assert f'href="{address}"' in mine.get("/my/security").text
    page = mine.get(address).text
    assert 'value="My phone"' in page
    for wrong in ("", "a" * 61):
        refused = mine.post(address, data={"name": wrong, "seen": seen(page)})
        assert refused.status_code == 422
    typed = {"name": "Old <phone>", "seen": seen(page)}
    assert (
        mine.post(f"{address}?next=/office", data=typed).location == "/my/security?next=%2Foffice"
    )
    assert "Old &lt;phone&gt;" in mine.get("/my/security").text
    theirs = browse(bo)
    nobodys = "/my/security/passkeys/999999999"
    answers = [theirs.get(each) for each in (address, nobodys)]
    answers += [theirs.post(each, data=typed) for each in (address, nobodys)]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert (answers[0].data, answers[2].data) == (answers[1].data, answers[3].data)


def test_recovery_codes_are_shown_once_and_asking_again_makes_none(browse: Browse) -> None:
    ada = make_ada()
    browser = browse(ada)
    set_up(browser)
    made = browser.post("/my/security/codes")
    assert (made.status_code, paper_on(made.text)) == (302, [])
    kept = list(db.session.scalars(select(RecoveryCode.digest)))
    first = browser.get(made.location)
    assert (len(paper_on(first.text)), first.headers["Cache-Control"]) == (10, "no-store")
    again = browser.get(made.location)
    assert again.location == "/my/security"
    assert "Recovery codes are shown once." in browser.get("/my/security").text
    assert list(db.session.scalars(select(RecoveryCode.digest))) == kept
    with browser.session_transaction() as left:
        assert "codes" not in left


def test_recovery_codes_wait_for_nobody_else_and_can_t_be_read_on_the_way(browse: Browse) -> None:
    browser, bo = browse(make_ada()), make_person("Bo Lind")
    set_up(browser)
    browser.post("/my/security/codes")
    with browser.session_transaction() as left:
        sealed = left["codes"]
    other = browse(bo)
    with other.session_transaction() as theirs:
        theirs["codes"] = sealed
    assert other.get("/my/security/codes").location == "/my/security"
    paper = paper_on(browser.get("/my/security/codes").text)
    assert [code for code in paper if code in sealed or code.encode().hex() in sealed] == []


def test_who_has_proven_no_address_leaves_no_second_step_behind_for_its_owner(
    browse: Browse,
) -> None:
    browser = browse(make_person("Mallory"))
    assert "/my/security/authenticator" not in browser.get("/my/security").text
    secret, kept = shown(browser.get("/my/security/authenticator").text)
    typed = {"code": code(secret), "kept": kept}
    refused = browser.post("/my/security/authenticator", data=typed)
    assert (refused.status_code, "First prove your e-mail address" in refused.text) == (422, True)
    assert db.session.scalars(select(Authenticator)).all() == []


def test_the_way_on_is_never_another_site(browse: Browse) -> None:
    browser = browse(make_ada())
    assert browser.get("/sign-in/second?next=//evil.example").location == "/my"
    page = browser.get("/my/security?next=//evil.example").text
    assert ("evil" in page, "where you were" in page) == (False, False)


def test_after_a_passkey_failed_the_code_still_goes_where_codes_are_read(browse: Browse) -> None:
    ada = make_ada()
    set_up(browse(ada))
    halfway = browse(ada, proven=False)
    page = halfway.post("/sign-in/second/passkey?next=/my/details", data={"answer": ""}).text
    assert 'action="/sign-in/second?next=/my/details"' in page


def test_where_there_is_nothing_to_list_no_list_stands(browse: Browse) -> None:
    browser = browse(make_ada())
    before = browser.get("/my/security").text
    set_up(browser)
    for page in (before, browser.get("/my/security").text):
        assert re.search(r"<ul[^>]*>\s*</ul>", page) is None


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
