"""Somebody sets up a second step on a small phone without scripts, and comes in with it."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from pyotp import TOTP

from recovery_college import clock
from recovery_college.accounts import passwords
from recovery_college.app import create_app
from recovery_college.database import db, transaction
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import NOW, make_person

pytestmark = pytest.mark.browser
GOOD = "seven green boats"
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(NOW, tick=False):
        db.create_all()
        ada = make_person("Ada Osei", email="ada@example.org")
        with transaction():
            assert ada.sign_in
            ada.sign_in.password_hash = passwords.hashed(GOOD)
            ada.sign_in.password_set_at = clock.now()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def look(page: Page, found: dict[tuple[str, int], object], name: str) -> None:
    """At both widths."""
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        found[name, width] = (axe_violations(page), scrolls_sideways(page))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/my/security")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_text("I have a password").click()
    page.get_by_label("Password", exact=True).fill(GOOD)
    press(page, "Sign in with my password")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    heading(page, "You are signed out")


@ON_SQLITE
def test_an_app_is_set_up_and_asked_for_and_a_code_on_paper_stands_in(
    college: Flask, chromium: Browser
) -> None:
    with (
        time_machine.travel(NOW, tick=False) as may,
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as page,
    ):
        sign_in(page)
        page.get_by_role("link", name="Set up an authenticator app").click()
        shared = page.locator("main li strong").inner_text().replace(" ", "")
        page.get_by_label(re.compile("code|digits", re.IGNORECASE)).fill("000000")
        press(page, "Set it up")
        expect(page).to_have_title(re.compile("^Error"))
        assert page.locator("main li strong").inner_text().replace(" ", "") == shared
        page.get_by_label(re.compile("code|digits", re.IGNORECASE)).fill(
            TOTP(shared).at(clock.now())
        )
        press(page, "Set it up")
        heading(page, "How you sign in")
        press(page, "Make ten codes")
        heading(page, "Your recovery codes")
        paper = page.locator("main code").all_inner_texts()
        assert len(paper) == 10
        sign_out(page)

        sign_in(page)
        heading(page, "One more step")
        may.shift(timedelta(minutes=1))
        page.get_by_label(re.compile("code|digits", re.IGNORECASE)).fill(
            TOTP(shared).at(clock.now())
        )
        press(page, "Go on")
        heading(page, "How you sign in")
        sign_out(page)

        sign_in(page)
        page.get_by_role("link", name="I have lost it").click()
        page.get_by_label("Recovery code").fill(paper[0])
        press(page, "Go on")
        heading(page, "How you sign in")
        expect(page.get_by_text("9 codes left")).to_be_visible()


@ON_SQLITE
def test_no_page_of_it_gives_axe_or_a_narrow_screen_cause_to_complain(
    college: Flask, chromium: Browser
) -> None:
    found: dict[tuple[str, int], object] = {}
    with (
        time_machine.travel(NOW, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=DESK) as page,
    ):
        sign_in(page)
        heading(page, "How you sign in")
        look(page, found, "security")
        page.goto("/my/security/passkeys")
        look(page, found, "passkeys")
        page.goto("/my/security/authenticator")
        look(page, found, "authenticator")
        shared = page.locator("main li strong").inner_text().replace(" ", "")
        page.get_by_label(re.compile("code|digits", re.IGNORECASE)).fill(
            TOTP(shared).at(clock.now())
        )
        press(page, "Set it up")
        heading(page, "How you sign in")
        look(page, found, "set-up")
        press(page, "Make ten codes")
        heading(page, "Your recovery codes")
        look(page, found, "codes")
        sign_out(page)
        sign_in(page)
        heading(page, "One more step")
        look(page, found, "second")
        page.goto("/sign-in/second/paper")
        look(page, found, "paper")
    assert found == dict.fromkeys(found, ([], False))
