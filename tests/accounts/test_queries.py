"""Who is found by whom, and who is never found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts import queries
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import JoinStep, Role
from recovery_college.clock import now
from recovery_college.database import db, transaction
from recovery_college.errors import NotFound
from tests.conftest import counted
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


@pytest.fixture
def pat() -> Person:
    return make_person("Pat Quinn", Role.MANAGER)


def found(viewer: Person, question: str) -> list[str]:
    page = queries.page_of_people(viewer, question, first=0, size=50)
    assert len(page) == queries.count_people(viewer, question)
    return [person.name for person in page]


@pytest.mark.parametrize(
    "question",
    ["zoë", "ZOE", "briain", "obriain", "o'briain zoe", "zee", "zoe@", "07700 900123", "900123",
     "+44 7700 900123", "(07700) 900-123"],
)  # fmt: skip
def test_somebody_is_found_by_any_part_of_what_the_office_knows(olu: Person, question: str) -> None:
    make_person(
        "Zoë O\u2019Briain", called="Zee", email="Zoe@Example.org", phone="+44 (0)7700 900123"
    )
    make_person("Bo Lind", phone="07700 900999")
    assert found(olu, question) == ["Zoë O\u2019Briain"]


@pytest.mark.parametrize("question", ["%", "_", "\\", "zoe lind", "900124", "x" * 5_000])
def test_what_nobody_is_called_finds_nobody(olu: Person, question: str) -> None:
    make_person("Zoë O\u2019Briain", phone="07700 900123"), make_person("Bo Lind")
    assert found(olu, question) == []


def test_a_record_that_is_restricted_is_there_for_one_manager_alone(
    olu: Person, pat: Person
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org", restricted_to_id=pat.id)
    assert (found(olu, "ada"), found(pat, "ada")) == ([], ["Ada Osei"])
    assert queries.alike(olu, "Ada Osei", "ada@example.org", "") == []
    assert queries.person_for(pat, ada.id) == ada
    for id in (ada.id, 10**8):
        with pytest.raises(NotFound):
            queries.person_for(olu, id)
    assert db.session.scalars(queries.hidden_from(olu)).all() == [ada.id]
    assert queries.restricted_to(pat) == 1


def test_whoever_is_still_joining_stands_on_no_list(olu: Person) -> None:
    make_person("Ada Osei", join_step=JoinStep.HELPS)
    assert found(olu, "ada") == []


def test_who_may_be_the_same_has_the_whole_name_the_address_or_the_number(olu: Person) -> None:
    for name, email, phone in (
        ("ada OSEI", None, ""),
        ("A. Osei", "ADA@example.org", ""),
        ("Mrs Osei", None, "(01632) 960-999"),
        ("Ada Osei-Lind", None, "01632 960 998"),
        ("Bo Lind", None, "999"),
    ):
        make_person(name, email=email, phone=phone)
    same = queries.alike(olu, "Ada Osei", "ada@Example.org", "01632 960999")
    assert sorted(person.name for person in same) == ["A. Osei", "Mrs Osei", "ada OSEI"]
    assert [p.name for p in queries.alike(olu, "Bo Lindt", None, "999")] == []


def test_everybody_with_an_address_is_found_the_longest_here_first() -> None:
    bo, ash = make_person("Bo Reed"), make_person("Ash Reed", made_at=now() - timedelta(days=9))
    with transaction():
        bo.email, ash.email = "reeds@example.org", "Reeds@Example.org"
    assert queries.people_at(" REEDS@example.org") == [ash, bo]
    assert (queries.people_at(""), queries.person_signing_in_at("reeds@example.org")) == ([], None)


def test_a_visit_is_found_by_its_key_until_it_ends(in_may: time_machine.Traveller) -> None:
    ada = make_person("Ada Osei", Role.DESK)
    key = make_visit(ada, ends_at=now() + timedelta(hours=1)).key
    db.session.remove()
    with counted() as statements:
        visit = queries.visit_of(key, now())
        assert visit
        assert (visit.person.name, visit.person.roles) == ("Ada Osei", frozenset({Role.DESK}))
    assert len([each for each in statements if each.startswith("SELECT")]) == 1
    assert queries.visit_of(f"{key}x", now()) is None
    in_may.shift(timedelta(hours=1))
    assert queries.visit_of(key, now()) is None
    assert db.session.scalars(select(Person.name)).all() == ["Ada Osei"]
