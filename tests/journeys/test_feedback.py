"""From the mail to the thanks, on the narrowest screen without scripts; and who reads it then."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.attendance.commands.feedback import ask_how_it_was
from recovery_college.database import db
from recovery_college.scheduling.models import Run
from tests import browser
from tests.attendance.completing import make_ran, over
from tests.attendance.registering import pair_of
from tests.attendance.telling import WELCOME, asked, key_in
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person

pytestmark = [pytest.mark.browser, ON_SQLITE]
SHOTS = os.environ.get("SHOTS")


class Ran:
    """A run that is over, of which six have been asked by mail."""

    def __init__(self, app: Flask, site: str, chromium: Browser, run_id: int) -> None:
        self.app, self.site, self.chromium, self.run_id = app, site, chromium, run_id
        with app.app_context():
            self.tutor = pair_of(db.session.get_one(Run, run_id))[0].email or ""
            self.keys = [key_in(message) for _, message in sorted(asked().items())]
            db.session.remove()

    @contextmanager
    def visitor(self) -> Iterator[Page]:
        with browser.visitor(self.chromium, self.site, width=PHONE, scripts=False) as page:
            yield page

    def sign_in(self, page: Page, email: str) -> None:
        with self.app.app_context():
            person = db.session.scalars(db.select(Person).where(Person.email == email)).one()
            key = make_link(None, person, email)
            db.session.remove()
        page.goto(f"/sign-in/link/{key}")
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def ran(make_database: MakeDatabase, queue_url: str, chromium: Browser) -> Iterator[Ran]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        make_person("Dee Hart", Role.DESK, email="dee@example.org")
        students = [make_person(f"S{n}", email=f"s{n}@example.org") for n in range(6)]
        run, _ = make_ran(dict.fromkeys(students, "p"))
        run_id, ended = run.id, over(run)
    with ended, browser.serving(app) as site:
        with app.app_context():
            ask_how_it_was()
        yield Ran(app, site, chromium, run_id)
    with app.app_context():
        db.engine.dispose()


def look(page: Page, name: str) -> None:
    """On both screens; axe needs scripts, so it looks at the same page with them elsewhere."""
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert not scrolls_sideways(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def say(page: Page, key: str, words: str) -> None:
    page.goto(f"/feedback/{key}")
    page.get_by_role("group", name=WELCOME).get_by_label("Partly").check()
    page.get_by_label("What went well?").fill(words)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_a_student_says_how_it_was_from_the_mail_and_the_office_reads_it(ran: Ran) -> None:
    with ran.visitor() as page:
        page.goto(f"/feedback/{ran.keys[0]}")
        expect(page.get_by_role("heading", level=1)).to_have_text("How was it?")
        look(page, "form")
        page.get_by_role("button", name="Send my answers").click()
        expect(page.get_by_role("alert")).to_contain_text("Answer one question at least.")
        look(page, "form-error")
        say(page, ran.keys[0], "The tea.")
        look(page, "thanks")
        page.goto(f"/feedback/{ran.keys[0]}")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing to answer here")
        look(page, "over")
    with ran.visitor() as page:
        ran.sign_in(page, "dee@example.org")
        page.goto("/office/registers")
        page.get_by_role("link", name="How courses were, in the words of their students").click()
        expect(page.get_by_text("1 answer. 6 people were asked.")).to_be_visible()
        look(page, "runs")
        page.get_by_role("link", name="Read it").click()
        expect(page.get_by_text("The tea.")).to_be_visible()
        look(page, "run")
        page.get_by_role("link", name="Type in a paper form").click()
        look(page, "paper-form")


def test_a_tutor_reads_nothing_until_five_have_answered(ran: Ran) -> None:
    with ran.visitor() as page:
        for number, key in enumerate(ran.keys[:4]):
            say(page, key, f"Number {number}")
    with ran.visitor() as tutor, ran.visitor() as page:
        ran.sign_in(tutor, ran.tutor)
        tutor.goto(f"/tutor/runs/{ran.run_id}/feedback")
        expect(tutor.get_by_text("When 5 of them have answered")).to_be_visible()
        expect(tutor.get_by_text("Number")).to_have_count(0)
        look(tutor, "tutor-none")
        say(page, ran.keys[4], "Number 4")
        tutor.goto("/tutor")
        look(tutor, "tutor-week")
        tutor.get_by_role("link", name="How it was").click()
        expect(tutor.get_by_text("Number")).to_have_count(5)
        look(tutor, "tutor")


def test_axe_has_nothing_to_say_of_the_pages_of_students_and_tutors(
    ran: Ran, chromium: Browser
) -> None:
    with browser.visitor(chromium, ran.site, width=PHONE) as page:
        for key in ran.keys[1:]:
            say(page, key, "Tea")
        page.goto(f"/feedback/{ran.keys[0]}")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Send my answers").click()
        assert axe_violations(page) == []
        for address in ("/feedback/thanks", "/feedback/none"):
            page.goto(address)
            assert axe_violations(page) == []
        ran.sign_in(page, ran.tutor)
        for address in ("/tutor", f"/tutor/runs/{ran.run_id}/feedback"):
            page.goto(address)
            assert axe_violations(page) == []
