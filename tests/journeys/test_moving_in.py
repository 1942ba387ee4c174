"""A college moves in from a small phone without scripts: its spreadsheet, then its Monday."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.database import db
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person
from tests.intake.workbooks import FROZEN, HARBOUR

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(FROZEN, tick=False):
        db.create_all()
        olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
        app.config["FIRST_LINK"] = f"/sign-in/link/{make_link(None, olu, 'olu@example.org')}"
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


@ON_SQLITE
def test_a_spreadsheet_is_sent_looked_at_and_taken_and_monday_says_what_is_left(
    college: Flask, chromium: Browser
) -> None:
    with (
        time_machine.travel(FROZEN, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as page,
    ):
        page.goto(college.config["FIRST_LINK"])
        press(page, "Sign in")
        page.goto("/office/settings")
        page.get_by_role("link", name="Bring one in").click()
        heading(page, "Bring in a spreadsheet")
        page.get_by_label("Your spreadsheet").set_input_files(HARBOUR)
        press(page, "Show me what it says")
        heading(page, "What your spreadsheet says")
        expect(page.get_by_text("Nothing is taken yet.")).to_contain_text("490 students")
        press(page, "Take it in")
        heading(page, "Your spreadsheet is in")
        page.get_by_role("link", name="Your Monday").click()
        heading(page, "Your Monday")
        page.get_by_role("link", name="Find a peer tutor").first.click()
        expect(page.get_by_role("heading", name="The pair")).to_be_visible()
        page.goto("/office/monday")
        page.get_by_role("link", name="See what stands there").first.click()
        expect(page.get_by_text("There stands:").first).to_be_visible()


@ON_SQLITE
def test_no_page_of_it_gives_axe_or_a_narrow_screen_cause_to_complain(
    college: Flask, chromium: Browser
) -> None:
    found: dict[tuple[str, int], object] = {}
    with (
        time_machine.travel(FROZEN, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=DESK) as page,
    ):
        page.goto(college.config["FIRST_LINK"])
        press(page, "Sign in")
        page.goto("/office/monday")
        look(page, found, "monday-done")
        page.goto("/office/import")
        press(page, "Show me what it says")
        look(page, found, "import-nothing-chosen")
        page.get_by_label("Your spreadsheet").set_input_files(HARBOUR)
        press(page, "Show me what it says")
        look(page, found, "upload")
        page.goto("/office/import")
        look(page, found, "import-waiting")
        page.goto("/office/import/1")
        press(page, "Take it in")
        look(page, found, "taken")
        page.goto("/office/import")
        look(page, found, "import-before")
        page.goto("/office/monday")
        look(page, found, "monday")
    assert {name: faults for name, faults in found.items() if faults != ([], False)} == {}
