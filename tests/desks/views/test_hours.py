"""A tutor's month: what stands there, what they write down, confirming, released time."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Delivery
from recovery_college.tutors.models import HoursSheet, Tutor, WorkEntry
from recovery_college.tutors.rules import Work
from tests.conftest import Browse, Browser
from tests.factories import make_course, make_person, make_run, make_tutor
from tests.markup import seen, words_of

pytestmark = pytest.mark.usefixtures("app")
HERE = "/tutor/hours?month=2027-06"
TRAVEL: dict[str, Any] = {
    "worked_on": "08/06/2027",
    "kind": "travel",
    "hours": "",
    "minutes": "40",
    "words": "To the ferry",
}


@pytest.fixture(autouse=True)
def after_a_first_session() -> Iterator[None]:
    with time_machine.travel("2027-06-09T09:00Z", tick=False):
        yield


@pytest.fixture
def ash() -> Tutor:
    """Three sessions in June: on the 7th, the 14th and the 21st."""
    ash = make_tutor(name="Ash Reed")
    with transaction():
        ash.person.role_rows = make_person("", Role.TUTOR).role_rows
        ash.hours_a_month = 8
    make_run(make_course("Sleep"), tutors=(ash,), sessions=3)
    return ash


@pytest.fixture
def browser(browse: Browse, ash: Tutor) -> Browser:
    return browse(ash.person)


def entries() -> list[tuple[object, ...]]:
    rows = db.session.scalars(select(WorkEntry).order_by(WorkEntry.id))
    return [(row.worked_on, row.kind, row.minutes, row.words) for row in rows]


def entry_address() -> str:
    return f"/tutor/hours/entries/{db.session.scalars(select(WorkEntry.id)).one()}"


def deeds() -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.verb, row.subject.partition(":")[0], row.fields) for row in rows]


def test_a_month_stands_by_itself_and_takes_what_is_written_down(browser: Browser) -> None:
    before = words_of(browser.get(HERE).text)
    assert "Sessions 2 hours" in before
    assert "Altogether, for pay 2 hours 45 minutes" in before
    assert "Still to come 5 hours 30 minutes" in before
    assert "8 hours 15 minutes of 8 hours" in before
    assert "You can confirm it from 30 June." in before
    assert browser.post(HERE, data=TRAVEL).location == HERE
    after = words_of(browser.get(HERE).text)
    assert "Altogether, for pay 3 hours 25 minutes" in after
    assert "Tuesday 8 June 2027 To the ferry 40 minutes of travel" in after
    assert entries() == [(date(2027, 6, 8), Work.TRAVEL, 40, "To the ferry")]
    assert deeds() == [("changed", "person", "work")]
    assert "Nothing stands here yet" in words_of(browser.get("/tutor/hours?month=2026-01").text)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"worked_on": "10/06/2027"}, "This day is yet to come."),
        ({"minutes": "0"}, "Say how long it took, up to 24 hours."),
        ({"minutes": "60"}, "Write a number from 0 to 59."),
        ({"kind": "sleep"}, "Choose from this list."),
        ({"worked_on": ""}, "Choose the day."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    browser: Browser, typed: dict[str, str], words: str
) -> None:
    answer = browser.post(HERE, data=TRAVEL | typed)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert "To the ferry" in answer.text
    assert entries() == []


def test_work_is_changed_and_removed_by_whoever_wrote_it(browser: Browser, browse: Browse) -> None:
    browser.post(HERE, data=TRAVEL)
    address = entry_address()
    typed = TRAVEL | {"seen": seen(browser.get(address).text)}
    assert browser.post(address, data=typed | {"hours": "1", "kind": "other"}).location == HERE
    assert entries() == [(date(2027, 6, 8), Work.OTHER, 100, "To the ferry")]
    assert "Somebody else changed this" in browser.post(address, data=typed).text
    stranger = browse(make_person("Bo", Role.TUTOR))
    assert [stranger.get(address).status_code, stranger.post(f"{address}/remove").status_code] == [
        *(404, 404)
    ]
    assert browser.post(f"{address}/remove").location == HERE
    assert entries() == []


def test_a_month_is_confirmed_once_when_it_is_over_and_stands(browser: Browser, ash: Tutor) -> None:
    browser.post(HERE, data=TRAVEL)
    early = browser.post("/tutor/hours/confirm?month=2027-06")
    assert (early.status_code, "June is not over" in early.text) == (409, True)
    with time_machine.travel("2027-06-30T20:00Z", tick=False):
        browser.sign_in(db.session.get_one(Person, ash.person_id))
        assert "Confirm June 2027" in browser.get(HERE).text
        assert browser.post("/tutor/hours/confirm?month=2027-06").location == HERE
        assert browser.post("/tutor/hours/confirm?month=2027-06").status_code == 409
        sheet = db.session.scalars(select(HoursSheet)).one()
        assert (sheet.tutor_id, sheet.month, sheet.minutes) == (ash.id, date(2027, 6, 1), 535)
        assert sheet.lines[3] == {
            "day": "2027-06-08",
            "what": "To the ferry",
            "kind": "travel",
            "minutes": 40,
            "released": False,
        }
        delivery = db.session.scalars(select(Delivery.id)).first()
        address = entry_address()
        typed = TRAVEL | {"seen": seen(browser.get(address).text)}
        refused = [
            browser.post(HERE, data=TRAVEL),
            browser.post(address, data=typed | {"worked_on": "31/05/2027"}),
            browser.post(f"{address}/remove"),
            browser.post(f"/tutor/hours/sessions/{delivery}/released"),
        ]
        assert [each.status_code for each in refused] == [422, 422, 409, 409]
        assert all("confirmed the hours of this month" in words_of(each.text) for each in refused)
        page = words_of(browser.get(HERE).text)
        assert "Confirmed on 30 June 2027, not approved yet" in page
        assert "Altogether, for pay 8 hours 55 minutes" in page
    assert deeds()[-1] == ("confirmed hours", "person", "2027-06")


def test_released_time_is_counted_apart_and_printed_for_a_line_manager(
    browser: Browser, browse: Browse
) -> None:
    ids = db.session.scalars(select(Delivery.id).order_by(Delivery.id)).all()
    assert "None of your sessions to come" in words_of(browser.get("/tutor/released").text)
    for id in ids:
        assert browser.post(f"/tutor/hours/sessions/{id}/released").location == HERE
    browser.post(f"/tutor/hours/sessions/{ids[2]}/paid")
    page = words_of(browser.get(HERE).text)
    assert "Altogether, for pay 0 minutes" in page
    assert "Released time, not paid here 2 hours 45 minutes" in page
    paper = words_of(browser.get("/tutor/released").text)
    assert "Ash Reed is needed at Harbour at these times." in paper
    assert "Monday 14 June 2027 10am to midday" in paper
    assert "1 time, 2 hours altogether." in paper
    assert not any(word in paper for word in ("Sleep", "lived", "peer", "7 June", "21 June"))
    assert deeds() == [("changed", "delivery", "released")] * 4
    other = browse(make_person("Bo", Role.TUTOR))
    assert other.post(f"/tutor/hours/sessions/{ids[0]}/paid").status_code == 404


def test_who_has_never_taught_has_a_page_too(browse: Browse) -> None:
    new: Person = make_person("New", Role.TUTOR)
    browser = browse(new)
    assert "Nothing stands here yet" in words_of(browser.get("/tutor/hours").text)
    assert browser.post(HERE, data=TRAVEL).location == HERE
    assert "40 minutes of travel" in words_of(browser.get(HERE).text)
