"""Whose booking it is: somebody of the file or of the college, and nobody on a guess."""

import pytest

from recovery_college.enrolment.rules import State
from tests.factories import make_person
from tests.intake.bookings import RUN, STUDENTS, booking, books, places, reasons
from tests.intake.workbooks import college, take

pytestmark = pytest.mark.usefixtures("app")


def test_names_that_several_people_have_are_refused_with_who_they_may_be() -> None:
    make_person("Kit Marr", email="marr@example.org")
    report = books(booking("Kit Marr"), booking("kit@example.org"))
    assert reasons(report) == [
        (
            2,
            "Student",
            "2 people are called Kit Marr: Kit Marr (marr@example.org) and Kit Marr "
            "(kit@example.org) of Students row 4. Write the e-mail address instead, or write this "
            "place down on the page of its run.",
        )
    ]


def test_nobody_stands_in_for_somebody_whose_row_was_not_taken() -> None:
    make_person("Kit Marr", phone="01632 960 111")
    another = ("Kit Marr", "kit@example.org", "01632 960 222")
    report = books(booking("Kit Marr"), students=[*STUDENTS[:3], another])
    assert reasons(report) == [
        (2, "Student", "Kit Marr was not taken as a student: see Students row 4.")
    ]


def test_an_address_that_two_share_is_refused_and_a_name_will_do() -> None:
    both = [STUDENTS[0], ("Ada Osei", "home@example.org"), ("Ben Osei", "home@example.org")]
    report = books(booking("home@example.org"), booking("Ben Osei"), students=both)
    assert [(row, reason[:31]) for row, _, reason in reasons(report)] == [
        (2, "2 people have this address: Ada")
    ]
    assert places() == [("Ben Osei", State.CONFIRMED)]


def test_who_was_not_taken_as_a_student_is_found_where_they_stand() -> None:
    both = [*STUDENTS, ("Lena Poole", "lena at home", None), STUDENTS[1]]
    report = books(booking("Lena Poole"), booking("Ada Osei"), students=both)
    assert reasons(report) == [
        (2, "Student", "Lena Poole was not taken as a student: see Students row 5.")
    ]
    assert places() == [("Ada Osei", State.CONFIRMED)]


def test_somebody_of_the_college_needs_no_row_and_who_teaches_may_learn() -> None:
    make_person("Bo Lund", email="bo@example.org")
    report = books(booking("bo@example.org"), booking("Una Jones"), students=STUDENTS[:2])
    assert report.faults == []
    assert [name for name, _ in places()] == ["Bo Lund", "Una Jones"]


def test_who_only_made_a_course_is_nobody_to_book_for() -> None:
    courses = [
        ["Title", "Made with (lived experience)", "Made with (professional)"],
        ["Sleep well", "Rae Poole", "Sam Ahmed"],
    ]
    tabs = college(RUN, Courses=courses, Students=STUDENTS)
    headings = ["Student", "Course", "First date", "Status"]
    report = take(tabs | {"Bookings": [headings, booking("Rae Poole")[:4]]})
    assert [row for row, _, _ in reasons(report)] == [2]
