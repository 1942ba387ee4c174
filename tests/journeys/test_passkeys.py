"""A passkey on a device that the browser makes believe it has: added, and used to come in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from recovery_college.accounts import passwords
from recovery_college.accounts.models import Passkey, Person, SignIn
from recovery_college.app import create_app
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests import browser
from tests.conftest import ON_SQLITE, MakeDatabase

pytestmark = pytest.mark.browser
GOOD = "seven green boats"
YOUNGER = """
delete PublicKeyCredential.parseCreationOptionsFromJSON;
delete PublicKeyCredential.parseRequestOptionsFromJSON;
delete PublicKeyCredential.prototype.toJSON;
"""  # than Safari 18.4, which some phones never get


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    """Served on localhost, where browsers allow passkeys without TLS."""
    app = create_app({"COLLEGE_DATABASE_URL": make_database(), "COLLEGE_QUEUE_URL": queue_url})
    with app.app_context():
        db.create_all()
        ada = Person(name="Ada Osei", email="ada@example.org", joined_at=now())
        ada.sign_in = SignIn(
            address_key="ada@example.org",
            verified_at=now(),
            password_hash=passwords.hashed(GOOD),
            password_set_at=now(),
        )
        with transaction():
            db.session.add(ada)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def device(chromium: Browser, site: str) -> Iterator[Page]:
    """A visitor whose browser has an authenticator that says yes."""
    with browser.visitor(chromium, site, width=browser.DESK) as page:
        tools = page.context.new_cdp_session(page)
        page.add_init_script(YOUNGER)
        tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield page


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_text("I have a password").click()
    page.get_by_label("Password", exact=True).fill(GOOD)
    page.get_by_role("button", name="Sign in with my password").click()


@ON_SQLITE
def test_a_passkey_is_added_and_used_to_come_in(college: Flask, chromium: Browser) -> None:
    with browser.serving(college) as address:
        site = address.replace("127.0.0.1", "localhost")
        college.config["BASE_URL"] = site
        with device(chromium, site) as page:
            sign_in(page)
            expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("What.s next"))
            page.goto("/my/security")
            page.get_by_role("link", name="Add a passkey").click()
            page.get_by_role("button", name="Add this device").click()
            name = page.get_by_label("What do you call this passkey?")
            expect(name).to_have_value(re.compile("^Passkey of [0-9]+ [A-Z][a-z]+ 20[0-9]{2}$"))
            name.fill("My phone")
            page.get_by_role("button", name="Keep this name").click()
            expect(page.get_by_role("heading", name="My phone")).to_be_visible()
            page.get_by_role("link", name="Add a passkey").click()
            page.get_by_role("button", name="Add this device").click()
            expect(page.get_by_text("You have added this passkey already.").first).to_be_visible()

            page.get_by_role("button", name="Sign out", exact=True).first.click()
            expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
            sign_in(page)
            expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
            page.get_by_role("button", name="Use a passkey").click()
            expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("What.s next"))
    with college.app_context():
        key = db.session.scalars(db.select(Passkey)).one()
        assert (key.name, key.used_at is not None) == ("My phone", True)
        db.session.remove()
