"""A commissioner on the phone asks what share of a term's sessions was really taught by both.

The office answers in three presses, with the sessions behind the figure before its eyes.
"""

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.attendance.commands.taking import Word, say_why_one_taught, take
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import TutorState
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.scheduling.models import Run
from tests import browser
from tests.attendance.completing import make_ran, over
from tests.browser import PHONE
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person

pytestmark = [pytest.mark.browser, ON_SQLITE]
DEE = "dee@example.org"
SESSIONS, ALONE = 12, 3


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        run, _ = make_ran({make_person("Ada Osei"): "p" * SESSIONS})
        teach_alone(run)
        make_person("Dee Hart", Role.DESK, email=DEE)
        after = over(run)
        db.session.remove()
    with after:
        yield app
    with app.app_context():
        db.engine.dispose()


def teach_alone(run: Run) -> None:
    """Of three sessions, the professional tutor was away."""
    for session in run.sessions[:ALONE]:
        lived, away = sorted(session.accepted, key=lambda each: each.side)
        with time_machine.travel(session.starts_at, tick=False):
            marked = [Word(Who("t", away.tutor_id), TutorState.AWAY)]
            take(lived.tutor.person, session, marked)
            reason = the_college().alone_reasons.splitlines()[0]
            say_why_one_taught(lived.tutor.person, session, reason, the_college())


@pytest.fixture
def office(college: Flask, chromium: Browser) -> Iterator[Page]:
    with college.app_context():
        person = db.session.scalars(select(Person).where(Person.email == DEE)).one()
        key = make_link(None, person, DEE)
        db.session.remove()
    with (
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as page,
    ):
        page.goto(f"/sign-in/link/{key}")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto("/office")
        yield page


def test_what_both_really_taught_is_three_presses_away_with_the_list_behind_it(
    office: Page,
) -> None:
    office.get_by_role("link", name="Reports", exact=True).click()
    office.get_by_role("link", name="Co-delivery", exact=True).click()
    said = "9 of 12 sessions were really taught by both."
    expect(office.get_by_text(said)).to_be_visible()
    office.get_by_role("link", name="All together").click()
    expect(office.get_by_text("12 sessions that ran")).to_be_visible()
    lines = office.get_by_role("main").get_by_role("listitem")
    expect(lines).to_have_count(SESSIONS)
    expect(lines.filter(has_text="Taught by both.")).to_have_count(SESSIONS - ALONE)
    alone = lines.filter(has_text=re.compile(r"Taught by a peer tutor only\. Why: \w+"))
    expect(alone).to_have_count(ALONE)
