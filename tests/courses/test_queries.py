"""Which courses the office's list shows."""

import pytest

from recovery_college.courses import queries
from recovery_college.courses.queries import Filters
from recovery_college.courses.rules import CourseState
from recovery_college.database import transaction
from recovery_college.errors import NotFound
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def found(words: str = "", state: CourseState | None = None) -> list[str]:
    filters = Filters(words, state)
    courses = queries.page_of_courses(filters, first=0, size=50)
    assert queries.count_courses(filters) == len(courses)
    return [course.title for course in courses]


def test_courses_are_found_by_words_and_by_state() -> None:
    rest, _ = make_course("Rest"), make_course("Sleep well", summary="For a good rest")
    with transaction():
        rest.state = CourseState.DRAFT
    assert found() == ["Rest", "Sleep well"]
    assert found("rest") == ["Rest", "Sleep well"]
    assert found("slee") == ["Sleep well"]
    assert found("rest", CourseState.DRAFT) == ["Rest"]
    assert found("zebra") == found("%") == []


def test_what_is_not_of_this_course_is_not_there() -> None:
    one, other = make_course(), make_course()
    assert queries.contributor(one.id, one.contributors[0].id) is one.contributors[0]
    with pytest.raises(NotFound):
        queries.contributor(other.id, one.contributors[0].id)
    with pytest.raises(NotFound):
        queries.decision(other.id, 10**8)
    with pytest.raises(NotFound):
        queries.course(10**8)
