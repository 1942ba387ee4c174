"""The office at its desk, on a small screen without scripts: its every page, and one person."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Agreement, Person, RingFirst
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.app import create_app
from recovery_college.attendance.models import Welcome
from recovery_college.calendars.models import IncomingMail
from recovery_college.calendars.rules import MailKind, MailState
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Decision
from recovery_college.database import Model, db, transaction
from recovery_college.desks.forms.settings import SECTIONS
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.rules import Way
from recovery_college.messages.rules import Channel
from recovery_college.reports.models import SavedReturn
from recovery_college.scheduling.models import Session
from recovery_college.tutors.models import HoursSheet, TrainingStep
from recovery_college.tutors.rules.hours import DONE, Line, kept_form
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import NOW, make_message, make_person, make_term
from tests.small_college import make_small_college

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of the pages, to be looked at
LONG = "Wolfeschlegelsteinhausenbergerdorff"


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
        make_person("Dee Hart", Role.DESK, email="dee@example.org")
        make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def at_the_desk(college: Flask, chromium: Browser, *, scripts: bool) -> Iterator[Page]:
    with (
        time_machine.travel(NOW, tick=False),
        browser.serving(college) as site,
        browser.visitor(chromium, site, width=PHONE, scripts=scripts) as page,
    ):
        yield page


def sign_in(page: Page, college: Flask, email: str) -> None:
    with college.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        key = make_link(None, person, email)
        db.session.remove()
    page.goto(f"/sign-in/link/{key}")
    press(page, "Sign in")


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def make_rows() -> dict[str, int | str]:
    """One of everything that an address of the office can name, with words as long as life's."""
    now, sleeping = clock.now(), make_small_college(courses=2)
    ada = make_person(
        f"Ada {LONG}",
        email=f"ada.{LONG}@example.org",
        phone="01632 960 123",
        address=f"9 {LONG} Road\nHarbour",
        contact_by=ContactBy.PHONE,
        needs="A seat near the door. " * 8,
        needs_shared=True,
        earlier=f"Address: 4 {LONG} Street",
    )
    other = make_person("Ada Osei", email="ada@example.org", address="9 Larkspur Rise")
    session = db.session.scalars(select(Session).order_by(Session.id)).first()
    assert session
    assert session.room
    tutor = session.accepted[0].tutor
    rows: dict[str, Model] = {
        "version_id": Agreement(we_promise="Tea", we_ask="Kindness", made_at=now),
        "wall_id": RingFirst(
            person_id=ada.id, other_id=other.id, review_on=date(2027, 5, 1), set_at=now
        ),
        "step_id": TrainingStep(tutor_id=tutor.id, name=f"Facilitation {LONG}"),
        "return_id": SavedReturn(period="Spring", made_at=now, content=[]),
        "sheet_id": HoursSheet(
            tutor_id=tutor.id,
            month=date(2027, 4, 1),
            minutes=165,
            lines=kept_form(Line(date(2027, 4, 6), f"Sleeping {LONG}", kind, 60) for kind in DONE),
            confirmed_at=now,
        ),
        "mail_id": IncomingMail(
            digest="m",
            came_at=now,
            kind=MailKind.UNKNOWN,
            state=MailState.FOR_THE_OFFICE,
            sender=f"{LONG}@example.org",
            subject=f"Tea {LONG}",
        ),
        "welcome_id": Welcome(session_id=session.id, name=f"Ada {LONG}", made_at=now),
        "decision_id": Decision(course_id=sleeping.id, decided_on=now.date(), words=f"Tea {LONG}"),
    }
    with transaction():
        db.session.add_all(rows.values())
    ids = {name: int(vars(row)["id"]) for name, row in rows.items()}
    dee = db.session.scalars(select(Person).where(Person.email == "dee@example.org")).one()
    asked = Request(session.run, way=Way.PHONE)
    place = enrol(dee, ada, asked, the_college())
    return {
        **ids,
        "slug": "attendance",
        "person_id": ada.id,
        "other_id": other.id,
        "old_id": make_term("Autumn 2027").id,
        "course_id": sleeping.id,
        "maker_id": sleeping.contributors[0].id,
        "strand_id": sleeping.strand_id,
        "term_id": session.run.term_id,
        "run_id": session.run_id,
        "enrolment_id": place.id,
        "pool_id": place.pool_id,
        "session_id": session.id,
        "venue_id": session.room.venue_id,
        "room_id": session.room.id,
        "tutor_id": tutor.id,
        "contact_id": make_message(ada, channel=Channel.LETTER, body=f"Dear {LONG}").id,
        "message_id": make_message(ada, body=f"Dear {LONG}").id,
    }


def addresses(college: Flask, rows: dict[str, int | str]) -> dict[str, str]:
    """Of every page of the office; those of moving in have a journey of their own."""
    site = college.url_map.bind("localhost")
    found = {
        rule.endpoint: site.build(rule.endpoint, {name: rows[name] for name in rule.arguments})
        for rule in college.url_map.iter_rules()
        if rule.rule.startswith("/office") and "GET" in (rule.methods or ())
        if not rule.rule.startswith(("/office/import", "/office/settings/"))
        if not rule.rule.endswith((".pdf", ".csv", ".xlsx"))
    }
    found["reports.runs_behind"] = "/office/reports/places/runs"
    return found | {f"settings-{slug}": f"/office/settings/{slug}" for slug in SECTIONS}


def look(page: Page, name: str) -> list[str]:
    """What is wrong with a page. It has no script, so that it is the same without any."""
    faults = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"scrolls sideways at {width}"] if scrolls_sideways(page) else []
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    for tag, most in (("h1", 1), ("script", 0)):
        number = page.locator(tag).count()
        faults += [f"{number} of {tag}"] if number != most else []
    return faults + axe_violations(page)


@ON_SQLITE
def test_no_page_of_the_office_gives_axe_or_a_narrow_screen_cause_to_complain(
    college: Flask, chromium: Browser
) -> None:
    with at_the_desk(college, chromium, scripts=True) as page:
        with college.app_context():
            pages = addresses(college, make_rows())
            db.session.remove()
        sign_in(page, college, "olu@example.org")
        found = {}
        for name, address in pages.items():
            answer = page.goto(address)
            assert answer
            assert answer.status == 200, address
            found[name] = look(page, name)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) > 40


@ON_SQLITE
def test_somebody_with_a_name_and_a_postal_address_is_added_found_merged_copied_and_forgotten(
    college: Flask, chromium: Browser
) -> None:
    with at_the_desk(college, chromium, scripts=False) as page:
        sign_in(page, college, "dee@example.org")
        add(page, "Mair Wyn Rees", "9 Larkspur Rise\nHarbour")
        page.get_by_role("link", name="People", exact=True).first.click()
        find(page, "wyn re")
        page.get_by_role("link", name="Mair Wyn Rees", exact=True).click()
        expect(page.get_by_label("Postal address")).to_have_value("9 Larkspur Rise\nHarbour")
        expect(page.get_by_role("link", name="Merge it with another")).to_have_count(0)
        add(page, "M. Rees", "12 Quay Street", phone="01632 960 444")
        press(page, "Sign out")

        sign_in(page, college, "olu@example.org")
        page.goto("/office/people")
        find(page, "larkspur")
        expect(page.get_by_text("Nobody matches that.")).to_be_visible()
        find(page, "wyn")
        page.get_by_role("link", name="Mair Wyn Rees", exact=True).click()
        page.get_by_role("link", name="Merge it with another").click()
        find(page, "960444")
        page.get_by_role("link", name="See what would move").click()
        heading(page, "Make one record of two")
        expect(page.get_by_role("listitem").filter(has_text="01632 960 444")).to_be_visible()
        press(page, "Make them one")
        heading(page, "Mair Wyn Rees")
        expect(page.get_by_label("Phone number")).to_have_value("01632 960 444")
        expect(page.get_by_text("12 Quay Street")).to_be_visible()

        page.get_by_role("link", name="Make a copy for them").click()
        with page.expect_download() as copy:
            press(page, "Download the copy")
        with ZipFile(copy.value.path()) as box:
            told = "".join(box.read(name).decode() for name in box.namelist())
        words = ("Mair Wyn Rees", "M. Rees", "9 Larkspur Rise", "12 Quay Street", "01632 960 444")
        assert [each for each in words if each not in told] == []

        page.goto("/office/people")
        find(page, "mair")
        page.get_by_role("link", name="Mair Wyn Rees", exact=True).click()
        page.get_by_role("link", name="Forget this person").click()
        press(page, "Forget this person")
        expect(page).to_have_title(re.compile("^Error"))
        page.get_by_label("Yes, forget all of it").check()
        press(page, "Forget this person")
        heading(page, "People")
        expect(page.get_by_text("The record is gone.")).to_be_visible()
        for words_of_theirs in ("mair", "rees", "960444"):
            find(page, words_of_theirs)
            expect(page.get_by_text("Nobody matches that.")).to_be_visible()


def add(page: Page, name: str, address: str, *, phone: str = "") -> None:
    page.goto("/office/people")
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Postal address").fill(address)
    page.get_by_label("Phone number").fill(phone)
    press(page, "Add them")
    heading(page, name)


def find(page: Page, words: str) -> None:
    page.get_by_role("searchbox").fill(words)
    press(page, "Find")
