"""Students of the workbook: nobody is taken for somebody else on a guess."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, JoinStep, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.commands import go_live
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Contributor
from recovery_college.database import db
from recovery_college.intake import commands
from recovery_college.intake.rules.headings import Sheet
from recovery_college.intake.rules.reading import read_sheets
from recovery_college.intake.rules.report import Report
from recovery_college.messages.models import OutboxMessage
from tests.conftest import counted, held
from tests.factories import NOW, make_course, make_person

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


def take(
    *rows: tuple[Any, ...],
    headings: tuple[str, ...] = HEADINGS,
    actor: Person | None = None,
    **tabs: list[tuple[Any, ...]],
) -> Report:
    there: dict[str, list[tuple[Any, ...]]] = REST | {"Students": [headings, *rows]} | tabs
    sheets = [Sheet(title, list(enumerate(lines, 1))) for title, lines in there.items()]
    return commands.take(actor, read_sheets(sheets), "digest", lambda _what, _count: None)


def trail() -> list[tuple[int | None, str, str, str]]:
    """What was done to people."""
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [
        (line.actor_id, line.verb, line.subject, line.fields)
        for line in lines
        if line.subject.startswith("person:")
    ]


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


def test_what_the_college_holds_is_never_overwritten_and_no_needs_are_told() -> None:
    make_person("Ada Osei", email="ada@example.org", phone="01632 960 222", needs="A ramp")
    report = take(("Ada Osei", "ada@example.org", "01632 960 111", None, None, "A seat"))
    (ada,) = people("Ada Osei")
    assert (ada.phone, ada.needs) == ("01632 960 222", "A ramp")
    assert report.differs == [
        'Student Ada Osei: phone number is "01632 960 222" in the college, "01632 960 111" in the '
        "file.",
        "Student Ada Osei: what helps them is not the same.",
    ]


def test_who_signs_in_looks_after_their_own_record() -> None:
    make_person("Ada Osei", email="ada@example.org")
    report = take(("Ada Osei", "ada@example.org", "01632 960 111"))
    assert (people("Ada Osei")[0].phone, report.filled["detail"]) == ("", 0)
    assert report.notes[0] == (
        "Students row 2 says more than the college knows, but this person looks after their own "
        "record. Nothing was filled in."
    )


def test_what_is_filled_in_stands_in_the_history_and_what_is_new_only_as_the_import() -> None:
    olu = make_person("Olu", Role.MANAGER)
    take(("Ada Osei", "ada@example.org"), actor=olu)
    assert trail() == []
    (ada,) = people("Ada Osei")
    take(("Ada Osei", "ada@example.org", "01632 960 111", None, None, "A ramp"), actor=olu)
    assert trail() == [(olu.id, "changed", f"person:{ada.id}", "phone needs")]


def test_somebody_joining_just_now_may_have_typed_anybodys_address() -> None:
    make_person("Ada Osei", joined_at=None, join_step=JoinStep.REACH).email = "ada@example.org"
    db.session.commit()
    report = take(("Ada Osei", "ada@example.org", "01632 960 111"))
    assert (report.taken["students"], [p.phone for p in people("Ada Osei")]) == (
        1,
        ["", "01632 960 111"],
    )


def test_students_without_address_and_number_are_found_again() -> None:
    rows = [
        ("Ada Osei", None, None, "1 Lane"),
        ("Ada Osei", None, None, "2 Lane", "Post"),
        ("Bo Reed",),
    ]
    first = take(*rows)
    assert (first.taken["students"], reasons(first)[0][0]) == (2, 3)
    again = take(*rows)
    assert (again.changed, again.standing["students"], reasons(again)[0][0]) == (False, 2, 3)


def test_two_of_one_name_with_a_number_each_are_two_however_they_stand() -> None:
    rows = [
        ("Ada Osei", None, "01632 960 111"),
        ("Ada Osei", "ada@example.org", "01632 960 222"),
        ("Ada Osei", None, "01632 960 333"),
    ]
    assert (take(*rows).taken["students"], reasons(take(*rows[::-1]))) == (3, [])
    assert len(people("Ada Osei")) == 3


@pytest.mark.parametrize("order", [1, -1])
def test_a_bare_name_beside_a_full_row_is_refused_whichever_comes_first(order: int) -> None:
    rows = [("Ada Osei",), ("Ada Osei", "ada@example.org")][::order]
    report = take(*rows)
    ((_, why),) = reasons(report)
    assert "There is Ada Osei (ada@example.org) of Students row " in why
    assert (report.taken["students"], people("Ada Osei")[0].email) == (1, "ada@example.org")


def test_a_new_address_with_the_old_number_is_for_the_office_to_tell() -> None:
    take(("Ada Osei", "ada@exmaple.org", "01632 960 111"))
    ((_, why),) = reasons(take(("Ada Osei", "ada@example.org", "01632 960 111")))
    assert "There is Ada Osei (ada@exmaple.org)" in why


def test_a_row_of_a_record_that_was_merged_away_is_its_new_record() -> None:
    make_person("Ada Osei", earlier="Name: Ada Reed\nE-mail address: reed@example.org")
    report = take(("Ada Reed", "reed@example.org"))
    assert (report.taken["students"], report.standing["students"], people("Ada Reed")) == (0, 1, [])


def test_a_way_to_hear_from_us_that_leads_nowhere_is_left_out_and_said() -> None:
    report = take(("Ada Osei", "ada@example.org", None, None, "Text"))
    assert people("Ada Osei")[0].contact_by is None
    assert (
        'Students row 2, cell E2 (Contact me by): "Text". Nothing in the row says where that '
        "would reach them. The row is taken without it."
    ) in report.notes
    take(("Ada Osei", "ada@example.org", "01632 960 111", None, "Text"))
    assert people("Ada Osei")[0].contact_by is ContactBy.TEXT


def test_a_first_name_and_a_surname_are_one_name() -> None:
    headings = ("Surname", "First name", "E-mail")
    take(("Osei", "Ada", "a@example.org"), (None, "Bo", "b@example.org"), headings=headings)
    names = db.session.scalars(select(Person.name).where(Person.email.like("%@example.org")))
    assert sorted(names) == ["Ada Osei", "Bo", "Bo Lund"]


def test_a_sum_below_the_list_is_no_person() -> None:
    report = take(("Ada Osei", "ada@example.org"), ("Total: 1",))
    assert report.taken["students"] == 1
    assert "Students row 3 is left out: it is a total, not a person." in report.notes


def test_a_tutor_who_learns_too_is_one_person_with_both_hats() -> None:
    report = take(("bo lund", "Bo@example.org", "01632 960 111"))
    (bo,) = people("Bo Lund")
    assert (bo.roles, bo.phone) == (frozenset({Role.TUTOR}), "01632 960 111")
    assert (report.taken["tutors"], report.taken["students"]) == (1, 1)
    assert not take(("bo lund", "Bo@example.org", "01632 960 111")).changed


def test_a_student_of_an_earlier_file_who_teaches_now_is_one_person_with_a_role_given() -> None:
    olu = make_person("Olu", Role.MANAGER)
    take(("Kit Marr", "kit@example.org"), actor=olu)
    (kit,) = people("Kit Marr")
    tutors = [*REST["Tutors"], ("Kit Marr", "peer", "KIT@example.org")]
    take(("Kit Marr", "kit@example.org"), actor=olu, Tutors=tutors)
    db.session.expire_all()
    assert [(p.id, p.roles) for p in people("Kit Marr")] == [(kit.id, frozenset({Role.TUTOR}))]
    assert [(each.given_by_id, each.role) for each in kit.role_rows] == [(olu.id, Role.TUTOR)]
    assert trail() == [(olu.id, "gave a role to", f"person:{kit.id}", "tutor")]


def test_a_tutor_without_an_address_is_no_student_of_that_name() -> None:
    take(("Kit Marr", "kit@example.org"))
    tutors = [*REST["Tutors"], ("Kit Marr", "peer", None)]
    report = take(("Kit Marr", "kit@example.org"), Tutors=tutors)
    assert [(p.email, p.is_tutor) for p in people("Kit Marr")] == [
        ("kit@example.org", False),
        (None, True),
    ]
    assert report.notes[0] == (
        "Tutors row 3: Kit Marr is taken as a new person. There is Kit Marr (kit@example.org) too. "
        "If they are one, make one record of the two on their page."
    )
    assert not take(("Kit Marr", "kit@example.org"), Tutors=tutors).changed


def test_a_maker_of_a_course_is_no_student_of_that_name() -> None:
    courses = [("Title", "Strand", "Made with, lived experience"), ("Sleep", "Rest", "Kit Marr")]
    rows = [("Kit Marr", "kit@example.org"), ("Kit Marr",)]
    report = take(*rows, Courses=courses)
    assert [number for number, _ in reasons(report)] == [3]
    made = select(Person.email).join(Contributor, Contributor.person_id == Person.id)
    assert db.session.scalars(made).all() == [None]
    assert not take(*rows, Courses=courses).changed


def test_a_students_name_in_a_course_makes_no_maker_of_them() -> None:
    take(("Kit Marr", "kit@example.org"))
    courses = [("Title", "Strand", "Made with, lived experience"), ("Sleep", "Rest", "Kit Marr")]
    take(("Kit Marr", "kit@example.org"), Courses=courses)
    made = select(Person.email).join(Contributor, Contributor.person_id == Person.id)
    assert db.session.scalars(made).all() == [None]


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


def test_a_restricted_record_is_not_told_of_even_when_it_is_meant() -> None:
    olu = make_person("Olu", Role.MANAGER)
    make_person("Ada Osei", phone="01632 960 111", restricted_to_id=olu.id)
    ((_, why),) = reasons(take(("Ada Osei",)))
    assert "There is somebody whose record is not open to you. " in why
    report = take(("Ada Osei", "ada@example.org", "01632 960 111", "1 Lane"))
    assert (report.standing["students"], report.differs, report.filled.total()) == (1, [], 0)
    assert people("Ada Osei")[0].email is None


def test_the_manager_whom_they_chose_reads_and_fills_their_record() -> None:
    olu = make_person("Olu", Role.MANAGER)
    make_person("Ada Osei", phone="01632 960 111", restricted_to_id=olu.id)
    report = take(("Ada Osei", "ada@example.org", "01632 960 111"), actor=olu)
    assert (report.filled["detail"], people("Ada Osei")[0].email) == (1, "ada@example.org")


def test_people_are_held_before_courses(app: Flask) -> None:
    take(("Ada Osei", "ada@example.org"))
    more = [("Title", "Strand", "About"), ("Sleep", "Rest", "Nights get easier.")]
    with counted() as statements:
        take(("Ada Osei", "ada@example.org", "01632 960 111"), Courses=more)
    expected = ["person", "course"] if db.engine.dialect.name == "postgresql" else []
    assert held(statements) == expected


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


def test_the_number_of_questions_does_not_grow_with_the_rows() -> None:
    """SQLite, which is in the same process, is handed each new row by itself."""

    def some(count: int) -> list[tuple[Any, ...]]:
        return [(f"Person {n}", f"p{n}@example.org", f"01632 {n:06}") for n in range(count)]

    def questions(statements: list[str]) -> int:
        return sum(not each.startswith("INSERT INTO person") for each in statements)

    take(*some(1))
    with counted() as few:
        take(*some(10))
    with counted() as many:
        take(*some(400))
    assert questions(many) <= questions(few)
    assert db.session.scalar(select(func.count(Person.id))) == 401


def test_a_college_that_moves_in_sends_nothing_until_somebody_says_so() -> None:
    take(("Ada Osei", "ada@example.org"))
    assert the_college().mail_paused


def test_a_college_that_is_there_already_goes_on_sending() -> None:
    make_course()
    take(("Ada Osei", "ada@example.org"))
    assert not the_college().mail_paused


def test_a_second_file_does_not_stop_what_is_live() -> None:
    olu = make_person("Olu", Role.MANAGER)
    take(("Ada Osei", "ada@example.org"))
    go_live(olu)
    take(("Bo Reed", "bo.reed@example.org"))
    assert not the_college().mail_paused
