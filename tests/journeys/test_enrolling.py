"""A newcomer takes a place on a small phone without scripts; somebody waits, and answers."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person
from recovery_college.app import create_app
from recovery_college.attendance.models import Certificate
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests import browser
from tests.browser import DESK, PHONE, axe_violations, scrolls_sideways
from tests.conftest import ON_SQLITE, MakeDatabase
from tests.factories import FIRST, NOW, make_course, make_person, make_room, make_run, make_term
from tests.small_college import make_small_college

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MOST = 11  # fields and presses from the prospectus to a confirmed place


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
        make_small_college(courses=2)
        bea = _busy_student()
        app.config["FIRST_LINK"] = f"/sign-in/link/{make_link(None, bea, 'bea@example.org')}"
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _busy_student() -> Person:
    """Who has a place, is offered one, waits for one, and gave one up."""
    room, course, term = make_room(), make_course("Clay and calm"), make_term()
    weeks = [FIRST + timedelta(weeks=week) for week in range(5)]
    runs = [
        make_run(course, term=term, room=room, first=week, at=time(14), capacity=1, sessions=3)
        for week in weeks[:1]
    ]
    for hour, week in ((16, 0), (17, 1), (18, 2), (19, 3)):
        runs.append(
            make_run(
                make_course(f"Making room, part {hour}"),
                term=term,
                room=make_room(),
                first=weeks[week],
                at=time(hour),
                capacity=1,
            )
        )
    make_run(runs[4].course, term=term, room=make_room(), first=weeks[4], at=time(10))
    bea, other = make_person("Bea Moss", email="bea@example.org"), make_person("Cy Hill")
    college = the_college()
    theirs = [enrol(other, other, Request(run), college) for run in runs[1:3]]
    mine = [enrol(bea, bea, Request(run), college) for run in runs[:4]]
    give_up(other, theirs[0], college)
    give_up(bea, mine[3], college)
    fourth = make_person("Di Rowe")
    enrol(fourth, fourth, Request(runs[4]), college)
    enrol(bea, bea, Request(runs[4]), college)
    return bea


@pytest.fixture
def visit(chromium: Browser, college: Flask) -> Iterator[Open]:
    with time_machine.travel(NOW, tick=False), ExitStack() as open_until:
        site = open_until.enter_context(browser.serving(college))
        yield lambda width=PHONE, *, scripts=False: open_until.enter_context(
            browser.visitor(chromium, site, width=width, scripts=scripts)
        )


class Counted:
    """Somebody who counts what they must type, tick and press."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def link(self, words: str) -> None:
        self._do(self.page.get_by_role("link", name=words).first.click)

    def press(self, words: str) -> None:
        self._do(self.page.get_by_role("button", name=words, exact=True).click)

    def fill(self, label: str, words: str) -> None:
        self._do(lambda: self.page.get_by_label(label).first.fill(words))

    def tick(self, label: str) -> None:
        self._do(self.page.get_by_label(label).check)

    def _do(self, deed: Callable[[], object]) -> None:
        deed()
        self.done += 1


def check_page(page: Page, name: str) -> None:
    """As everybody can use it; and its picture, where somebody wants to look."""
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)
    assert not scrolls_sideways(page)


def test_a_newcomer_takes_a_place_with_fewer_than_twelve_fields_and_presses(
    visit: Open, college: Flask
) -> None:
    page = visit(PHONE)
    somebody = Counted(page)
    page.goto("/courses")
    somebody.link("Sleeping well")
    somebody.link("Enrol")
    check_page(page, "enrol-newcomer-320")
    somebody.fill("Your name", "Sun Li")
    somebody.tick("I am over 18")
    somebody.press("Keep this and go on")
    somebody.fill("E-mail address", "sun@example.org")
    for words in ("Keep this and go on", "Go on"):
        somebody.press(words)
    somebody.tick("I agree")
    somebody.press("Agree and join")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enrol")
    check_page(page, "enrol-320")
    somebody.press("Take my place")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have a place")
    check_page(page, "place-320")
    assert somebody.done <= MOST
    with college.app_context():
        theirs = select(Enrolment.state).join(Person, Enrolment.person_id == Person.id)
        assert list(db.session.scalars(theirs.where(Person.name == "Sun Li"))) == [State.CONFIRMED]


@pytest.fixture
def full_run(college: Flask) -> Iterator[int]:
    """With one place, which somebody has."""
    with college.app_context(), time_machine.travel(NOW, tick=False):
        run = db.session.scalars(select(Run).order_by(Run.id.desc())).first()
        assert run
        run.capacity = 1
        db.session.commit()
        first = make_person("Ash Reed", email="ash.student@example.org")
        enrol(first, first, Request(run), the_college())
        db.session.remove()
        yield run.id


@ON_SQLITE
def test_somebody_waits_is_offered_a_place_and_answers_by_the_letter_alone(
    visit: Open, college: Flask, full_run: int
) -> None:
    with college.test_request_context(), time_machine.travel(NOW, tick=False):
        run = db.session.get_one(Run, full_run)
        bo = make_person("Bo Lind", email="bo.student@example.org")
        waiting = enrol(bo, bo, Request(run), the_college())
        held = db.session.scalars(select(Enrolment).filter_by(run_id=full_run)).first()
        assert held
        assert held.person
        give_up(held.person, held, the_college())
        bodies = select(OutboxMessage.body).where(OutboxMessage.person_id == bo.id)
        found = re.search(r"/offers/\S+", " ".join(db.session.scalars(bodies)))
        assert found
        id = waiting.id
        db.session.remove()
    for width in (PHONE, DESK):
        page = visit(width, scripts=True)
        page.goto(found[0])
        assert axe_violations(page) == []
        check_page(page, f"offer-{width}")
    page.get_by_role("button", name="Yes, I take it").click()
    expect(page.get_by_text("The place is yours. Just come.")).to_be_visible()
    with college.app_context():
        assert db.session.get_one(Enrolment, id).state is State.CONFIRMED


@ON_SQLITE
def test_every_page_of_a_student_can_be_used_by_everybody(visit: Open, college: Flask) -> None:
    page = visit(DESK, scripts=True)
    page.goto(college.config["FIRST_LINK"])
    page.get_by_role("button", name="Sign in").press("Enter")
    with college.app_context():
        rows = select(Enrolment).join(Person, Enrolment.person_id == Person.id)
        theirs = rows.where(Person.name == "Bea Moss").order_by(Enrolment.id)
        mine = db.session.scalars(theirs).all()
        addresses = {f"place-{each.state}-{each.id}": f"/enrolments/{each.id}" for each in mine}
        runs = db.session.scalars(select(Run.id).order_by(Run.id)).all()
        day = date(2027, 4, 5)
        certificate = Certificate(
            enrolment=mine[0],
            made_at=datetime(2027, 5, 1, tzinfo=UTC),
            name="Bea Wolfeschlegelsteinhausen",
            title="Sleeping well, part two",
            shows_title=True,
            minutes=135,
            came=1,
            ran=1,
            percent=70,
            starts_on=day,
            ends_on=day,
        )
        with transaction():
            db.session.add(certificate)
        addresses |= {"certificate": f"/my/certificates/{certificate.id}"}
        addresses |= {"certificate-check": f"/certificates/{certificate.printed_code}"}
        addresses |= {"certificates": "/my/certificates", "no-certificate": "/certificates/none"}
        db.session.remove()
    first = next(iter(addresses.values()))
    addresses |= {"my": "/my", "my-courses": "/my/courses", "withdraw": f"{first}/withdraw"}
    addresses |= {"enrol": f"/runs/{runs[0]}/enrol", "enrol-online": f"/runs/{runs[2]}/enrol"}
    found: dict[tuple[str, int], object] = {}
    for name, address in addresses.items():
        page.goto(address)
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            check_page(page, f"{name}-{width}")
            found[name, width] = axe_violations(page)
    assert {at: said for at, said in found.items() if said} == {}
