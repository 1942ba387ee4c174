"""Each check finds what breaks it, however it came about, and nothing else."""

import pytest
from sqlalchemy import text

from recovery_college.courses.checks import CHECKS
from recovery_college.database import db
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")

MADE_TOGETHER, AS_SEARCHED = CHECKS.values()


def test_a_published_course_that_one_kind_of_experience_made() -> None:
    make_course()
    half, none, draft = make_course(), make_course(), make_course()
    db.session.execute(
        text("DELETE FROM contributor WHERE course_id = :id AND side = 'lived'"), {"id": half.id}
    )
    db.session.execute(
        text("DELETE FROM contributor WHERE course_id IN (:a, :b)"), {"a": none.id, "b": draft.id}
    )
    db.session.execute(text("UPDATE course SET state = 'draft' WHERE id = :id"), {"id": draft.id})
    assert MADE_TOGETHER() == [f"course:{half.id}", f"course:{none.id}"]


def test_words_that_search_reads_otherwise() -> None:
    make_course("Sleeping well")
    course = make_course("Moving more")
    db.session.execute(
        text("UPDATE course SET title = 'Resting more' WHERE id = :id"), {"id": course.id}
    )
    db.session.expire_all()
    assert AS_SEARCHED() == [f"course:{course.id}"]
