"""A register of twenty, taken on a phone: by few taps, by keyboard alone, without scripts; and on
paper.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.rules import MarkState
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment
from tests import browser
from tests.attendance.registering import MORNING, make_taught, pair_of
from tests.browser import DESK
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import make_person
from tests.operations.waiting import wait_until

pytestmark = [pytest.mark.browser, ON_SQLITE]
STUDENTS = 20
PHONE = 390


class Class:
    def __init__(self, app: Flask, site: str, chromium: Browser) -> None:
        self.app, self.site, self.chromium = app, site, chromium
        with app.app_context():
            run = make_taught(STUDENTS, capacity=STUDENTS)
            ash = pair_of(run)[0]
            with transaction():
                person = db.session.scalars(select(Enrolment)).first()
                assert person
                assert person.person
                person.person.needs, person.person.needs_shared = "A seat by the door", True
            self.key = make_link(None, ash, ash.email or "")
            dee = make_person("Dee Hart", Role.DESK, email="dee@example.org")
            self.desk_key = make_link(None, dee, "dee@example.org")
            self.session_id = run.sessions[0].id
            db.session.remove()

    @contextmanager
    def at_the_session(self, *, scripts: bool = False) -> Iterator[Page]:
        with browser.visitor(self.chromium, self.site, width=PHONE, scripts=scripts) as page:
            page.goto(f"/sign-in/link/{self.key}")
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.goto(f"/tutor/sessions/{self.session_id}")
            yield page

    @contextmanager
    def at_the_desk(self) -> Iterator[Page]:
        with browser.visitor(self.chromium, self.site, width=DESK, scripts=False) as page:
            page.goto(f"/sign-in/link/{self.desk_key}")
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.goto("/office/registers")
            yield page

    def marks(self) -> tuple[list[MarkState], int]:
        with self.app.app_context():
            asked = select(Mark.state).where(Mark.stands).order_by(Mark.enrolment_id)
            tutors = db.session.scalars(select(TutorMark.id).where(TutorMark.stands)).all()
            return list(db.session.scalars(asked)), len(tutors)


@pytest.fixture
def taught(make_database: MakeDatabase, queue_url: str, chromium: Browser) -> Iterator[Class]:
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
            yield Class(app, site, chromium)
    with app.app_context():
        db.engine.dispose()


def test_each_of_twenty_and_both_tutors_take_twenty_four_taps_without_scripts(
    taught: Class,
) -> None:
    taps = 0
    with taught.at_the_session() as page:
        page.get_by_role("link", name="Take the register").click()
        taps += 1
        for line in page.locator("[data-who]").all():
            line.get_by_label("Present", exact=True).check()
            taps += 1
        page.get_by_role("button", name="Save the register").click()
        taps += 1
        expect(page.get_by_text("Saved: 22 marks.")).to_be_visible()
    assert taps <= 24
    assert taught.marks() == ([MarkState.PRESENT] * STUDENTS, 2)


def test_those_who_did_not_come_and_one_press_for_the_rest(taught: Class) -> None:
    with taught.at_the_session() as page:
        page.get_by_role("link", name="Take the register").click()
        page.locator("[data-who^=e]").nth(3).get_by_label("Told us").check()
        page.get_by_role("button", name="Mark the rest present").click()
        expect(page.get_by_text(f"{STUDENTS} of {STUDENTS} marked")).to_be_visible()
    states, _tutors = taught.marks()
    assert states.count(MarkState.PRESENT) == STUDENTS - 1
    assert states[3] is MarkState.TOLD


@pytest.mark.parametrize("scripts", [False, True])
def test_by_keyboard_alone(taught: Class, scripts: bool) -> None:
    with taught.at_the_session(scripts=scripts) as page:
        page.get_by_role("link", name="Take the register").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/register")
        page.locator("[data-who^=t] input[type=radio]").first.focus()
        for number in range(STUDENTS + 2):
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
            if number == 1:  # past the button for the rest
                page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Save the register")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{STUDENTS} of {STUDENTS} marked")).to_be_visible()
        wait_until(lambda: taught.marks() == ([MarkState.PRESENT] * STUDENTS, 2))


def test_a_sheet_of_twenty_is_typed_in_with_forty_keys(taught: Class) -> None:
    keys = ["3", " ", "1", "2", "Tab", "Tab", "7", "Tab", "9", "-", "1", "1", "Tab", "Space"]
    keys += ["Tab", "Space", "Tab", "Space", "Tab", "Enter"]
    with taught.at_the_desk() as page:
        page.get_by_role("link", name="From paper").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/quick")
        page.get_by_label("Came late").first.focus()
        for key in keys:
            page.keyboard.press(key)
        expect(page.get_by_text(f"{STUDENTS} of {STUDENTS} marked")).to_be_visible()
    assert len(keys) <= 40  # a key a second is well under a minute
    states, tutors = taught.marks()
    numbers = {
        state: [n for n, each in enumerate(states, start=1) if each is state] for state in MarkState
    }
    assert numbers[MarkState.LATE] == [3, 12]
    assert numbers[MarkState.TOLD] == [7]
    assert numbers[MarkState.UNHEARD] == [9, 10, 11]
    assert (len(numbers[MarkState.PRESENT]), tutors) == (14, 2)


def test_on_paper_it_has_names_and_boxes_and_nothing_that_is_nobodys_business(
    taught: Class,
) -> None:
    with taught.at_the_session() as page:
        page.get_by_role("link", name="Take the register").click()
        expect(page.get_by_text("A seat by the door")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.get_by_text("A seat by the door")).to_be_hidden()
        expect(page.get_by_role("button", name="Save the register")).to_be_hidden()
        boxes = page.locator("[data-who^=e]").first.locator("label:visible")
        expect(boxes).to_have_text(
            ["Present", "Came late", "Left early", "Told us", "We did not hear"]
        )
        tall = boxes.first.bounding_box()
        assert tall
        assert tall["height"] >= 45  # CSS pixels: 12 mm, room for a tick by hand
