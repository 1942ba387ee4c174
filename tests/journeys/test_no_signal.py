"""A register is taken in a basement: no network, the browser is closed, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.app import create_app
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState
from recovery_college.college.models import Setting
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Session
from tests import browser
from tests.attendance.registering import MORNING, make_taught, pair_of
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.journeys.carrying import carries_registers
from tests.operations.waiting import wait_until

pytestmark = [pytest.mark.browser, ON_SQLITE]
STUDENTS = 12
ARGUMENTS = [*browser.ARGUMENTS, "--no-sandbox"]


class Basement:
    """A college on the morning of a session, and the phones of its pair."""

    def __init__(self, app: Flask, site: str, chromium: Browser, folder: Path) -> None:
        self.app, self.site, self.chromium, self.folder = app, site, chromium, folder
        with app.app_context():
            session = make_taught(STUDENTS).sessions[0]
            self.session_id = session.id
            self.people = [each.id for each in pair_of(session.run)]
            db.session.remove()

    @property
    def register(self) -> str:
        return f"{self.site}/tutor/sessions/{self.session_id}/register"

    @contextmanager
    def phone(self, name: str) -> Iterator[BrowserContext]:
        """It remembers what it had when it was last closed."""
        context = self.chromium.browser_type.launch_persistent_context(
            self.folder / name,
            executable_path=browser.program(),
            args=ARGUMENTS,
            viewport={"width": 390, "height": 800},
        )
        yield context
        context.close()

    def sign_in(self, page: Page, number: int) -> None:
        with self.app.app_context():
            person = db.session.get_one(Person, self.people[number])
            key = make_link(None, person, person.email or "")
            db.session.remove()
        page.goto(f"{self.site}/sign-in/link/{key}")
        page.get_by_label("This is my own device").check()
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.goto(f"{self.site}/tutor")
        carries_registers(page)

    def standing(self) -> list[MarkState]:
        with self.app.app_context():
            asked = select(Mark.state).where(Mark.stands).order_by(Mark.enrolment_id)
            return list(db.session.scalars(asked))

    def count(self, table: type[Mark | TutorMark]) -> int:
        with self.app.app_context():
            return len(db.session.scalars(select(table.id)).all())


ADVICE = "caches.match('/tutor/what-to-do-now').then((kept) => kept ? kept.text() : '')"


@pytest.fixture
def basement(
    make_database: MakeDatabase, queue_url: str, chromium: Browser, tmp_path: Path
) -> Iterator[Basement]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with time_machine.travel(MORNING, tick=False):
        with app.app_context():
            db.create_all()
        with browser.serving(app) as site:
            yield Basement(app, site, chromium, tmp_path)
    with app.app_context():
        db.engine.dispose()


def press_all(page: Page, word: str) -> None:
    """Of everybody who has a place, as soon as the device has unlocked what it carries."""
    expect(page.locator("[data-who^=e]")).to_have_count(STUDENTS)
    for line in page.locator("[data-who^=e]").all():
        line.get_by_label(word, exact=True).check()


def test_marks_made_without_signal_outlive_the_browser_and_arrive_once(basement: Basement) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
        phone.set_offline(True)
        page.goto(basement.register)
        expect(page.get_by_text("There is no signal.")).to_be_visible()
        press_all(page, "Came late")
        for line in page.locator("[data-who^=t]").all():
            line.get_by_label("Present", exact=True).check()
        expect(page.locator("[data-marked]")).to_have_text(f"{STUDENTS} of {STUDENTS} marked")
        expect(page.locator("[data-kept]")).to_contain_text("14 not sent yet")
    assert basement.standing() == []
    with basement.phone("ash") as phone:
        phone.set_offline(True)
        page = phone.pages[0]
        page.goto(basement.register)
        expect(page.locator("[data-marked]")).to_have_text(f"{STUDENTS} of {STUDENTS} marked")
        phone.set_offline(False)
        expect(page.locator("[data-kept]")).to_have_text("All is sent.")
        page.goto(basement.register)
        expect(page.get_by_text(f"{STUDENTS} of {STUDENTS} marked")).to_be_visible()
    assert basement.standing() == [MarkState.LATE] * STUDENTS
    assert (basement.count(Mark), basement.count(TutorMark)) == (STUDENTS, 2)


def test_of_two_devices_the_last_press_stands_and_both_are_told(basement: Basement) -> None:
    with basement.phone("ash") as ash, basement.phone("bo") as bo:
        pages = [phone.pages[0] for phone in (ash, bo)]
        for number, (phone, page) in enumerate(zip((ash, bo), pages, strict=True)):
            basement.sign_in(page, number)
            phone.set_offline(True)
            page.goto(basement.register)
        press_all(pages[0], "Told us")
        press_all(pages[1], "Present")
        for phone, page in ((bo, pages[1]), (ash, pages[0])):
            phone.set_offline(False)
            expect(page.locator("[data-kept]")).to_contain_text("All is sent.")
        expect(pages[0].locator("[data-kept]")).to_contain_text("12 marked later by somebody else")
        pages[0].goto(basement.register)
        expect(pages[0].get_by_text("marked by Bo Lind").first).to_be_visible()
    assert basement.standing() == [MarkState.PRESENT] * STUDENTS
    assert basement.count(Mark) == 2 * STUDENTS


def test_saving_does_not_say_again_what_somebody_else_has_put_right(basement: Basement) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
        page.goto(basement.register)
        press_all(page, "Present")
        wait_until(lambda: basement.count(Mark) == STUDENTS)
        minute = timedelta(minutes=1)
        with time_machine.travel(MORNING + minute, tick=False), basement.app.app_context():
            session = db.session.get_one(Session, basement.session_id)
            bo = db.session.get_one(Person, basement.people[1])
            first = db.session.scalars(
                select(Mark.enrolment_id).order_by(Mark.enrolment_id)
            ).first()
            take(bo, session, [Word(Who("e", first or 0), MarkState.LATE)])
            db.session.remove()
        with time_machine.travel(MORNING + 2 * minute, tick=False):
            page.get_by_role("button", name="Save the register").click()
            page.locator("[data-who^=t]").first.get_by_label("Present", exact=True).check()
            wait_until(lambda: basement.count(TutorMark) == 1)
    assert basement.standing().count(MarkState.LATE) == 1


def test_signing_out_with_unsent_marks_asks_first_and_leaves_nothing(basement: Basement) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
        page.goto(basement.register)
        page.route("**/registers.json", lambda route: route.abort())
        page.locator("[data-who^=e]").first.get_by_label("Present", exact=True).check()
        expect(page.locator("[data-kept]")).to_contain_text("1 not sent yet")
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_text("1 mark has not been sent.")).to_be_visible()
        page.unroute("**/registers.json")
        page.get_by_role("button", name="Send first").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("signed out")
        assert page.evaluate("indexedDB.databases()") == []
    assert basement.standing() == [MarkState.PRESENT]


def test_what_a_device_keeps_can_be_read_by_nobody_who_copies_it(basement: Basement) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
    kept = b"".join(
        path.read_bytes() for path in (basement.folder / "ash").rglob("*") if path.is_file()
    )
    assert b"registers" in kept
    for name in ("Student 00", "Student 11"):
        assert name.encode() not in kept
        assert name.encode("utf-16-le") not in kept


def test_a_device_whose_clock_is_a_day_wrong_has_no_last_word(basement: Basement) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        page.clock.set_fixed_time("2031-01-01T00:00:00Z")
        basement.sign_in(page, 0)
        page.goto(basement.register)
        page.locator("[data-who^=e]").first.get_by_label("Told us", exact=True).check()
        wait_until(lambda: basement.count(Mark) == 1)
    with basement.app.app_context():
        mark = db.session.scalars(select(Mark)).one()
        assert mark.marked_at <= MORNING
        session = db.session.get_one(Session, basement.session_id)
        bo = db.session.get_one(Person, basement.people[1])
        word = Word(Who("e", mark.enrolment_id or 0), MarkState.PRESENT)
        assert take(bo, session, [word]).later == []
        db.session.remove()
    assert basement.standing() == [MarkState.PRESENT]


def test_what_to_do_now_opens_without_signal_in_the_words_of_the_last_visit(
    basement: Basement,
) -> None:
    address = f"{basement.site}/tutor/what-to-do-now"
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
        with basement.app.app_context():
            with transaction():
                db.session.add(Setting(key="worry_words", value="Call Nia first."))
            db.session.remove()
        page.goto(f"{basement.site}/tutor")
        wait_until(lambda: "Call Nia first." in page.evaluate(ADVICE))
        phone.set_offline(True)
        page.goto(basement.register)
        page.get_by_role("link", name="Worried? What to do now").click()
        page.wait_for_url(address)
        expect(page.get_by_text("Call Nia first.")).to_be_visible()
        assert browser.axe_violations(page) == []


def test_the_page_without_signal_gives_axe_or_a_narrow_screen_no_cause_to_complain(
    basement: Basement,
) -> None:
    with basement.phone("ash") as phone:
        page = phone.pages[0]
        basement.sign_in(page, 0)
        phone.set_offline(True)
        for address in (basement.register, f"{basement.site}/tutor"):
            page.goto(address)
            for width in (browser.DESK, browser.PHONE):
                page.set_viewport_size({"width": width, "height": 900})
                assert not browser.scrolls_sideways(page)
            assert browser.axe_violations(page) == []
