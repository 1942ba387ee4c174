"""From the workbook's half sessions to a pair: the office asks, the tutor answers on a phone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.database import db
from recovery_college.intake import commands
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.workbook import read_workbook
from recovery_college.messages.models import OutboxMessage
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person
from tests.intake.workbooks import HARBOUR, quiet

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at
IN_FORCE = "2026-11-23T09:00Z"  # the Monday on which the workbook's autumn term is running


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    """The harbour's, just moved in; Olu manages it and has a link to come in with."""
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(IN_FORCE, tick=False):
        db.create_all()
        olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
        workbook = read_workbook(HARBOUR, quiet)
        commands.take(olu, read_sheets(workbook.sheets), workbook.digest, quiet)
        app.config["FIRST_LINK"] = f"/sign-in/link/{make_link(None, olu, 'olu@example.org')}"
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(words)).first.click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(words))


def look(page: Page, found: dict[tuple[str, int], object], name: str) -> None:
    """At both widths."""
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        found[name, width] = (axe_violations(page), scrolls_sideways(page))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def answer_link(app: Flask) -> str:
    with app.app_context():
        letters = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()))
        found = [link[0] for row in letters if (link := re.search(r"/tutor/answer/\S+", row.body))]
        db.session.remove()
    return found[0]


def choose_somebody_free(page: Page) -> None:
    """The first who teaches the course, can be there, and is not the other half."""
    options = page.get_by_label("Tutor", exact=True).locator("option").all_inner_texts()
    chosen = next(each for each in options if "(ready)" in each)
    page.get_by_label("Tutor", exact=True).select_option(label=chosen)


def say_yes(page: Page) -> None:
    """Though the workbook may say that it is more than they wished for in a week."""
    press(page, "^Yes")
    if page.get_by_role("button", name="Yes, all the same").count():
        press(page, "Yes, all the same")
    expect(page.get_by_role("button", name=re.compile("I can\u2019t after all"))).to_be_visible()


@ON_SQLITE
def test_a_half_of_the_workbook_is_asked_for_and_found(college: Flask, chromium: Browser) -> None:
    with (
        time_machine.travel(IN_FORCE, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as office,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as tutor,
    ):
        office.goto(college.config["FIRST_LINK"])
        press(office, "Sign in")
        office.goto("/office")
        seven = office.get_by_role("link", name=re.compile("sessions? lacks? a half"))
        expect(seven).to_contain_text("7")
        office.get_by_role("link", name=re.compile("Find a peer tutor")).last.click()
        press(office, "Ask all who could, best first for a peer tutor")
        expect(office.get_by_text("Lived experience. Asked.").first).to_be_visible()
        expect(office.get_by_text("the first to say yes has it")).to_be_visible()
        tutor.goto(answer_link(college))
        heading(tutor, "Would you teach these")
        press(tutor, "^Yes")
        expect(
            tutor.get_by_role("button", name=re.compile("I can\u2019t after all"))
        ).to_be_visible()
        office.reload()
        expect(office.get_by_text("Paired.", exact=True)).to_be_visible()
        office.goto("/office")
        expect(seven).to_contain_text("6")


@ON_SQLITE
def test_no_page_of_it_gives_axe_or_a_narrow_screen_cause_to_complain(
    college: Flask, chromium: Browser
) -> None:
    found: dict[tuple[str, int], object] = {}
    with (
        time_machine.travel(IN_FORCE, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=DESK) as page,
    ):
        page.goto(college.config["FIRST_LINK"])
        press(page, "Sign in")
        page.goto("/office")
        page.get_by_role("link", name=re.compile("Find a peer tutor")).first.click()
        look(page, found, "session-half")
        page.get_by_role("link", name="Ask a peer tutor").click()
        look(page, found, "ask")
        press(page, "Ask them")
        look(page, found, "ask-nobody-chosen")
        choose_somebody_free(page)
        press(page, "Ask them")
        look(page, found, "session-asked")
        page.get_by_role("link", name="The whole run").click()
        look(page, found, "run")
        page.goto(answer_link(college))
        look(page, found, "answer")
        press(page, "^Yes")
        look(page, found, "answer-against")
        page.goto(answer_link(college))
        say_yes(page)
        look(page, found, "answered")
        page.goto("/office")
        page.get_by_role("link", name=re.compile("Find a peer tutor")).last.click()
        press(page, "Ask all who could, best first for a peer tutor")
        look(page, found, "session-cover")
        press(page, "Stop asking")
        page.goto("/office/terms")
        page.get_by_role("link", name="Spring 2027", exact=True).click()
        page.get_by_role("link", name="Look it through").click()
        look(page, found, "term-check")
        page.goto("/office/sessions/1/alone")
        look(page, found, "alone")
    assert {name: faults for name, faults in found.items() if faults != ([], False)} == {}
