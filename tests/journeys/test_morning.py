"""A tutor is ill at seven in the morning: three presses, and everybody hears, or cover is asked."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.app import create_app
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.messages.delivery import Round
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.delivering import deliver
from recovery_college.scheduling.commands.covering import go_on_seeking
from recovery_college.tutors.models import Teaches
from recovery_college.tutors.rules import Step
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import NOW, make_course, make_person, make_run, make_tutor
from tests.post_office import PostOffice, post_office
from tests.text_service import KEY, TEMPLATE, TextService, text_service

pytestmark = [
    pytest.mark.browser,
    ON_SQLITE,
]
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at
SEVEN = "2027-06-07T06:00Z"  # the session begins at ten


@pytest.fixture
def mail() -> Iterator[PostOffice]:
    with post_office() as there:
        yield there


@pytest.fixture
def texts() -> Iterator[TextService]:
    with text_service() as there:
        yield there


@pytest.fixture
def college(
    make_database: MakeDatabase, queue_url: str, mail: PostOffice, texts: TextService
) -> Iterator[Flask]:
    """Twelve students: eight with mail, three with a mobile, one with a phone at home."""
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
        "COLLEGE_MAIL_SERVER": "127.0.0.1",
        "COLLEGE_MAIL_PORT": str(mail.port),
        "COLLEGE_NOTIFY_API_KEY": KEY,
        "COLLEGE_NOTIFY_TEMPLATE": TEMPLATE,
        "COLLEGE_NOTIFY_URL": texts.address,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(NOW, tick=False):
        db.create_all()
        make_everybody(app)
        deliver(until_done)
        mail.letters.clear()
        texts.taken.clear()
        db.session.remove()
    with app.app_context(), time_machine.travel(SEVEN, tick=False):
        dee = db.session.scalars(select(Person).where(Person.name == "Dee Hart")).one()
        app.config["FIRST_LINK"] = f"/sign-in/link/{make_link(None, dee, 'dee@example.org')}"
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def make_everybody(app: Flask) -> None:
    tia, may = make_tutor(name="Tia Bell"), make_tutor(name="May Lund")
    with transaction():
        may.person.email = "may@example.org"
        may.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    bo = make_tutor(Side.PROFESSIONAL, name="Bo Lind")
    run = make_run(make_course("Sleeping well"), tutors=(tia, bo), sessions=2)
    with transaction():
        db.session.add(Teaches(tutor_id=may.id, course_id=run.course_id, step=Step.READY))
    ways: list[dict[str, str]] = [{"email": f"ada{n}@example.org"} for n in range(8)]
    ways += [{"phone": f"07700 900 00{n}"} for n in range(3)]
    for number, way in enumerate([*ways, {"phone": "01632 960 004"}], 1):
        person = make_person(f"Ada {number}", **way)
        enrol(person, person, Request(run), the_college())
    make_person("Dee Hart", Role.DESK, email="dee@example.org")
    app.config["SESSION"] = f"/office/sessions/{run.sessions[0].id}"


def until_done(_done: Round) -> bool:
    return True


def work(app: Flask) -> None:
    """As the worker does within the second."""
    with app.app_context():
        deliver(until_done)
        db.session.remove()


def heard_link(app: Flask, address: str) -> str:
    with app.app_context():
        asked = select(OutboxMessage).where(
            OutboxMessage.address == address, OutboxMessage.key.startswith("not_today")
        )
        found = re.search(r"/heard/\S+", db.session.scalars(asked).one().body)
        db.session.remove()
    assert found
    return found[0]


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(words)).first.click()


def counts(page: Page) -> list[str]:
    return page.locator(".c-counts dd").all_inner_texts()


def look(page: Page, name: str) -> None:
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert (axe_violations(page), scrolls_sideways(page)) == ([], False), name
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def test_three_presses_tell_twelve_and_the_page_shows_who_was_reached(
    college: Flask, chromium: Browser, mail: PostOffice, texts: TextService
) -> None:
    with (
        time_machine.travel(SEVEN, tick=False) as clock,
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE) as page,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as student,
    ):
        page.goto(college.config["FIRST_LINK"])
        press(page, "Sign in")
        page.goto(college.config["SESSION"])
        look(page, "morning-session")
        page.get_by_role("link", name="A tutor can\u2019t come").click()
        expect(page.get_by_role("listitem").filter(has_text="8 by e-mail")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="3 by text")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="1 to call")).to_be_visible()
        look(page, "morning-choose")
        press(page, "tell everybody now")
        expect(page.get_by_role("heading", level=1)).to_have_text("Not happening: who knows")
        assert counts(page) == ["0 of 12", "0", "1"]
        work(college)
        work(college)
        assert sorted(mail.recipients[-8:]) == [f"ada{n}@example.org" for n in range(8)]
        brings = Counter(b"text/calendar" in letter for letter in mail.letters)
        assert (brings, len(texts.taken)) == ({False: 8, True: 8}, 3)
        page.reload()
        assert counts(page) == ["11 of 12", "0", "1"]
        look(page, "morning-told")

        student.goto(heard_link(college, "ada0@example.org"))
        look_at_it(student)
        press(student, "I know, thank you")
        expect(student.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
        page.reload()
        assert counts(page) == ["11 of 12", "1", "1"]
        press(page, "I told them Ada 12")
        assert counts(page) == ["12 of 12", "2", "0"]
        clock.move_to("2027-06-07T08:30Z", tick=False)
        page.goto(f"{college.config['SESSION']}/today?still=yes")
        assert counts(page) == ["12 of 12", "2", "10"]
        look(page, "morning-late")
        page.goto("/office")
        page.get_by_role("link", name=re.compile("See who was reached")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Not happening: who knows")


def look_at_it(student: Page) -> None:
    expect(student.get_by_text("Sleeping well")).to_have_count(0)
    assert scrolls_sideways(student) is False
    if SHOTS:
        student.screenshot(path=Path(SHOTS) / "heard-320.png", full_page=True)


def test_two_presses_ask_the_right_side_for_cover(
    college: Flask, chromium: Browser, mail: PostOffice
) -> None:
    with (
        time_machine.travel(SEVEN, tick=False) as clock,
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE) as page,
    ):
        page.goto(college.config["FIRST_LINK"])
        press(page, "Sign in")
        page.goto(college.config["SESSION"])
        page.get_by_role("link", name="A tutor can\u2019t come").click()
        press(page, "ask for cover for Tia Bell")
        expect(page.get_by_text("1 tutor asked.")).to_be_visible()
        work(college)
        assert mail.recipients[-1:] == ["may@example.org"]
        clock.shift(1800)
        with college.app_context():
            go_on_seeking()
            db.session.remove()
        page.reload()
        expect(page.get_by_text("the first to say yes has it")).to_be_visible()
