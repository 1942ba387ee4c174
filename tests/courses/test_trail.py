"""Which course a line of the trail is about."""

from datetime import date

import pytest

from recovery_college.courses.models import Decision
from recovery_college.courses.trail import courses_called, titles_of
from recovery_college.database import db, transaction
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def test_a_course_its_makers_its_decisions_and_its_strand() -> None:
    course = make_course("Sleeping well")
    decision = Decision(course_id=course.id, decided_on=date(2027, 5, 3), words="Breaks.")
    with transaction():
        db.session.add(decision)
    maker, strand = course.contributors[0], course.strand
    names = {
        f"course:{course.id}": "Sleeping well",
        f"contributor:{maker.id}": "Sleeping well",
        f"decision:{decision.id}": "Sleeping well",
        f"strand:{strand.id}": strand.name,
    }
    assert titles_of({*names, f"course:{course.id + 99}", "college", "person:1"}) == names


def test_courses_are_found_by_a_part_of_their_title() -> None:
    first, second = make_course("Sleeping well"), make_course("On sleep")
    make_course("100% rest")
    assert courses_called("SLEEP", most=9) == [first.id, second.id]
    assert courses_called("sleep", most=1) == [first.id]
    assert len(courses_called("%", most=9)) == 1
