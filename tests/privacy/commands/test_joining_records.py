"""Two records of one person become one, and nothing that either said is lost."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person, RingFirst, SignIn
from recovery_college.accounts.rules import Role, Side
from recovery_college.courses.models import Contributor, Course
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.operations.checks import CHECKS
from recovery_college.privacy import queries
from recovery_college.privacy.commands.joining_records import ChangedSince, merge
from recovery_college.privacy.merging import FIELDS, preview_of, state_of
from recovery_college.scheduling.models import Delivery
from recovery_college.tutors.models import HoursSheet
from tests.factories import NOW, make_course, make_person, make_run, make_tutor
from tests.privacy.people import make_philippa

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_one(kept: Person, other: Person, *theirs: str) -> Person:
    manager = make_person("Olu Bankole", Role.MANAGER)
    merge(manager, kept, other, theirs, seen=state_of(kept, other))
    return db.session.get_one(Person, kept.id)


def test_gaps_are_filled_and_what_differs_is_chosen_and_the_rest_written_down() -> None:
    kept = make_person("Ada Osei", phone="1", called="Ada", discreet=False)
    other = make_person(
        "Ada M Osei", phone="2", address="1 Lane", needs="A ramp", needs_shared=True
    )
    preview = preview_of(kept, other)
    assert [field for field, _ in preview.fills] == ["Postal address", "What helps them"]
    assert [each.field for each in preview.conflicts] == ["name", "phone"]
    one = make_one(kept, other, "phone")
    assert (one.name, one.phone, one.address, one.needs) == ("Ada Osei", "2", "1 Lane", "A ramp")
    assert one.earlier == "Name: Ada M Osei\nPhone number: 1"
    assert (one.discreet, one.needs_shared) == (True, False)


def test_everything_that_points_at_the_other_points_at_the_one() -> None:
    philippa, kept = make_philippa(), make_person("Pip")
    before = {
        str(key): sum(1 for _ in queries.rows_of(key, philippa)) for key in queries.keys_to_people()
    }
    one = make_one(kept, philippa)
    after = {
        str(key): sum(1 for _ in queries.rows_of(key, one)) for key in queries.keys_to_people()
    }
    assert after == before | {"merged_person.person_id": before["merged_person.person_id"] + 1}
    assert db.session.get(Person, philippa.id) is None
    assert queries.merged_into(philippa.id) == kept.id
    assert one.roles == {Role.TUTOR, Role.DESK}


def test_two_tutors_become_one_with_both_sides() -> None:
    first, second = make_tutor(Side.LIVED, name="Ash"), make_tutor(Side.PROFESSIONAL, name="Ash R")
    make_run(tutors=(first,), sessions=2)
    make_run(tutors=(second,), sessions=2, at=time(14))
    make_one(first.person, second.person)
    tutor = queries.tutor_of(first.person)
    assert tutor is not None
    assert {side.side for side in tutor.sides} == set(Side)
    assert set(db.session.scalars(select(Delivery.tutor_id))) == {tutor.id}
    assert len(db.session.scalars(select(Delivery.id)).all()) == 4


def test_who_teaches_in_two_places_at_once_is_two_people() -> None:
    first, second = make_tutor(Side.LIVED), make_tutor(Side.LIVED)
    make_run(tutors=(first,))
    make_run(tutors=(second,))
    with pytest.raises(Refusal, match="at the same time"):
        make_one(first.person, second.person)
    assert db.session.get(Person, second.person_id) is not None


@pytest.mark.parametrize("confirmed", ["the one", "the other"])
def test_work_in_a_month_that_the_other_record_has_confirmed_is_not_locked_in_silence(
    confirmed: str,
) -> None:
    first, second = make_tutor(Side.LIVED), make_tutor(Side.LIVED)
    make_run(tutors=(first,))  # in June
    kept, other = (second, first) if confirmed == "the one" else (first, second)
    with transaction():
        sheet = HoursSheet(month=date(2027, 6, 1), minutes=0, lines=[], confirmed_at=clock.now())
        sheet.tutor_id = second.id
        db.session.add(sheet)
    with pytest.raises(Refusal, match="has confirmed its hours for June 2027"):
        make_one(kept.person, other.person)
    with transaction():
        db.session.get_one(HoursSheet, sheet.id).month = date(2027, 5, 1)
    assert make_one(kept.person, other.person).id == kept.person_id


def test_of_two_ways_to_sign_in_the_chosen_one_stays() -> None:
    kept, other = (
        make_person("Ada", email="a@example.org"),
        make_person("Ada", email="b@example.org"),
    )
    one = make_one(kept, other, "email")
    assert db.session.scalars(select(SignIn.address_key)).all() == ["b@example.org"]
    assert (one.email, one.earlier) == ("b@example.org", "E-mail address: a@example.org")


def test_a_note_between_the_two_goes_and_one_with_a_third_stays() -> None:
    kept, other, third = make_person("Ada"), make_person("Ada M"), make_person("Bo")
    with transaction():
        for about in (kept, third):
            db.session.add(
                RingFirst(person=about, other=other, review_on=date(2027, 8, 1), set_at=clock.now())
            )
    make_one(kept, other)
    walls = db.session.scalars(select(RingFirst)).all()
    assert [(wall.person_id, wall.other_id) for wall in walls] == [(third.id, kept.id)]


def test_what_was_not_looked_at_is_not_done() -> None:
    manager, kept, other = make_person("O", Role.MANAGER), make_person("A"), make_person("B")
    seen = state_of(kept, other)
    with transaction():
        other.phone = "9"
    with pytest.raises(ChangedSince):
        merge(manager, kept, other, (), seen=seen)
    assert db.session.get(Person, other.id) is not None


def test_nobody_merges_themself() -> None:
    olu, other = make_person("Olu", Role.MANAGER), make_person("Olu B")
    with pytest.raises(Refusal, match="Ask another manager"):
        merge(olu, olu, other, (), seen=state_of(olu, other))


WORDS = st.sampled_from(["", "one", "two"])
RECORDS = st.fixed_dictionaries(
    {
        "fields": st.fixed_dictionaries(
            dict.fromkeys(("called", "pronouns", "phone", "address", "needs"), WORDS)
        ),
        "roles": st.sets(st.sampled_from(list(Role))),
        "reasons": st.sets(st.sampled_from(list(Reason))),
        "ages": st.sets(st.sampled_from(["18-24", "25-34", "35-44"])),
        "made": st.sets(st.tuples(st.integers(0, 1), st.sampled_from(list(Side)))),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(st.tuples(RECORDS, RECORDS), st.sets(st.sampled_from(sorted(FIELDS))))
def test_nothing_that_either_record_said_is_lost(records: tuple, theirs: set[str]) -> None:  # type: ignore[type-arg]
    courses = [make_course(), make_course()]
    kept, other = (_made(record, courses) for record in records)
    before = _facts(kept) | _facts(other)
    one = make_one(kept, other, *theirs)
    assert _facts(one) == before
    assert {name: rows() for name, rows in CHECKS.items() if rows()} == {}


def _made(record: dict, courses: list[Course]) -> Person:  # type: ignore[type-arg]
    person = make_person("Ada Osei", *record["roles"], **record["fields"])
    with transaction():
        for reason in record["reasons"]:
            db.session.add(ComingAs(person_id=person.id, reason=reason))
        for age in record["ages"]:
            db.session.add(EqualityAnswer(person_id=person.id, question=Question.AGE, answer=age))
        for course, side in record["made"]:
            made = Contributor(course=courses[course], person_id=person.id, side=side)
            db.session.add(made)
    return person


def _facts(person: Person) -> set[object]:
    """Everything that is said, wherever it stands by now."""
    said: set[object] = {
        (FIELDS[field], str(getattr(person, field))) for field in FIELDS if getattr(person, field)
    }
    said |= {tuple(line.split(": ", 1)) for line in person.earlier.splitlines()}
    said |= set(person.roles)
    for table, column in ((ComingAs, "reason"), (EqualityAnswer, "answer")):
        rows = db.session.scalars(select(table).where(table.person_id == person.id))
        said |= {getattr(row, column) for row in rows}
    made = db.session.scalars(select(Contributor).where(Contributor.person_id == person.id))
    return said | {(row.course_id, row.side) for row in made}
