"""A term in the life of the harbour college: planned, published, enrolled for, waited for,
moved, taught, marked without signal, and reported, each step by whoever does it, on their pages.

With SHOTS set to a folder, each step leaves its picture there: the README's are made so.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.database import db
from recovery_college.intake import commands
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.workbook import read_workbook
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from tests import browser
from tests.browser import DESK, PHONE
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person
from tests.intake.workbooks import HARBOUR, quiet
from tests.journeys.carrying import carries_registers

pytestmark = [pytest.mark.browser, ON_SQLITE]
SHOTS = os.environ.get("SHOTS", "")
COURSE = "Sleep well"
OLU, MAIR, SUN = "olu@example.org", "mair@example.org", "sun@example.org"
MOVED_IN = "2026-11-23T09:00Z"  # the workbook's spring term is public and open


class Life:
    """The college, and a device for everybody, each signed in once."""

    def __init__(self, app: Flask, site: str, chromium: Browser, until: ExitStack) -> None:
        self.app, self.site, self.chromium, self.until = app, site, chromium, until

    def now(self, moment: str) -> None:
        self.until.enter_context(time_machine.travel(moment, tick=False))

    def stranger(self, *, width: int = PHONE) -> Page:
        """Somebody who is not signed in, without scripts."""
        visitor = browser.visitor(self.chromium, self.site, width=width, scripts=False)
        return self.until.enter_context(visitor)

    def device(self, email: str, *, width: int = PHONE) -> Page:
        page = self.stranger(width=width)
        self.sign_in(page, email)
        return page

    def sign_in(self, page: Page, email: str, *, own: bool = False) -> None:
        with self.app.app_context():
            person = db.session.scalars(select(Person).where(Person.email == email)).one()
            key = make_link(None, person, email)
            db.session.remove()
        page.goto(f"/sign-in/link/{key}")
        if own:
            page.get_by_label("This is my own device").check()
        press(page, "Sign in")

    def last_letter(self, words: str) -> tuple[str, str]:
        """To whom the last letter with these words went, and what they stand in."""
        with self.app.app_context():
            letters = select(OutboxMessage).where(OutboxMessage.body.contains(words))
            last = db.session.scalars(letters.order_by(OutboxMessage.id.desc())).first()
            assert last
            found = re.search(rf"{words}\S*", last.body)
            db.session.remove()
        return last.address, found[0] if found else ""


@pytest.fixture
def life(make_database: MakeDatabase, queue_url: str, chromium: Browser) -> Iterator[Life]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context(), time_machine.travel(MOVED_IN, tick=False):
        db.create_all()
        olu = make_person("Olu Bankole", Role.MANAGER, email=OLU)
        workbook = read_workbook(HARBOUR, quiet)
        commands.take(olu, read_sheets(workbook.sheets), workbook.digest, quiet)
        for name, email in (("Sun Li", SUN), ("Mair Rees", MAIR)):
            make_person(name, email=email)
        db.session.remove()
    with ExitStack() as until, browser.serving(app) as site:
        until.enter_context(time_machine.travel(MOVED_IN, tick=False))
        yield Life(app, site, chromium, until)
    with app.app_context():
        db.engine.dispose()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.click()


def keep(page: Page, name: str) -> None:
    """Its picture, where somebody wants to look."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_a_term_from_its_first_plan_to_its_report(life: Life) -> None:
    office = life.device(OLU, width=DESK)
    go_live(office)
    run = plan(office)
    peer, other = (found_for(life, office, run, side) for side in ("lived", "professional"))
    publish(life, office, run)
    give_and_wait(life, run)
    move_the_second(life, office, run)
    first, second = sessions_of(office, run)
    life.now("2027-03-06T09:45Z")
    mark_without_signal(life, peer, first)
    life.now("2027-03-20T09:45Z")
    mark_without_scripts(life, other, second)
    life.now("2027-04-12T09:00Z")
    certify(life)
    report(life, run)
    with life.app.app_context():
        assert {name: found for name, check in CHECKS.items() if (found := check())} == {}


def go_live(office: Page) -> None:
    """Until then, nothing that a college moving in promises is sent, and no place is offered."""
    office.goto("/office/messages/live")
    press(office, "Go live")


def plan(office: Page) -> str:
    """Two Saturdays in spring, and one place; gives the run's address."""
    office.goto("/office/runs/new")
    for label, words in (
        ("Course", COURSE),
        ("Term", "Spring 2027"),
        ("Room", "Harbour House: Lantern Room"),
    ):
        office.get_by_label(label, exact=True).select_option(label=words)
    for label, words in (
        ("Places", "1"),
        ("Day of the first session", "2027-03-06"),
        ("Begins", "10:00"),
        ("Ends", "12:00"),
        ("Number of weekly sessions", "2"),
    ):
        office.get_by_label(label).first.fill(words)
    press(office, "Plan it")
    expect(office.get_by_text("Planned, as a draft.")).to_be_visible()
    keep(office, "1-planned")
    return office.url


def found_for(life: Life, office: Page, run: str, side: str) -> str:
    """The first who teaches it on this side is asked, and says yes from the letter alone."""
    office.goto(f"{run}/ask?side={side}")
    tutors = office.get_by_label("Tutor", exact=True)
    names = tutors.locator("option").all_inner_texts()
    tutors.select_option(label=next(each for each in names if "(ready)" in each))
    press(office, "Ask them")
    email, link = life.last_letter("/tutor/answer/")
    phone = life.stranger()
    phone.goto(link)
    keep(phone, f"2-asked-{side}")
    phone.get_by_role("button", name=re.compile("^Yes to all")).click()
    expect(phone.get_by_text("You said yes to 2.")).to_be_visible()
    return email


def publish(life: Life, office: Page, run: str) -> None:
    office.goto(run)
    press(office, "Put it in the prospectus")
    expect(office.get_by_text("It is in the prospectus.")).to_be_visible()
    anybody = life.stranger()
    anybody.goto("/courses?q=sleep+well")
    anybody.get_by_role("link", name=COURSE).first.click()
    expect(anybody.get_by_text("2 sessions, March 2027")).to_be_visible()
    keep(anybody, "3-in-the-prospectus")


def give_and_wait(life: Life, run: str) -> None:
    """One place, and two who want it: who gives it up gives it to the other."""
    mair, sun = life.device(MAIR), life.device(SUN)
    for student, words, told in (
        (mair, "Take my place", "You have a place"),
        (sun, "Join the waiting list", "You are on the waiting list"),
    ):
        student.goto(f"/runs/{run.rsplit('/', 1)[1]}/enrol")
        press(student, words)
        expect(student.get_by_role("heading", level=1)).to_have_text(told)
    expect(sun.get_by_text("You are number 1 of 1 in line")).to_be_visible()
    keep(sun, "4-waiting")
    mair.get_by_role("link", name="Give up my place").click()
    press(mair, "Give up my place")
    email, link = life.last_letter("/offers/")
    assert email == SUN
    anywhere = life.stranger()
    anywhere.goto(link)
    keep(anywhere, "5-offered")
    press(anywhere, "Yes, I take it")
    expect(anywhere.get_by_text("The place is yours. Just come.")).to_be_visible()


def move_the_second(life: Life, office: Page, run: str) -> None:
    office.goto(run)
    office.get_by_role("link", name=re.compile("the session of Saturday 13 March")).click()
    office.get_by_label("Day", exact=True).first.fill("2027-03-20")
    press(office, "Move it there")
    email, _ = life.last_letter("20 March")
    assert email == SUN
    sun = life.device(SUN)
    sun.goto("/my/courses")
    sun.get_by_role("link", name=COURSE).first.click()
    sun.get_by_text("All dates", exact=True).click()
    expect(sun.get_by_text("Saturday 20 March 2027").last).to_be_visible()
    keep(sun, "6-moved")


def sessions_of(office: Page, run: str) -> list[str]:
    """Their numbers, as in addresses."""
    office.goto(run)
    links = office.get_by_role("link", name=re.compile("the session of")).all()
    return [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links]


def mark_without_signal(life: Life, email: str, session: str) -> None:
    """On the tutor's own phone, which carries today's register."""
    size = {"width": PHONE, "height": 800}
    phone = life.chromium.new_context(base_url=life.site, viewport=size)  # type: ignore[arg-type]
    page = phone.new_page()
    life.sign_in(page, email, own=True)
    page.goto("/tutor")
    carries_registers(page)
    phone.set_offline(True)
    page.goto(f"/tutor/sessions/{session}/register")
    lines = page.locator("[data-who]")
    expect(lines).to_have_count(3)  # once the device has unlocked what it carries
    for line in lines.all():
        line.get_by_label("Present", exact=True).check()
    expect(page.locator("[data-kept]")).to_contain_text("3 not sent yet")
    page.mouse.wheel(0, -5_000)
    keep(page, "7-without-signal")
    phone.set_offline(False)
    expect(page.locator("[data-kept]")).to_have_text("All is sent.")
    phone.close()


def mark_without_scripts(life: Life, email: str, session: str) -> None:
    page = life.device(email)
    page.goto(f"/tutor/sessions/{session}/register")
    for line in page.get_by_label("Present", exact=True).all():
        line.check()
    press(page, "Save the register")
    expect(page.get_by_text("1 of 1 marked")).to_be_visible()


def certify(life: Life) -> None:
    sun = life.device(SUN)
    sun.goto("/my/certificates")
    expect(sun.get_by_text("Completed: 4 hours, over 2 sessions")).to_be_visible()
    keep(sun, "8-completed")


def report(life: Life, run: str) -> None:
    office = life.device(OLU, width=DESK)
    office.goto(f"/office/reports/co-delivery?run={run.rsplit('/', 1)[1]}")
    for said in (
        "Registers taken: 2 of 2 sessions that ran (100%).",
        "2 of 2 sessions were really taught by both.",
        "4 of 8 hours were taught by peer tutors.",
    ):
        expect(office.get_by_text(said)).to_be_visible()
    keep(office, "9-reported")
