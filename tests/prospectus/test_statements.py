"""The list's statements: each built once, and answered by the indexes that were made for it."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.prospectus import statements
from recovery_college.prospectus.places import OF_RUNS
from recovery_college.prospectus.statements import Shape
from recovery_college.scheduling.models import Run
from tests.factories import make_course, make_strand, make_term

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
ASKED = {"now": NOW, "first": 0, "counted": 61, "strand": 1, "term": 1, "runs": [1]}

pytestmark = pytest.mark.usefixtures("app")


def shape(*asked: str) -> Shape:
    return Shape(frozenset(asked), strands=False, dialect=db.engine.dialect.name)


def plan(statement: statements.Statement) -> str:
    """How the database means to answer, were its tables too large to read through."""
    connection, sent = db.session.connection(), []

    def note(_connection: object, _cursor: object, said: str, given: Any, *_rest: object) -> None:
        sent.append((said, given))

    if db.engine.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    event.listen(db.engines[None], "before_cursor_execute", note)
    connection.execute(statement, ASKED)
    event.remove(db.engines[None], "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    ((said, given),) = sent
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(explain + said, given))


def test_a_shape_is_built_once() -> None:
    assert statements.cards(shape("strand")) is statements.cards(shape("strand"))
    assert statements.cards(shape("strand")) is not statements.cards(shape("theme"))


def test_without_a_question_the_runs_are_walked_in_the_order_of_their_index() -> None:
    for asked in ((), ("term",)):
        walked = plan(statements.cards(shape(*asked)))
        assert "ix_run_listed" in walked, walked
        if db.engine.dialect.name == "sqlite":  # PostgreSQL weighs them, rightly, by their rows
            assert "ix_run_term_id" not in walked, walked


def test_a_question_about_courses_goes_from_them_to_their_runs() -> None:
    _many_courses()
    for made in (statements.cards, statements.dateless):
        walked = plan(made(shape("strand")))
        assert "ix_course_strand_id" in walked, walked
        assert set(re.findall(r"Seq Scan on (\w+)", walked)) <= {"term"}, walked


@pytest.mark.parametrize("asked", [(), ("places",)])
def test_what_is_left_is_read_by_the_run_and_by_who_waits_on_it(asked: tuple[str, ...]) -> None:
    _many_runs()
    for pools in (plan(statements.cards(shape(*asked))), plan(OF_RUNS)):
        assert re.search("ix_pool_run_id|uq_pool_one_of_a_kind", pools), pools
        assert "ix_enrolment_waiting" in pools, pools
        assert re.findall(r"SCAN (?:pool|enrolment)|Seq Scan on (?:pool|enrolment)", pools) == []


def test_a_question_about_places_still_walks_the_runs_in_the_order_of_their_index() -> None:
    walked = plan(statements.cards(shape("places")))
    assert "ix_run_listed" in walked, walked


def _many_courses() -> None:
    """Enough that going by the strand pays, and PostgreSQL told so: it weighs plans by rows."""
    strands = [make_strand() for _ in range(30)]
    with transaction():
        course = {"state": CourseState.PUBLISHED}
        courses = [
            course | {"title": f"Course {n}", "slug": f"course-{n}", "strand_id": strand.id}
            for n, strand in enumerate(strands * 30)
        ]
        db.session.execute(insert(Course), courses)
        db.session.execute(text("ANALYZE"))


def _many_runs() -> None:
    """Enough pools that PostgreSQL reads them by their run."""
    course, term = make_course(), make_term()
    run = {"course_id": course.id, "term_id": term.id, "capacity": 12}
    with transaction():
        db.session.execute(insert(Run), [run] * 600)
        db.session.execute(text("ANALYZE"))
