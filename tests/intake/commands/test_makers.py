"""Who made a course, and when it can be published."""

import pytest
from sqlalchemy import select

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db
from tests.factories import make_person
from tests.intake.workbooks import COURSES, TUTORS, Cell, Rows, college, take

pytestmark = pytest.mark.usefixtures("app")


def one_course(lived: Cell, professional: Cell) -> list[list[Cell]]:
    return [[*COURSES[0]], ["Sleep well", "Living well", "Nights.", lived, professional]]


def makers() -> list[tuple[str, str | None, Side, ShownAs]]:
    db.session.expire_all()
    found = db.session.scalars(select(Contributor).order_by(Contributor.id))
    return [(c.person.name, c.person.email, c.side, c.shown_as) for c in found]


def state() -> CourseState:
    db.session.expire_all()
    return db.session.scalars(select(Course)).one().state


def test_makers_are_the_tutors_of_that_name_and_are_not_named_in_public() -> None:
    make_person("Una Jones")  # somebody else, who came as a student
    take(college(Courses=one_course("Una Jones", "Sam Ahmed")))
    assert makers() == [
        ("Una Jones", "una@example.org", Side.LIVED, ShownAs.NOT_NAMED),
        ("Sam Ahmed", "sam@example.org", Side.PROFESSIONAL, ShownAs.NOT_NAMED),
    ]
    assert state() is CourseState.PUBLISHED


def test_a_maker_who_is_no_tutor_is_a_person_with_only_that_name() -> None:
    tabs = college(Courses=one_course("Rae Poole and Kit Marr", "Rae Poole"))
    report = take(tabs)
    assert makers() == [
        ("Rae Poole", None, Side.LIVED, ShownAs.NOT_NAMED),
        ("Kit Marr", None, Side.LIVED, ShownAs.NOT_NAMED),
        ("Rae Poole", None, Side.PROFESSIONAL, ShownAs.NOT_NAMED),
    ]
    assert report.taken["makers"] == 2
    assert not take(tabs).changed


def test_a_name_that_could_be_several_people_is_left_out_with_each_of_them_named() -> None:
    twins: Rows = [TUTORS[0], *(["Pat Lee", "Peer", f"pat{n}@example.org"] for n in (1, 2))]
    report = take(college(Courses=one_course("Pat Lee", "Sam Ahmed"), Tutors=twins))
    assert report.notes[0] == (
        'Courses row 2, cell D2 (Made with (lived experience)): "Pat Lee". Which Pat Lee? It '
        "could be Pat Lee (pat1@example.org) or Pat Lee (pat2@example.org). The course is taken "
        "without this name."
    )
    assert state() is CourseState.DRAFT


def test_a_course_made_by_one_side_arrives_as_a_draft_and_says_so() -> None:
    report = take(college(Courses=one_course("Una Jones", "TBC")))
    assert report.notes[-1:] == [
        'The course "Sleep well" arrives as a draft. This course can\'t be published yet. '
        "Its record needs someone with professional experience."
    ]
    assert state() is CourseState.DRAFT


def test_the_other_side_is_added_later_and_other_makers_are_only_said() -> None:
    take(college(Courses=one_course("Una Jones", None)))
    take(college(Courses=one_course("Una Jones", "Sam Ahmed")))
    assert state() is CourseState.PUBLISHED
    report = take(college(Courses=one_course("Una Jones", "Una Jones and Sam Ahmed")))
    assert report.differs == [
        'Course "Sleep well": made with, professional is "Sam Ahmed" in the college, '
        '"Una Jones and Sam Ahmed" in the file.'
    ]
    assert len(makers()) == 2


def test_words_of_one_course_and_a_maker_of_an_earlier_one_arrive_together() -> None:
    bare = [COURSES[0], [*COURSES[1][:4], None], [*COURSES[2][:2], None, *COURSES[2][3:]]]
    take(college(Courses=bare))
    report = take(college())
    assert (report.filled, report.taken["makers"]) == ({"detail": 2}, 0)
    assert set(db.session.scalars(select(Course.state))) == {CourseState.PUBLISHED}
