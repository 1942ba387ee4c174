"""The way in, as a browser sees it."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import passwords
from recovery_college.accounts.models import OneTimeLink, Person, Visit
from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
GOOD = "seven green boats"


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def make_ada(*roles: Role) -> Person:
    ada = make_person("Ada Osei", *roles, email="ada@example.org")
    with transaction():
        assert ada.sign_in
        ada.sign_in.password_hash = passwords.hashed(GOOD)
    return ada


def key_of_last_link() -> str:
    letter = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert letter
    found = re.search(r"/sign-in/link/(\S+)", letter.body)
    assert found
    return found[1]


def test_a_password_leads_on_to_where_one_was_going(browse: Browse) -> None:
    make_ada()
    browser = browse()
    assert browser.get("/my/details").location == "/sign-in?next=%2Fmy%2Fdetails"
    typed = {"email": "ada@example.org", "password": GOOD, "how": "password"}
    came = browser.post("/sign-in?next=%2Fmy%2Fdetails", data=typed)
    assert came.location == "/my/details"
    assert "Ada Osei" in browser.get("/my/details").text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//e",
        "/a\r\nSet-Cookie: b=c",
        "http:/e",
        " /my",
    ],
)
def test_the_way_on_never_leads_to_another_site(browse: Browse, elsewhere: str) -> None:
    make_ada()
    typed = {"email": "ada@example.org", "password": GOOD, "how": "password"}
    came = browse().post("/sign-in", query_string={"next": elsewhere}, data=typed)
    assert came.location == "/my"


def test_a_cookie_is_for_this_site_and_no_script_and_new_at_every_sign_in(browse: Browse) -> None:
    make_ada()
    typed = {"email": "ada@example.org", "password": GOOD, "how": "password"}
    browser = browse()
    cookies, visits = [], set()
    for _ in range(2):
        came = browser.post("/sign-in", data=typed)
        cookies.append(came.headers["Set-Cookie"])
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookies[-1].split("; "))
        assert "Expires" not in cookies[-1]
        visits.add(db.session.scalars(select(Visit.key_digest)).one())  # the earlier one has ended
    assert (cookies[0] != cookies[1], len(visits)) == (True, 2)


def test_ones_own_device_keeps_the_cookie_for_thirty_days(browse: Browse) -> None:
    make_ada()
    typed = {"email": "ada@example.org", "password": GOOD, "how": "password", "own_device": "y"}
    assert "Expires=Wed, 02 Jun 2027" in browse().post("/sign-in", data=typed).headers["Set-Cookie"]


def test_a_known_and_an_unknown_address_are_answered_with_the_same_page(browse: Browse) -> None:
    make_ada()
    answers = []
    for email in ("ada@example.org", "bob@example.org"):
        asked = browse().post("/sign-in", data={"email": email, "how": "link"})
        sent = browse().get(asked.location)
        typed = {"email": email, "password": "a wrong guess", "how": "password"}
        wrong = browse().post("/sign-in", data=typed)
        answers.append(
            (
                asked.status_code,
                asked.location,
                sent.data,
                wrong.status_code,
                wrong.text.replace(email, ""),
            )
        )
    assert answers[0] == answers[1]


def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(browse: Browse) -> None:
    make_ada()
    browse().post("/sign-in", data={"email": "ada@example.org", "how": "link"})
    address = f"/sign-in/link/{key_of_last_link()}"
    for _ in range(3):
        assert browse().get(address).status_code == 200
        assert browse().open(address, method="HEAD").status_code == 200
    assert db.session.scalars(select(OneTimeLink.used_at)).all() == [None]
    assert browse().post(address).location == "/my"


def test_another_device_is_warned_and_may_still_go_on(browse: Browse) -> None:
    make_ada()
    here = browse()
    here.post("/sign-in", data={"email": "ada@example.org", "how": "link"})
    address = f"/sign-in/link/{key_of_last_link()}"
    assert "another device" not in here.get(address).text
    assert "another device" in browse().get(address).text


def test_a_wrong_a_used_and_an_old_link_say_the_same(
    browse: Browse, in_may: time_machine.Traveller
) -> None:
    make_ada()
    browse().post("/sign-in", data={"email": "ada@example.org", "how": "link"})
    used = f"/sign-in/link/{key_of_last_link()}"
    browse().post(used)
    browse().post("/sign-in", data={"email": "ada@example.org", "how": "link"})
    old = f"/sign-in/link/{key_of_last_link()}"
    in_may.shift(900)
    answers = [browse().get(each) for each in (used, old, "/sign-in/link/x", "/sign-in/link/²")]
    assert {answer.status_code for answer in answers} == {409}
    assert len({answer.data for answer in answers}) == 1
    assert browse().post(old).status_code == 409


def test_a_link_leads_to_our_own_address_whatever_the_host_header_says(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ada()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)  # its cookie is another host's
    typed = {"email": "ada@example.org", "how": "link"}
    browse().post("/sign-in", data=typed, headers={"Host": "evil.example"})
    letter = db.session.scalars(select(OutboxMessage)).one()
    assert "http://127.0.0.1:8000/sign-in/link/" in letter.body
    assert "evil" not in letter.body


def test_without_its_token_no_form_is_taken(browse: Browse) -> None:
    make_ada()
    typed = {"email": "ada@example.org", "password": GOOD, "how": "password"}
    assert browse().post("/sign-in", csrf=False, data=typed).status_code == 400
    assert db.session.scalars(select(Visit)).all() == []


def test_the_password_is_on_no_page(browse: Browse) -> None:
    typed = {"email": "ada@example.org", "password": "a wrong guess", "how": "password"}
    pages = [
        browse().post("/sign-in", data=typed),
        browse().post("/sign-in", csrf=False, data=typed),
        browse().post("/sign-in", csrf=False, data=typed, headers={"Origin": "http://localhost"}),
    ]
    assert [("a wrong guess" in page.text) for page in pages] == [False, False, False]


def test_signing_out_ends_the_visit_and_clears_the_device(browse: Browse) -> None:
    browser = browse(make_ada())
    assert browser.get("/my").status_code == 200
    gone = browser.post("/sign-out")
    assert gone.location == "/signed-out"
    assert gone.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/my").status_code == 302
    assert db.session.scalars(select(Visit)).all() == []


def test_private_pages_are_in_nobodys_cache(browse: Browse) -> None:
    browser = browse(make_ada())
    for address in ("/my", "/my/details", "/courses", "/no-such-page"):
        assert browser.get(address).headers["Cache-Control"] == "no-store"
    assert browse().get("/my").headers["Cache-Control"] == "no-store"
    assert browse().get("/courses").headers["Cache-Control"] == "no-cache"


def test_the_list_of_courses_names_whoever_is_signed_in_and_only_to_them(browse: Browse) -> None:
    browser = browse(make_ada())
    theirs = browser.get("/courses")
    assert ("Ada Osei" in theirs.text, "ETag" in theirs.headers) == (True, False)
    assert "Ada Osei" not in browse().get("/courses").text
    assert "Ada Osei" in browser.get("/courses").text


def test_a_password_is_chosen_and_dropped_by_its_owner(browse: Browse) -> None:
    browser = browse(make_person("Bo Lind", email="bo@example.org"))
    poor = browser.post("/my/security/password", data={"password": "password123"})
    assert (poor.status_code, "easy to guess" in poor.text) == (422, True)
    chosen = browser.post("/my/security/password", data={"password": GOOD})
    assert chosen.location == "/my/security"
    typed = {"email": "bo@example.org", "password": GOOD, "how": "password"}
    assert browse().post("/sign-in", data=typed).location == "/my"
    browser.post("/my/security/no-password")
    assert browse().post("/sign-in", data=typed).status_code == 422


def test_a_visit_of_somebody_else_is_not_there(browse: Browse) -> None:
    ada, bo = make_ada(), make_person("Bo Lind")
    browse(ada)
    visit = db.session.scalars(select(Visit)).one()
    theirs = browse(bo)
    answers = [theirs.post(f"/my/security/visits/{id}") for id in (visit.id, 10**8)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
