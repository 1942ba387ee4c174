"""One's own page of how one signs in, and where."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts import passwords
from recovery_college.accounts.models import Visit
from recovery_college.accounts.rules import Role
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests.conftest import Browse
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def devices() -> list[str]:
    return list(db.session.scalars(select(Visit.device).order_by(Visit.id)))


def test_where_one_is_signed_in_is_listed_and_ended_one_by_one_or_all(browse: Browse) -> None:
    ada, bo = make_person("Ada Osei", email="ada@example.org"), make_person("Bo Lind")
    browser = browse(ada)
    phone = make_visit(ada, device="Safari on an iPhone")
    make_visit(ada, device="Edge on Windows")
    make_visit(ada, device="Opera, last year", began_at=now() - timedelta(9), ends_at=now())
    make_visit(bo, device="Chrome on a Chromebook")
    page = browser.get("/my/security").text
    assert [device in page for device in devices()] == [True, True, True, False, False]
    assert browser.post(f"/my/security/visits/{phone.id}").location == "/my/security"
    assert "You are signed out there." in browser.get("/my/security").text
    browser.post("/my/security/elsewhere")
    assert devices() == ["Firefox on Linux", "Chrome on a Chromebook"]
    page = browser.get("/my/security").text
    assert ("Edge" in page, "Sign out everywhere else" in page) == (False, False)


def test_a_password_is_offered_to_whoever_has_proven_an_address(browse: Browse) -> None:
    ada, bo = make_person("Ada Osei", email="ada@example.org"), make_person("Bo Lind")
    assert 'href="/my/security/password"' in browse(ada).get("/my/security").text
    page = browse(bo).get("/my/security").text
    assert ('href="/my/security/password"' in page, "/my/details/email" in page) == (False, True)
    good = {"password": "seven green boats"}
    refused = browse(bo).post("/my/security/password", data=good)
    assert (refused.status_code, "First prove your e-mail address" in refused.text) == (422, True)


def test_a_password_is_changed_by_who_knows_it_or_has_come_in_just_now(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    assert ada.sign_in is not None
    with transaction():
        ada.sign_in.password_hash = passwords.hashed("seven green boats")
    browser, address, new = browse(ada), "/my/security/password", {"password": "eight brown goats"}
    assert "Your password now" not in browser.get(address).text
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        assert "Your password now" in browser.get(address).text
        answers = [
            browser.post(address, data=new | {"current_password": typed})
            for typed in ("", "eight brown goats")
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert "That is not your password now." in answers[1].text
        right = browser.post(address, data=new | {"current_password": "seven green boats"})
        assert right.location == "/my/security"


def test_who_guesses_the_password_of_a_device_left_open_is_stopped(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    assert ada.sign_in is not None
    with transaction():
        ada.sign_in.password_hash = passwords.hashed("seven green boats")
    browser = browse(ada)
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        for typed in [*"abcdefghij", "seven green boats"]:
            said = {"password": "eight brown goats", "current_password": typed}
            page = browser.post("/my/security/password", data=said).text
        assert "There were too many tries." in page


CHANGES = (
    "/my/details/email",
    "/my/details/no-email",
    "/my/security/authenticator",
    "/my/security/authenticator/remove",
    "/my/security/codes",
    "/my/security/disconnect",
    "/my/security/no-password",
    "/my/security/passkeys",
    "/my/security/passkeys/1/remove",
)


def test_how_one_signs_in_is_changed_by_who_has_come_in_just_now(browse: Browse) -> None:
    ada, bo = make_person("Ada Osei", email="ada@example.org"), make_person("Bo Lind")
    adas, bos = browse(ada), browse(bo)
    with time_machine.travel(now() + timedelta(minutes=16), tick=False):
        answers = [adas.post(address) for address in CHANGES]
        assert {answer.location for answer in answers} == {"/sign-in?next=%2Fmy%2Fsecurity"}
        led = adas.get("/my/details/email")
        assert led.location == "/sign-in?next=%2Fmy%2Fdetails%2Femail"
        assert "first sign in once more" in adas.get(led.location).text
        assert bos.get("/my/details/email").status_code == 200  # has no other way in


@pytest.mark.parametrize(
    ("roles", "needed"), [((), False), ((Role.TUTOR,), False), ((Role.DESK,), True)]
)
def test_who_needs_a_second_step_is_told_so(
    browse: Browse, roles: tuple[Role, ...], needed: bool
) -> None:
    page = browse(make_person("Ada Osei", *roles, email="ada@example.org")).get("/my/security").text
    assert ("so in a real college you need it" in page, "You don\u2019t need it." in page) == (
        needed,
        not needed,
    )
