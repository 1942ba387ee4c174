"""Lines of the trail as sentences, with the names of today."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import audit
from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import Model, db, transaction
from recovery_college.desks.history import Line, field_called, told
from recovery_college.enrolment.commands.enrolling import Request, enrol
from tests.conftest import counted
from tests.factories import NOW, make_course, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


def said(
    viewer: Person, actor: Person | None, verb: str, subject: Model | str, *fields: str
) -> Line:
    with transaction():
        audit.record(actor, verb, subject, fields=fields, at=AT)
    newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    return told(viewer, db.session.scalars(newest).all())[0]


def test_who_changed_which_fields_of_whom(olu: Person) -> None:
    ada = make_person("Ada Osei")
    assert said(olu, olu, "changed", ada, "phone", "address", "needs") == Line(
        "Olu Bankole changed phone, address and what helps them take part of Ada Osei",
        AT,
        f"person:{ada.id}",
    )


def test_what_somebody_did_about_themself(olu: Person) -> None:
    ada = make_person("Ada Osei")
    assert [
        said(olu, ada, "signed in", ada).words,
        said(olu, ada, "changed", ada, "phone").words,
        said(olu, ada, "proved", ada, "email").words,
    ] == [
        "Ada Osei signed in",
        "Ada Osei changed phone of their own",
        "Ada Osei proved: email",
    ]


def test_what_a_student_said_of_themself_is_not_told_apart(olu: Person) -> None:
    ada = make_person("Ada Osei")
    words = {said(olu, ada, "changed", ada, f).words for f in ("coming_as", "equality_answers")}
    assert words == {"Ada Osei changed answers that only they see of their own"}


def test_things_are_called_as_they_are_today(olu: Person) -> None:
    run = make_run(make_course("Sleeping well"), tutors=(make_tutor(),))
    session = run.sessions[0]
    assert session.room is not None
    things = {
        "published": run.course,
        "added": run.course.contributors[0],
        "planned": run,
        "promised a pair for": session,
        "asked": session.deliveries[0],
        "opened": run.term,
        "painted": session.room,
        "moved": session.room.venue,
        "named": run.course.strand,
    }
    sentences = [said(olu, olu, verb, thing).words for verb, thing in things.items()]
    room, venue = session.room.name, session.room.venue.name
    assert sentences == [
        "Olu Bankole published the course Sleeping well",
        "Olu Bankole added a maker of Sleeping well",
        "Olu Bankole planned the run of Sleeping well, 7 June 2027",
        "Olu Bankole promised a pair for a session of Sleeping well, 7 June 2027",
        "Olu Bankole asked a tutor of Sleeping well, 7 June 2027",
        f"Olu Bankole opened the term {run.term.name}",
        f"Olu Bankole painted the room {room}, {venue}",
        f"Olu Bankole moved the venue {venue}",
        f"Olu Bankole named the strand {run.course.strand.name}",
    ]


def test_nobody_known_did_it(olu: Person) -> None:
    assert said(olu, None, "changed", "college", "run_places") == Line(
        "The platform changed run places of the college\u2019s settings", AT, "college"
    )


def test_who_chose_another_manager_is_somebody(olu: Person) -> None:
    other = make_person("Pat Lowe", Role.MANAGER)
    ada = make_person("Ada Osei", restricted_to_id=other.id)
    wall = RingFirst(person=ada, review_on=AT.date(), set_at=AT)
    with transaction():
        db.session.add(wall)
    assert [
        said(olu, olu, "changed", ada, "phone"),
        said(olu, ada, "signed in", ada),
        said(olu, olu, "set", wall),
        said(other, olu, "changed", ada, "phone"),
    ] == [
        Line("Olu Bankole changed phone of somebody", AT, ""),
        Line("Somebody signed in", AT, ""),
        Line("Olu Bankole set a ring-first note about somebody", AT, ""),
        Line("Olu Bankole changed phone of Ada Osei", AT, f"person:{ada.id}"),
    ]


def test_who_has_left_and_what_is_gone(olu: Person) -> None:
    ada, course = make_person("Ada Osei"), make_course()
    with transaction():
        audit.record(ada, "changed", ada, fields=("phone",), at=AT)
        audit.record(olu, "archived", course, fields=(), at=AT)
        db.session.delete(course)
        db.session.delete(ada)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.words for line in told(olu, entries)] == [
        "Somebody who has left changed phone of their own",
        f"Olu Bankole archived the course number {course.id}, which is gone",
    ]


def test_names_are_four_questions_however_many_lines(olu: Person) -> None:
    things = [thing for _ in range(9) for thing in (make_person(), make_run())]
    with transaction():
        for thing in things:
            audit.record(olu, "changed", thing, fields=("phone",), at=AT)
    entries = db.session.scalars(select(AuditEntry)).all()
    assert olu.is_manager
    for some in (entries, entries[:1], []):
        with counted() as statements:
            told(olu, some)
        assert len([each for each in statements if each.startswith("SELECT")]) == 4


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("phone", "phone"),
        (" Office phone ", "office_phone"),
        ("pair-by date", "pair_by_on"),
        ("what helps them take part", "needs"),
    ],
)
def test_a_field_is_found_by_the_words_that_stand_for_it(words: str, field: str) -> None:
    assert field_called(words) == field


def test_a_place_is_said_with_its_person_only_to_whom_may_know_them(olu: Person) -> None:
    nia = make_person("Nia", Role.MANAGER)
    run = make_run(make_course("Sleeping well"))
    ada = make_person("Ada Osei", restricted_to_id=nia.id)
    with time_machine.travel(NOW, tick=False):
        place = enrol(ada, ada, Request(run), the_college())
    words = "gave up the place of {} on Sleeping well, 7 June 2027"
    assert said(nia, nia, "gave up", place).words == f"Nia {words.format('Ada Osei')}"
    assert said(olu, nia, "gave up", place).words == f"Nia {words.format('somebody')}"
