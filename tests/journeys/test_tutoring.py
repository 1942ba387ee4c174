"""A tutor says when they can teach, from a small phone without scripts and by keyboard alone."""

import os
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.app import create_app
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Delivery
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.queries import tutor_of
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import NOW, make_course, make_person, make_run, make_tutor, make_venue
from tests.tutors.calendars.servers import calendar, event

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at
CALENDAR = calendar(event("DTSTART:20270607T090000Z", "DURATION:PT1H", "SUMMARY:Clinic"))
FOCUSED = """document.activeElement.labels?.[0]?.innerText
|| document.activeElement.innerText"""
MOST_TABS = 80


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
        for name in ("Harbour Hall", "Oak Lodge"):
            make_venue(name)
        make_course("Sleeping well")
        ash = make_person("Ash Reed", Role.TUTOR, Role.DESK, email="ash@example.org")
        app.config["FIRST_LINK"] = f"/sign-in/link/{make_link(None, ash, 'ash@example.org')}"
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def tab_to(page: Page, words: str) -> None:
    """Forward, as somebody does who has no mouse, until the focus stands on it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if " ".join(str(page.evaluate(FOCUSED)).split()) == words:
            return
    raise AssertionError(f"no way to {words!r} by keyboard")


def type_into(page: Page, words: str, typed: str) -> None:
    tab_to(page, words)
    page.keyboard.type(typed)


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@ON_SQLITE
def test_hours_and_days_away_are_said_by_keyboard_alone(college: Flask, chromium: Browser) -> None:
    with (
        time_machine.travel(NOW, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=False) as page,
    ):
        page.goto(college.config["FIRST_LINK"])
        page.get_by_role("button", name="Sign in").press("Enter")
        page.goto("/tutor")
        press(page, "When I can teach")
        for day in ("Monday", "Thursday"):
            tab_to(page, day)
            page.keyboard.press("Space")
        type_into(page, "From", "09:30AM")
        type_into(page, "Until", "05:00PM")
        press(page, "Add these hours")
        expect(page.get_by_text("9:30am to 5pm", exact=True)).to_have_count(2)
        press(page, "Change Thursday, 9:30am to 5pm")
        type_into(page, "Until", "12:00PM")
        press(page, "Keep these hours")
        expect(page.get_by_text("9:30am to midday", exact=True)).to_be_visible()
        press(page, "Remove Monday, 9:30am to 5pm")
        expect(page.get_by_text("9:30am to 5pm", exact=True)).to_have_count(0)
        type_into(page, "First day away", "06012027")
        press(page, "Add these days")
        expect(page.get_by_text("1 June 2027", exact=True).first).to_be_visible()


def look(page: Page, found: dict[tuple[str, int], object], name: str) -> None:
    """At both widths."""
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        found[name, width] = (axe_violations(page), scrolls_sideways(page))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


def click(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def make_sessions() -> None:
    """One that has begun, and one to come; Bo teaches them too."""
    run = make_run(first=date(2027, 5, 3), at=time(8), sessions=2)
    person = db.session.scalars(select(Person).where(Person.name == "Ash Reed")).one()
    tutor, bo = tutor_of(person), make_tutor(Side.PROFESSIONAL, name="Bo Lind")
    assert tutor
    with transaction():
        for session in run.sessions:
            session.deliveries += [
                Delivery(tutor=tutor, side=Side.LIVED, state=DeliveryState.ACCEPTED),
                Delivery(tutor=bo, side=Side.PROFESSIONAL, state=DeliveryState.ACCEPTED),
            ]
    db.session.remove()


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
        page.goto(college.config["FIRST_LINK"])
        click(page, "Sign in")
        page.goto("/tutor/availability")
        look(page, found, "availability-empty")
        click(page, "Add these hours")
        look(page, found, "availability-wrong")
        for day in ("Monday", "Wednesday"):
            page.get_by_label(day, exact=True).check()
        page.get_by_label("From", exact=True).fill("09:30")
        page.get_by_label("Until", exact=True).fill("17:00")
        page.get_by_label("Last day", exact=True).fill("2027-12-17")
        click(page, "Add these hours")
        page.get_by_label("First day away").fill("2027-06-01")
        page.get_by_label("Last day away").fill("2027-06-14")
        click(page, "Add these days")
        page.get_by_label("Or a file").set_input_files(
            {"name": "me.ics", "mimeType": "text/calendar", "buffer": CALENDAR}
        )
        click(page, "Read this calendar")
        page.get_by_label("A link to your calendar").fill("webcal://calendar.example.org/4711")
        click(page, "Read this calendar")
        look(page, found, "availability")
        page.get_by_role("link", name="Change Monday").click()
        look(page, found, "window")
        with college.app_context():
            make_sessions()
        page.goto("/tutor/released")
        look(page, found, "released-none")
        page.goto("/tutor/hours")
        click(page, "Keep this work")
        look(page, found, "hours-wrong")
        page.get_by_label("A panel or co-production meeting").check()
        page.get_by_label("Minutes", exact=True).fill("45")
        click(page, "Keep this work")
        page.get_by_role("button", name="Mark as released time").last.click()
        look(page, found, "hours")
        page.get_by_role("link", name="Change A panel").click()
        look(page, found, "entry")
        page.goto("/tutor/released")
        look(page, found, "released")
        page.goto("/tutor")
        look(page, found, "week")
        page.get_by_role("link", name="session 2 of 2").click()
        look(page, found, "session")
        page.get_by_role("link", name="Meet to plan it").click()
        page.get_by_label("How long?").select_option("Half an hour")
        click(page, "Show the times")
        click(page, "Propose these times")
        look(page, found, "meet-wrong")
        page.get_by_label("Wednesday 5 May 2027").select_option(index=1)
        page.get_by_label("Monday 10 May 2027").select_option(index=2)
        click(page, "Propose these times")
        look(page, found, "meeting")
        page.goto("/tutor")
        page.get_by_role("link", name="session 2 of 2").click()
        page.get_by_role("link", name="Find another time").click()
        page.get_by_label("Wednesday 5 May 2027").select_option(index=1)
        look(page, found, "times")
        click(page, "Propose these times")
        look(page, found, "proposed")
        page.goto("/tutor/limits")
        page.get_by_label("Sessions a week at most").fill("none")
        click(page, "Keep this")
        look(page, found, "limits-wrong")
        page.get_by_label("Sessions a week at most").fill("2")
        page.get_by_label("Oak Lodge").check()
        click(page, "Keep this")
        look(page, found, "limits")
        page.goto("/office/tutors?q=nobody")
        look(page, found, "tutors-none")
        page.goto("/office/tutors")
        look(page, found, "tutors")
        page.get_by_role("link", name="Ash Reed", exact=True).click()
        look(page, found, "tutor-empty")
        page.get_by_label("Course").select_option("Sleeping well")
        page.get_by_label("Leading").check()
        click(page, "Keep this course")
        page.get_by_label("Step").fill("Facilitation course")
        page.get_by_label("Done on").fill("2027-02-01")
        click(page, "Keep this step")
        page.get_by_label("Lived experience").check()
        click(page, "Keep this")
        look(page, found, "tutor")
        page.get_by_role("link", name="Change Facilitation").click()
        look(page, found, "training")
    assert {name: faults for name, faults in found.items() if faults != ([], False)} == {}
