"""Courses out of the workbook: new ones, the same again, and those that are in doubt."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.courses.models import Course, Strand
from recovery_college.courses.rules import Look, Mode, Theme
from recovery_college.database import db
from tests.factories import make_course, make_strand
from tests.intake.workbooks import COURSES, FROZEN, college, meets, take

pytestmark = pytest.mark.usefixtures("app")


def course(title: str) -> Course:
    db.session.expire_all()
    return db.session.scalars(select(Course).where(Course.title == title)).one()


@time_machine.travel(FROZEN, tick=False)
def test_a_course_arrives_with_its_words_its_strand_and_a_first_line_of_its_record() -> None:
    headings = ["Title", "Strand", "About", "What you will learn", "CHIME", "First session needed"]
    take(
        college(
            Courses=[
                headings,
                [
                    "Sleep well",
                    "Living well",
                    "Nights. Days.",
                    "Rest\nCalm",
                    "Hope; Identity",
                    "Yes",
                ],
            ]
        )
    )
    sleep = course("Sleep well")
    assert (sleep.slug, sleep.summary, sleep.description, sleep.learn) == (
        "sleep-well",
        "Nights.",
        "Nights. Days.",
        "- Rest\n- Calm",
    )
    assert (sleep.strand.name, sleep.first_session_needed) == ("Living well", True)
    assert [each.theme for each in sleep.themes] == [Theme.HOPE, Theme.IDENTITY]
    assert [(line.decided_on, line.words) for line in sleep.decisions] == [
        (date(2027, 1, 4), "Taken over from the college's workbook.")
    ]


def test_strands_take_the_looks_in_turn_in_the_order_of_the_file() -> None:
    make_strand("Creativity", Look.WAVE)
    rows = [[f"Course {n}", f"Strand {n}"] for n in range(6)]
    take(college(Courses=[["Title", "Strand"], *rows, ["Clay", "CREATIVITY"]]))
    strands = db.session.scalars(select(Strand).order_by(Strand.position)).all()
    assert [strand.name for strand in strands] == ["Creativity", *(f"Strand {n}" for n in range(6))]
    assert {strand.look for strand in strands[:6]} == set(Look)


def test_two_courses_of_one_title_are_refused_by_name() -> None:
    report = take(college(Courses=[*COURSES, ["SLEEP  WELL", "Living well"]]))
    assert [str(fault) for fault in report.faults] == [
        'Courses row 4, cell A4 (Title): "SLEEP WELL". "SLEEP WELL" stands in row 2 too. '
        "Two courses can't have the same title: give one of them another."
    ]
    assert report.taken["courses"] == 2


def test_a_course_that_may_have_been_renamed_is_refused_and_so_are_its_dates() -> None:
    take(college(meets()))
    renamed = [COURSES[0], ["Sleeping well", *COURSES[1][1:]], COURSES[2]]
    report = take(college(meets(course="Sleeping well"), Courses=renamed))
    assert [(fault.cell, fault.reason) for fault in report.faults] == [
        (
            "A2",
            'This looks like a new name for "Sleep well", which the college has and this file no '
            "longer lists. If it is, rename the course in the college first. If it is another "
            "course, keep both titles in the file.",
        ),
        ("A2", 'The course "Sleeping well" was not taken: see Courses row 2.'),
    ]
    both = [*COURSES, ["Sleeping well", *COURSES[1][1:]]]
    assert take(college(Courses=both)).taken["courses"] == 1


def test_empty_words_are_filled_and_other_words_left() -> None:
    strand = make_strand("Living well")
    make_course("Sleep well", strand=strand, summary="Our own summary.")
    take(college(Courses=COURSES[:2]))
    sleep = course("Sleep well")
    assert (sleep.summary, sleep.description) == (
        "Our own summary.",
        "Nights get easier. We try things out.",
    )
    other = [COURSES[0], ["Sleep well", "Creativity", "Other words.", *COURSES[1][3:]]]
    report = take(college(Courses=other))
    assert report.differs[:2] == [
        'Course "Sleep well": description is "Nights get easier. We try things out." in the '
        'college, "Other words." in the file.',
        'Course "Sleep well": strand is "Living well" in the college, "Creativity" in the file.',
    ]
    assert course("Sleep well").description == "Nights get easier. We try things out."


def test_themes_mode_and_first_session_that_differ_are_said() -> None:
    headings = ["Title", "Strand", "CHIME", "Mode", "First session needed"]
    take(college(Courses=[headings, ["Clay", "Art", "Hope", "online", "yes"]]))
    report = take(college(Courses=[headings, ["Clay", "Art", "Identity", "hybrid", "no"]]))
    assert report.differs == [
        'Course "Clay": CHIME is "hope" in the college, "identity" in the file.',
        'Course "Clay": first session needed is yes in the college, no in the file.',
        'Course "Clay": how people meet is "online" in the college, "hybrid" in the file.',
    ]
    assert not report.changed


def test_a_course_without_themes_gets_those_of_the_file() -> None:
    take(college(Courses=[["Title", "Strand"], ["Clay", "Art"]]))
    report = take(college(Courses=[["Title", "Strand", "CHIME"], ["Clay", "Art", "Hope"]]))
    assert [each.theme for each in course("Clay").themes] == [Theme.HOPE]
    assert report.filled == {"detail": 1}


def test_a_slug_is_never_shared() -> None:
    take(college(Courses=[["Title", "Strand"], ["C", "Art"], ["C\u00e7", "Art"], ["Cc", "Art"]]))
    slugs = db.session.scalars(select(Course.slug).order_by(Course.id)).all()
    assert slugs == ["c", "cc"]
    take(college(Courses=[["Title", "Strand"], ["c.", "Art"], ["cc", "Art"], ["C, c", "Art"]]))
    assert set(db.session.scalars(select(Course.slug))) == {"c", "cc", "c-c"}


@time_machine.travel(FROZEN, tick=False)
def test_a_course_meets_as_its_runs_do_unless_the_file_says_otherwise() -> None:
    online = ("Online", "Video call")
    courses = [[*row] for row in COURSES] + [["Walk", "Out"]]
    rows = [
        meets(),
        meets("19/01/2027", room=online),
        meets("20/01/2027", course="Clay and calm", room=online),
        meets("21/01/2027", course="Walk", room=online),
    ]
    courses = [[*courses[0], "Mode"], *courses[1:3], ["Walk", "Out", None, None, None, "in person"]]
    take(college(*rows, Courses=courses))
    assert [course(title).mode for title in ("Sleep well", "Clay and calm", "Walk")] == [
        Mode.HYBRID,
        Mode.ONLINE,
        Mode.IN_PERSON,
    ]
