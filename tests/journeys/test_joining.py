"""Somebody joins on a small phone without scripts, and comes back to what they told us."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select

from recovery_college.accounts.models import Visit
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import NOW, make_person

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
GO_ON = "Keep this and go on"


@pytest.fixture(scope="module")
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    """One of its own, for these visitors leave traces."""
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(NOW, tick=False):
        db.create_all()
        make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visit(chromium: Browser, college: Flask) -> Iterator[Open]:
    with time_machine.travel(NOW, tick=False), ExitStack() as open_until:
        site = open_until.enter_context(browser.serving(college))
        yield lambda width=PHONE, *, scripts=False: open_until.enter_context(
            browser.visitor(chromium, site, width=width, scripts=scripts)
        )


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def last_link(college: Flask) -> str:
    with college.app_context():
        bodies = select(OutboxMessage.body).order_by(OutboxMessage.id.desc())
        found = re.search(r"/sign-in/link/\S+", db.session.scalars(bodies).first() or "")
    assert found
    return found[0]


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@ON_SQLITE
def test_three_answers_and_five_presses_are_enough_to_be_a_student(visit: Open) -> None:
    page = visit()
    page.goto("/")
    page.get_by_role("link", name="Join the college").click()
    page.get_by_label("Your name").fill("Sun")
    page.get_by_label("I am over 18").check()
    asked = 0
    for words in (GO_ON, GO_ON, GO_ON, "Go on"):
        asked += page.locator("main :is(input:not([type=hidden]), textarea)").count()
        press(page, words)
    page.get_by_label("I agree").check()
    press(page, "Agree and join")
    heading(page, "You are a student now")
    assert asked <= 30  # boxes and lines on all pages, each choice counted


def test_with_every_answer_given_it_is_kept_shown_and_signed_in_with_again(
    visit: Open, college: Flask
) -> None:
    page = visit()
    page.goto("/join?next=/venues")
    page.get_by_label("Your name").fill("Mair Rees")
    page.get_by_label("What do you like to be called?").fill("Mai")
    page.get_by_label("I am over 18").check()
    press(page, GO_ON)
    page.get_by_label("E-mail address").fill("Mair+c@Example.org")
    page.get_by_label("By text").check()
    press(page, GO_ON)
    expect(page).to_have_title(re.compile("^Error: How we reach you"))
    expect(page.get_by_label("E-mail address")).to_have_value("Mair+c@Example.org")
    page.get_by_role("link", name="To hear from us by text, tell us a phone number.").click()
    page.get_by_label("Phone number").fill("07700 900123")
    press(page, GO_ON)
    page.get_by_label("What would help you take part?").fill("A seat near the door")
    press(page, GO_ON)
    page.get_by_label("A volunteer").check()
    press(page, "Go on")
    page.get_by_label("I agree").check()
    press(page, "Agree and join")
    expect(page.get_by_role("link", name="Go back to where you were")).to_have_attribute(
        "href", "/venues"
    )
    other = visit()
    other.goto(last_link(college))
    press(other, "I asked for it: sign me in here")
    other.get_by_role("link", name="My details").first.click()
    for words in ("Mair Rees, called Mai", "07700 900123", "A seat near the door", "A volunteer"):
        expect(other.get_by_text(words, exact=False).first).to_be_visible()


@ON_SQLITE
def test_what_was_typed_after_the_visit_ended_is_sent_after_signing_in_in_a_new_window(
    visit: Open, college: Flask
) -> None:
    page = visit()
    sign_in(page, college)
    page.goto("/my/details/helps")
    page.get_by_label("What would help you take part?").fill("A ramp, and <quiet>")
    end_visits(college)
    press(page, "Keep this")
    heading(page, "Sign in, then send it")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in, in a new window").click()
    sign_in(opened.value, college)
    press(page, "I have signed in: go on")
    press(page, "Send it now")
    heading(page, "My details")
    expect(page.get_by_text("A ramp, and <quiet>")).to_be_visible()


def end_visits(college: Flask) -> None:
    with college.app_context(), transaction():
        db.session.execute(delete(Visit))


def sign_in(page: Page, college: Flask) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("olu@example.org")
    press(page, "E-mail me a sign-in link")
    heading(page, "Look at your e-mail")
    page.goto(last_link(college))
    press(page, "Sign in")
    heading(page, "What\u2019s next")


@pytest.mark.parametrize("make_database", ["sqlite"], indirect=True, scope="module")
def test_no_page_of_joining_or_of_ones_own_gives_axe_or_a_narrow_screen_cause_to_complain(
    visit: Open, college: Flask
) -> None:
    page, found = visit(DESK, scripts=True), {}

    def look(name: str) -> None:
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            found[name, width] = (axe_violations(page), scrolls_sideways(page))

    page.goto("/join")
    press(page, GO_ON)
    look("join, with errors")
    page.get_by_label("Your name").fill("Wolfeschlegelsteinhausenbergerdorff" * 5)
    page.get_by_label("I am over 18").check()
    press(page, GO_ON)
    page.get_by_label("E-mail address").fill("mair@" + "example" * 8 + ".org")
    look("reach")
    page.goto("/join/name")
    look("name")
    press(page, GO_ON)
    for name, words in (("reach again", GO_ON), ("helps", GO_ON), ("reasons", "Go on")):
        look(name)
        press(page, words)
    look("agreement")
    page.get_by_label("I agree").check()
    press(page, "Agree and join")
    look("done")
    for name in ("", "/names", "/email", "/reach", "/helps", "/reasons", "/equality", "/restrict"):
        page.goto(f"/my/details{name}")
        look(f"details{name}")
    for address in ("/my", "/join", "/join/agreement"):
        page.goto(address)
        look(address)
    sign_in(page, college)
    for address in ("/office/agreement", "/office/agreement/1"):
        page.goto(address)
        look(address)
    page.goto("/my/details/helps")
    page.get_by_label("What would help you take part?").fill("A ramp " * 60)
    end_visits(college)
    press(page, "Keep this")
    look("sign in, then send it")
    assert {name: fault for name, fault in found.items() if fault != ([], False)} == {}
