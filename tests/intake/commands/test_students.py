"""Students of the workbook: nobody is taken for somebody else on a guess."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.database import db
from recovery_college.intake import commands
from recovery_college.intake.rules.headings import Sheet
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.rules.report import Report
from recovery_college.messages.models import OutboxMessage
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")
HEADINGS = ("Name", "Email", "Phone", "Address", "Contact me by", "What helps me learn")
REST: dict[str, list[tuple[Any, ...]]] = {
    "Courses": [("Title", "Strand"), ("Sleep", "Rest")],
    "Venues": [("Venue", "Room"), ("Mill", "Attic")],
    "Tutors": [("Name", "Side", "E-mail"), ("Bo Lund", "professional", "bo@example.org")],
    "Dates": [("Course", "Date", "Start", "End"), ("Sleep", "07/06/2027", "10am", "12pm")],
}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def take(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> Report:
    tabs: dict[str, list[tuple[Any, ...]]] = REST | {"Students": [headings, *rows]}
    sheets = [Sheet(title, list(enumerate(lines, 1))) for title, lines in tabs.items()]
    return commands.take(None, read_sheets(sheets), "digest", lambda _what, _count: None)


def reasons(report: Report) -> list[tuple[int, str]]:
    return [(fault.row, fault.reason) for fault in report.faults if fault.tab == "Students"]


def people(name: str) -> list[Person]:
    return list(db.session.scalars(select(Person).filter_by(name=name).order_by(Person.id)))


def test_all_that_a_row_says_is_kept_and_no_consent_is_read_into_it() -> None:
    report = take(("Ada Osei", "ADA@example.org", 7700900123, "1 Lane", "SMS", "A ramp"))
    (ada,) = people("Ada Osei")
    assert report.taken["students"] == 1
    assert (ada.email, ada.phone, ada.address, ada.contact_by, ada.needs) == (
        "ADA@example.org",
        "07700 900123",
        "1 Lane",
        ContactBy.TEXT,
        "A ramp",
    )
    assert (ada.needs_shared, ada.joined_at is not None, ada.roles) == (False, True, frozenset())
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_reading_twice_changes_nothing_and_a_corrected_file_fills_what_was_missing() -> None:
    rows = [("Ada Osei", "ada@example.org"), ("Mair Rees", None, "01632 960 999")]
    take(*rows)
    again = take(*rows)
    assert (again.taken.total(), again.filled.total(), again.standing["students"]) == (0, 0, 2)
    more = take(("Ada Osei", "Ada@example.org", "01632 960 111"), *rows[1:])
    assert (more.taken.total(), more.filled["detail"], people("Ada Osei")[0].phone) == (
        0,
        1,
        "01632 960 111",
    )


def test_what_the_college_holds_is_never_overwritten() -> None:
    make_person("Ada Osei", email="ada@example.org", phone="1", needs="A ramp")
    report = take(("Ada Osei", "ada@example.org", "01632 960 111", None, None, "A seat"))
    (ada,) = people("Ada Osei")
    assert (ada.phone, ada.needs) == ("1", "A ramp")
    assert len([line for line in report.differs if line.startswith("Student")]) == 2


def test_a_tutor_who_learns_too_is_one_person_with_both_hats() -> None:
    take(("Bo Lund", "bo@example.org", "01632 960 111"))
    (bo,) = people("Bo Lund")
    assert (bo.roles, bo.phone) == (frozenset({Role.TUTOR}), "01632 960 111")


def test_two_people_share_an_address_and_two_share_a_name() -> None:
    report = take(
        ("Ash Reed", "reeds@example.org"),
        ("Bo Reed", "reeds@example.org"),
        ("Pat Lee", "pat1@example.org"),
        ("Pat Lee", "pat2@example.org"),
    )
    assert (report.taken["students"], reasons(report)) == (4, [])


@pytest.mark.parametrize(
    "row",
    [("Ada Osei",), ("Ada Osei", "new@example.org"), ("Ada Osei", None, "01632 960 222")],
)
def test_somebody_of_the_same_name_without_an_address_is_for_the_office_to_tell(
    row: tuple[str, ...],
) -> None:
    make_person("Ada Osei", phone="01632 960 111")
    report = take(row)
    ((number, why),) = reasons(report)
    assert number == 2
    assert "Ada Osei (01632 960 111)" in why
    assert len(people("Ada Osei")) == 1


def test_a_name_and_a_number_are_the_same_person_without_an_address() -> None:
    make_person("Ada Osei", phone="+44 1632 960111")
    report = take(("ada  osei", "ada@example.org", "01632 960 111"))
    assert (report.taken["students"], people("Ada Osei")[0].email) == (0, "ada@example.org")


def test_the_same_row_twice_is_refused_with_the_first_named() -> None:
    report = take(("Ada Osei", "ada@example.org"), ("Ada Osei", "ADA@example.org"))
    assert reasons(report) == [(3, "Ada Osei stands in row 2 too. Take one of the two rows out.")]


def test_a_restricted_record_is_not_told_of_more_than_its_name() -> None:
    olu = make_person("Olu", Role.MANAGER)
    make_person("Ada Osei", phone="01632 960 111", restricted_to_id=olu.id)
    ((_, why),) = reasons(take(("Ada Osei",)))
    assert "01632" not in why


@pytest.mark.parametrize("phone", ["none", "N/A", "call me", "12"])
def test_a_number_that_is_none_is_left_out_and_the_row_is_taken(phone: str) -> None:
    report = take(("Ada Osei", "ada@example.org", phone))
    assert (report.taken["students"], people("Ada Osei")[0].phone) == (1, "")


def test_an_address_that_is_none_stops_its_row() -> None:
    report = take(("Broken Address", "not-an-email"))
    assert [number for number, _ in reasons(report)] == [2]
    assert people("Broken Address") == []


def test_other_words_for_the_columns_are_understood() -> None:
    headings = ("Full name", "Email address", "Mobile", "Home address", "Prefers", "Access needs")
    take(
        ("Ada Osei", "a@example.org", "01632 960 111", "1 Lane", "Letter", "A ramp"),
        headings=headings,
    )
    (ada,) = people("Ada Osei")
    assert (ada.contact_by, ada.needs) == (ContactBy.POST, "A ramp")


def test_thousands_are_taken_in_a_few_statements_each() -> None:
    take(*((f"Person {n}", f"p{n}@example.org", f"01632 {n:06}") for n in range(2_000)))
    assert db.session.scalar(select(func.count(Person.id))) == 2_001
