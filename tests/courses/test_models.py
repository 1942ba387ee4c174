"""What the database keeps about courses."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.models import Contributor, Course, CourseTheme
from recovery_college.courses.rules import CourseState, MadeItAlready, Theme, TitleTaken
from recovery_college.database import db, transaction
from tests.factories import make_course, make_person, make_strand

pytestmark = pytest.mark.usefixtures("app")


def test_a_new_course_is_a_draft_and_its_makers_are_not_named() -> None:
    course = Course(title="Sleeping well", slug="sleeping-well", strand=make_strand())
    course.contributors = [Contributor(person=make_person(), side=Side.LIVED)]
    with transaction():
        db.session.add(course)
    assert (course.state, course.contributors[0].shown_as) == (
        CourseState.DRAFT,
        ShownAs.NOT_NAMED,
    )


def test_two_courses_with_one_title_are_refused_in_words() -> None:
    make_course("Sleeping well")
    other = make_course("Moving more")
    with pytest.raises(TitleTaken, match="already has this title"), transaction():
        other.title = "Sleeping well"


def test_a_person_stands_on_a_record_once_for_each_side() -> None:
    course, person = make_course(), make_person()
    with transaction():
        course.contributors += [Contributor(person=person, side=side) for side in Side]
    with pytest.raises(MadeItAlready), transaction():
        course.contributors.append(Contributor(person=person, side=Side.LIVED))


def test_a_course_carries_a_theme_once() -> None:
    course = make_course()
    with transaction():
        course.themes = [CourseTheme(theme=theme) for theme in (Theme.MEANING, Theme.HOPE)]
    db.session.expire_all()
    assert [carried.theme for carried in course.themes] == [Theme.HOPE, Theme.MEANING]
    again = text("INSERT INTO course_theme (course_id, theme) VALUES (:id, 'hope')")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(again, {"id": course.id})


def test_what_search_reads_follows_the_words() -> None:
    course = make_course("Worries", summary="Nights, nights.", description="**Rest**")
    with transaction():
        course.learn = "Caf\u00e9s"
    assert (course.search_title, course.search_text) == ("worry", "night cafe rest")
    assert course.search_near.split() == sorted(
        ["orry", "wrry", "wory", "worr", "ight", "nght", "niht", "nigt", "nigh"]
    )
    assert db.session.scalars(select(Course.search_title)).all() == ["worry"]
