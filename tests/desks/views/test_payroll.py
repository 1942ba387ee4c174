"""A manager looks through a month of hours, approves, opens again, and exports for payroll."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.desks.history import told
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.commands.hours import confirm_month
from recovery_college.scheduling.models import Delivery
from recovery_college.tutors.models import HoursSheet, Tutor, WorkEntry
from recovery_college.tutors.rules import Work
from tests.conftest import Browse, Browser
from tests.factories import make_course, make_person, make_run, make_tutor
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
JUNE = date(2027, 6, 1)
HERE = "/office/hours?month=2027-06"


@pytest.fixture(autouse=True)
def in_july() -> Iterator[None]:
    with time_machine.travel("2027-07-02T09:00Z", tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


@pytest.fixture
def office(browse: Browse, olu: Person) -> Browser:
    return browse(olu)


def make_month(name: str, day: int, *, work: str = "") -> Tutor:
    tutor = make_tutor(name=name)
    make_run(make_course(), tutors=(tutor,), first=date(2027, 6, day))
    if work:
        row = WorkEntry(tutor_id=tutor.id, worked_on=JUNE, kind=Work.TRAVEL, minutes=20, words=work)
        with transaction():
            tutor.person.email = "ash@example.org"
            db.session.add(row)
    return tutor


def approve(office: Browser, sheet: int) -> TestResponse:
    """As the list's button does."""
    seen = re.search(rf"/office/hours/{sheet}/approve[^\"]*", office.get(HERE).text)
    return office.post(seen.group() if seen else f"/office/hours/{sheet}/approve")


def sheet_of(tutor: Tutor) -> HoursSheet:
    here = db.session.get_one(Tutor, tutor.id)
    return confirm_month(here.person, JUNE, the_college())


def test_who_has_hours_is_listed_and_a_manager_approves_what_is_not_their_own(
    office: Browser, olu: Person
) -> None:
    ash, mine = make_month("Ash Reed", 7, work="To the ferry"), make_month("Zed", 8)
    with transaction():
        mine.person_id = olu.id
    own = sheet_of(mine).id
    make_month("Bo Lind", 9)
    before = words_of(office.get(HERE).text)
    assert "Ash Reed 3 hours 5 minutes for pay Not confirmed yet" in before
    assert before.index("Ash Reed") < before.index("Bo Lind") < before.index("Olu Bankole 2")
    sheet = sheet_of(ash).id
    with transaction():
        db.session.get_one(Tutor, ash.id).prepare_minutes = 1000  # what is confirmed stands
    page = words_of(office.get(f"/office/hours/{sheet}").text)
    assert "Altogether, for pay 3 hours 5 minutes" in page
    assert "Tuesday 1 June 2027 To the ferry 20 minutes of travel" in page
    assert approve(office, sheet).location == HERE
    assert approve(office, own).status_code == 409
    assert "Another manager approves them" in office.get(f"/office/hours/{own}").text
    after = words_of(office.get(HERE).text)
    assert "3 hours 5 minutes for pay Approved on 2 July 2027 by Olu Bankole" in after
    assert "2 hours 45 minutes for pay Confirmed on 2 July 2027, not approved yet" in after
    assert "Bo Lind 2 hours 45 minutes for pay Not confirmed yet" in after
    assert "1 tutor with approved hours" in after
    assert "June" in words_of(office.get("/office/hours").text)  # the one that is over


def test_a_month_is_opened_again_and_its_tutor_is_told(office: Browser, olu: Person) -> None:
    ash = make_month("Ash Reed", 7, work="To the ferry")
    sheet = sheet_of(ash).id
    approve(office, sheet)
    assert office.post(f"/office/hours/{sheet}/open").location == HERE
    assert office.post(f"/office/hours/{sheet}/open").status_code == 404
    assert db.session.scalars(select(HoursSheet)).all() == []
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.person_id, message.subject) == (ash.person_id, "Harbour")
    assert "Your hours for June 2027 are open again" in message.body
    assert "/tutor/hours?month=2027-06" in message.body
    assert sheet_of(ash).approved_at is None
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.words for line in told(olu, lines)] == [
        "Ash Reed confirmed hours: 2027-06",
        "Olu Bankole approved the hours of Ash Reed: 2027-06",
        "Olu Bankole opened again the hours of Ash Reed: 2027-06",
        "Ash Reed confirmed hours: 2027-06",
    ]


def test_what_is_approved_is_exported_for_payroll_and_the_trail_says_so(
    office: Browser, olu: Person
) -> None:
    evil = make_month("=1+1", 7, work="=2+2")
    with transaction():
        for delivery in deliveries_of(evil):
            delivery.released = True
    make_month("Bo Lind", 9)
    approve(office, sheet_of(evil).id)
    sheet_of(make_month("Cy Moss", 10))
    sent = office.post("/office/hours.csv?month=2027-06")
    assert sent.headers["Content-Disposition"] == "attachment; filename=hours-2027-06.csv"
    head, *rows = csv.reader(StringIO(sent.data.decode("utf-8-sig")))
    said = dict(zip(head, *rows, strict=True))
    assert {name: value for name, value in said.items() if value not in ("0", "0.0")} == {
        "Name": "'=1+1",
        "Month": "2027-06",
        "Travel, minutes": "20",
        "Travel, hours": "0.33",
        "For pay, minutes": "20",
        "For pay, hours": "0.33",
        "Released time, minutes": "165",
        "Released time, hours": "2.75",
        "Approved by": "Olu Bankole",
        "Approved": "Friday 2 July 2027, 10am",
    }
    excel = office.post("/office/hours.xlsx?month=2027-06").data
    cells = openpyxl.load_workbook(BytesIO(excel)).worksheets[0].iter_rows(values_only=True)
    assert [dict(zip(head, row, strict=True))["Name"] for row in cells] == ["Name", "'=1+1"]
    line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert line
    assert [each.words for each in told(olu, [line])] == [
        "Olu Bankole exported tutors\u2019 hours for payroll: 2027-06"
    ]
    assert clock.now() == line.recorded_at


def deliveries_of(tutor: Tutor) -> list[Delivery]:
    return list(db.session.scalars(select(Delivery).where(Delivery.tutor_id == tutor.id)))
