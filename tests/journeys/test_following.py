"""What follows from a register, on a small screen without scripts: somebody can't come, somebody
is asked whether they are OK, and the office finds out who came without a place.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.commands.welcoming import welcome
from recovery_college.attendance.models import Welcome
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, NotComing
from tests import browser
from tests.attendance.registering import MORNING, OVER, make_taught, pair_of, place_for
from tests.browser import PHONE
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person

pytestmark = [pytest.mark.browser, ON_SQLITE]
ADA, DEE = "ada@example.org", "dee@example.org"


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with time_machine.travel(MORNING, tick=False), app.app_context():
        db.create_all()
        place_for(make_person("Ada Osei", email=ADA), make_taught())
        make_person("Dee Hart", Role.DESK, email=DEE)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def signed_in(college: Flask, chromium: Browser, email: str) -> Iterator[Page]:
    with college.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        key = make_link(None, person, email)
        db.session.remove()
    with (
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as page,
    ):
        page.goto(f"/sign-in/link/{key}")
        press(page, "Sign in")
        yield page


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def rows_of(college: Flask, table: type) -> int:
    with college.app_context():
        found = len(db.session.scalars(select(table)).all())
        db.session.remove()
    return found


def test_somebody_can_t_come_and_can_after_all(college: Flask, chromium: Browser) -> None:
    with time_machine.travel(MORNING, tick=False), signed_in(college, chromium, ADA) as page:
        page.goto("/my")
        press(page, "I can\u2019t make it")
        page.goto("/my")
        expect(page.get_by_text("You told us that you can\u2019t make it.")).to_be_visible()
        assert rows_of(college, NotComing) == 1
        press(page, "I can come after all")
        page.goto("/my")
        expect(page.get_by_role("button", name="I can\u2019t make it")).to_be_visible()
    assert rows_of(college, NotComing) == 0


def test_one_press_asks_whether_they_are_ok(college: Flask, chromium: Browser) -> None:
    with time_machine.travel(OVER, tick=False):
        with college.app_context():
            place = db.session.scalars(select(Enrolment)).one()
            session = place.run.sessions[0]
            unheard = Word(Who("e", place.id), MarkState.UNHEARD)
            take(pair_of(place.run)[0], session, [unheard])
            here = f"/office/sessions/{session.id}/register"
            db.session.remove()
        with signed_in(college, chromium, DEE) as page:
            page.goto(here)
            press(page, "Ask whether they are OK")
            expect(page.get_by_text("1 person asked.")).to_be_visible()
            expect(page.get_by_role("heading", name="Ada Osei").first).to_be_visible()
            expect(page.get_by_role("button", name="Ask whether they are OK")).to_be_hidden()


def test_the_office_finds_out_who_came_without_a_place(college: Flask, chromium: Browser) -> None:
    with time_machine.travel(OVER, tick=False):
        with college.app_context():
            run = db.session.scalars(select(Enrolment)).one().run
            welcome(pair_of(run)[0], run.sessions[0], "Sam Moss")
            make_person("Sam Moss", phone="01632 960 4")
            db.session.remove()
        with signed_in(college, chromium, DEE) as page:
            page.goto("/office/welcomes")
            page.get_by_role("link", name="See who it is").click()
            page.get_by_role("button", name="It is them").click()
            expect(page.get_by_text("Nobody to see to.")).to_be_visible()
        with college.app_context():
            settled = db.session.scalars(select(Welcome)).one()
            assert settled.person
            assert (settled.name, settled.person.name) == ("", "Sam Moss")
            db.session.remove()
