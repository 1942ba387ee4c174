"""The trail is asked by who, what, which field and when, the newest line first."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery_college import audit
from recovery_college.accounts.models import Person
from recovery_college.audit.queries import Asked, count, ids_in, lines, verbs
from recovery_college.courses.models import Course
from recovery_college.database import transaction
from tests.conftest import counted
from tests.factories import make_course, make_person

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def olu(app: object) -> Person:
    return make_person("Olu")


@pytest.fixture
def course(olu: Person) -> Course:
    course = make_course()
    with transaction():
        audit.record(olu, "changed", course, fields=("title", "slug"), at=AT)
        audit.record(None, "published", course, fields=("state",), at=AT + DAY)
        audit.record(olu, "changed", olu, fields=("phone",), at=AT + DAY)
        audit.record(olu, "changed", "college", fields=("office_phone",), at=AT + 2 * DAY)
    return course


def found(asked: Asked) -> list[str]:
    return [f"{e.verb} {e.fields}" for e in lines(asked, first=0, size=50)]


def test_the_newest_line_stands_first(course: Course) -> None:
    assert found(Asked()) == [
        "changed office_phone",
        "changed phone",
        "published state",
        "changed title slug",
    ]


def test_one_page_of_many(course: Course) -> None:
    assert [e.fields for e in lines(Asked(), first=1, size=2)] == ["phone", "state"]


def test_each_question_finds_its_lines(course: Course, olu: Person) -> None:
    questions = {
        "by somebody": Asked(actors=[olu.id]),
        "by nobody known": Asked(actors=[]),
        "about one thing": Asked(things=[f"course:{course.id}"]),
        "about a kind": Asked(things=["person"]),
        "about what has no row": Asked(things=["college"]),
        "about several": Asked(things=["person", f"course:{course.id}"]),
        "about nothing known": Asked(things=[]),
        "a verb": Asked(verb="published"),
        "a whole field": Asked(field="phone"),
        "a field among others": Asked(field="slug"),
        "a part of a field": Asked(field="phon"),
        "any letter": Asked(field="%"),
        "since": Asked(since=AT + DAY),
        "before": Asked(before=AT + DAY),
        "all of it": Asked([olu.id], ["person"], "changed", "phone", AT, AT + 2 * DAY),
    }
    assert {name: found(asked) for name, asked in questions.items()} == {
        "by somebody": ["changed office_phone", "changed phone", "changed title slug"],
        "by nobody known": [],
        "about one thing": ["published state", "changed title slug"],
        "about a kind": ["changed phone"],
        "about what has no row": ["changed office_phone"],
        "about several": ["changed phone", "published state", "changed title slug"],
        "about nothing known": [],
        "a verb": ["published state"],
        "a whole field": ["changed phone"],
        "a field among others": ["changed title slug"],
        "a part of a field": [],
        "any letter": [],
        "since": ["changed office_phone", "changed phone", "published state"],
        "before": ["changed title slug"],
        "all of it": ["changed phone"],
    }


def test_lines_are_counted_so_far_and_no_further(course: Course) -> None:
    assert [count(Asked(), most=most) for most in (3, 100)] == [3, 4]


def test_every_verb_stands_once_and_is_found_in_one_question(course: Course) -> None:
    with counted() as statements:
        assert verbs() == ["changed", "published"]
    assert len([each for each in statements if "SAVEPOINT" not in each]) == 1


@pytest.mark.usefixtures("app")
def test_an_empty_trail_has_no_verbs() -> None:
    assert verbs() == []


def test_ids_of_one_kind() -> None:
    subjects = {"person:3", "course:4", "person:1", "college"}
    assert (ids_in(subjects, "person"), ids_in(subjects, "college")) == ([1, 3], [])
