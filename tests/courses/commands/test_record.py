"""The co-production record: who made a course, what was decided together."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.audit.models import AuditEntry
from recovery_college.courses.commands import record
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import (
    MadeItAlready,
    NotMadeTogether,
)
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import Refusal
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


def trail() -> list[tuple[int | None, str, str, str]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.actor_id, row.verb, row.subject, row.fields) for row in rows]


def test_one_person_may_bring_both_but_never_the_same_twice() -> None:
    office, course, ada = make_person(), draft(), make_person()
    record.add_contributor(office, course, ada, Side.LIVED)
    record.add_contributor(office, course, ada, Side.PROFESSIONAL)
    with pytest.raises(MadeItAlready):
        record.add_contributor(office, course, ada, Side.LIVED)
    assert db.session.scalar(select(func.count(Contributor.id))) == 2


def test_a_published_course_keeps_both_on_its_record() -> None:
    office, course = make_person(), make_course()
    peer = course.contributors[0]
    with pytest.raises(NotMadeTogether):
        record.remove_contributor(office, peer)
    record.add_contributor(office, course, make_person(), peer.side)
    record.remove_contributor(office, peer)
    db.session.expire_all()
    assert {c.side for c in course.contributors} == set(Side)
    assert peer not in course.contributors


def test_nobody_is_named_until_they_say_so() -> None:
    office, course = make_person(), draft()
    contributor = record.add_contributor(office, course, make_person(), Side.LIVED)
    wishes = [contributor.shown_as]
    record.show_contributor_as(office, contributor, ShownAs.FIRST_NAME)
    assert [*wishes, contributor.shown_as] == [ShownAs.NOT_NAMED, ShownAs.FIRST_NAME]


def test_a_decision_is_a_dated_line_with_words() -> None:
    office, course = make_person(), draft()
    with pytest.raises(Refusal, match="Write what was decided"):
        record.record_decision(office, course, date(2027, 5, 3), "  ")
    record.record_decision(office, course, date(2027, 5, 3), " Six weeks, not eight. ")
    record.record_decision(office, course, date(2027, 4, 1), "We asked past students.")
    db.session.expire_all()
    assert [(d.decided_on, d.words) for d in course.decisions] == [
        (date(2027, 4, 1), "We asked past students."),
        (date(2027, 5, 3), "Six weeks, not eight."),
    ]


def test_the_trail_names_fields_and_never_words_or_names() -> None:
    office, course = make_person(), draft()
    ada = make_person("Ada Byron")
    made = record.add_contributor(office, course, ada, Side.LIVED)
    line = record.record_decision(office, course, date(2027, 5, 3), "Six weeks.")
    assert trail() == [
        (office.id, "added", f"contributor:{made.id}", "course person side"),
        (office.id, "recorded", f"decision:{line.id}", "decided_on words"),
    ]
    assert db.session.get_one(Person, ada.id).name == "Ada Byron"


def test_a_line_is_corrected_or_taken_out() -> None:
    office, course = make_person(), draft()
    day = date(2027, 5, 3)
    line = record.record_decision(office, course, day, "Six weeks.")
    seen = prints_of(line, ("decided_on", "words"))
    with pytest.raises(Refusal, match="Write what was decided"):
        record.correct_decision(office, line, Edit({"decided_on": day, "words": " "}, seen))
    edit = Edit({"decided_on": day, "words": "Eight weeks."}, seen)
    record.correct_decision(office, line, edit)
    with pytest.raises(Overtaken):
        record.correct_decision(office, line, edit)
    assert line.words == "Eight weeks."
    record.remove_decision(office, line)
    db.session.expire_all()
    assert course.decisions == []
    assert [entry[1:] for entry in trail()[1:]] == [
        ("corrected", f"decision:{line.id}", "words"),
        ("removed", f"decision:{line.id}", "decided_on words"),
    ]


def test_every_command_holds_its_course_so_that_two_people_take_turns() -> None:
    actor, course = make_person(), make_course()
    maker, other = course.contributors[0], make_person()
    line = record.record_decision(actor, course, date(2027, 5, 1), "Breaks.")
    for command in (
        lambda: record.add_contributor(actor, course, other, maker.side),
        lambda: record.show_contributor_as(actor, maker, ShownAs.FULL_NAME),
        lambda: record.remove_contributor(actor, maker),
        lambda: record.record_decision(actor, course, date(2027, 5, 1), "Breaks."),
        lambda: record.remove_decision(actor, line),
    ):
        with counted() as statements:
            command()
        assert held(statements) == ([] if db.engine.dialect.name == "sqlite" else ["course"])
