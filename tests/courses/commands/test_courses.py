"""Publishing a course, and the record of who made it together."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Side
from recovery_college.audit.models import AuditEntry
from recovery_college.courses.commands import courses as commands
from recovery_college.courses.commands import record
from recovery_college.courses.models import Course
from recovery_college.courses.rules import (
    CourseState,
    NoSuchStep,
    NotMadeTogether,
    Theme,
    TitleTaken,
)
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound
from tests.conftest import counted, held
from tests.factories import NOW, make_course, make_person, make_strand

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def draft() -> Course:
    course = Course(title="Sleep well", slug="sleep-well", strand=make_strand())
    with transaction():
        db.session.add(course)
    return course


def state_of(course: Course) -> CourseState | None:
    return db.session.scalar(select(Course.state).filter_by(id=course.id))


def trail() -> list[tuple[int | None, str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.actor_id, row.verb, row.subject, row.fields) for row in rows]


def test_a_course_is_published_when_both_kinds_of_experience_stand_on_it() -> None:
    office, course = make_person(), draft()
    with pytest.raises(
        NotMadeTogether, match="someone with lived experience and someone with professional"
    ):
        commands.publish_course(office, course)
    record.add_contributor(office, course, make_person(), Side.LIVED)
    with pytest.raises(NotMadeTogether, match="needs someone with professional experience"):
        commands.publish_course(office, course)
    assert state_of(course) is CourseState.DRAFT
    record.add_contributor(office, course, make_person(), Side.PROFESSIONAL)
    commands.publish_course(office, course)
    assert state_of(course) is CourseState.PUBLISHED
    assert trail()[-1] == (office.id, "published", f"course:{course.id}", "state")


def test_a_title_and_its_address_are_one_course_s_alone() -> None:
    make_course("Deja vu")
    for title in ("Deja vu", "Déjà vu!"):
        with pytest.raises(TitleTaken):
            make_course(title)


def test_a_word_as_long_as_a_page_is_cut_for_search() -> None:
    course = make_course(summary="w" * 100_000, description="word " * 300_000)
    assert len(course.search_text) < 100
    assert len(course.search_near) < 5_000


def test_an_archived_course_comes_back_as_a_draft_first() -> None:
    office, course = make_person(), make_course()
    commands.archive_course(office, course)
    with pytest.raises(NoSuchStep):
        commands.publish_course(office, course)
    commands.unpublish_course(office, course)
    commands.publish_course(office, course)
    assert state_of(course) is CourseState.PUBLISHED


def typed(course: Course, **values: object) -> Edit:
    """What a form sends in which only these fields were changed."""
    fields = ("title", "strand_id", "summary", "chime")
    shown = {field: getattr(course, field) for field in fields}
    return Edit(shown | values, prints_of(course, fields))


def test_a_new_course_is_a_draft_with_an_address_of_its_own() -> None:
    office, strand = make_person(), make_strand()
    make_course("Sleep & rest")
    course = commands.make_course(
        office, {"title": "Sleep, rest", "strand_id": strand.id, "chime": [Theme.HOPE]}
    )
    assert (course.slug, course.state) == ("sleep-rest-2", CourseState.DRAFT)
    assert (course.chime, course.search_title) == ([Theme.HOPE], "sleep rest")
    assert trail() == [(office.id, "made", f"course:{course.id}", "chime strand_id title")]


def test_two_courses_never_have_one_title_however_it_is_written() -> None:
    office, strand = make_person(), make_strand()
    other, _ = make_course("Rest"), make_course("Sleep well")
    with pytest.raises(TitleTaken) as refused:
        commands.make_course(office, {"title": "SLEEP well", "strand_id": strand.id})
    assert refused.value.field == "title"
    with pytest.raises(TitleTaken):
        commands.edit_course(office, other, typed(other, title="sleep WELL"))
    commands.edit_course(office, other, typed(other, title="REST"))
    assert db.session.scalars(select(Course.title).order_by(Course.id)).all() == [
        "REST",
        "Sleep well",
    ]


def test_a_course_keeps_its_address_and_search_follows_its_words() -> None:
    office, course, strand = make_person(), make_course("Sleep well"), make_strand()
    edit = typed(course, title="Rest well", strand_id=strand.id, chime=[Theme.HOPE, Theme.MEANING])
    commands.edit_course(office, course, edit)
    db.session.expire_all()
    assert (course.slug, course.search_title, course.strand) == ("sleep-well", "rest well", strand)
    assert course.chime == [Theme.HOPE, Theme.MEANING]
    assert trail() == [(office.id, "changed", f"course:{course.id}", "title strand_id chime")]
    commands.edit_course(office, course, typed(course, chime=[Theme.HOPE]))
    assert course.chime == [Theme.HOPE]


def test_the_second_of_two_editors_is_told_what_the_first_changed() -> None:
    office, course = make_person(), make_course("Sleep well")
    first, second = typed(course, summary="Rest."), typed(course, summary="Nights.", title="Nights")
    commands.edit_course(office, course, first)
    with pytest.raises(Overtaken) as refused:
        commands.edit_course(office, course, second)
    assert refused.value.fields == ("summary",)
    db.session.expire_all()
    assert (course.title, course.summary) == ("Sleep well", "Rest.")


def test_a_strand_that_has_gone_is_not_found() -> None:
    office, course = make_person(), make_course()
    with pytest.raises(NotFound):
        commands.make_course(office, {"title": "Sleep", "strand_id": 10**8})
    with pytest.raises(NotFound):
        commands.edit_course(office, course, typed(course, strand_id=10**8))


def test_every_command_holds_its_course_so_that_two_people_take_turns() -> None:
    actor, course = make_person(), make_course()
    edit = typed(course, title="Rest")
    found: list[list[str]] = []
    doing: tuple[Callable[[], None], ...] = (
        lambda: commands.unpublish_course(actor, course),
        lambda: commands.publish_course(actor, course),
        lambda: commands.edit_course(actor, course, edit),
        lambda: commands.archive_course(actor, course),
    )
    for command in doing:
        with counted() as statements:
            command()
        found.append(held(statements))
    one, two = ["course"], ["strand", "course"]
    sqlite = db.engine.dialect.name == "sqlite"
    assert found == ([[]] * 4 if sqlite else [one, one, two, one])
