"""Terms: made, changed by two people at once, removed while empty."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.audit.models import AuditEntry
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling import queries
from recovery_college.scheduling.commands import terms
from recovery_college.scheduling.models import Term
from recovery_college.scheduling.rules.places import InUse, NameTaken
from tests.factories import NOW, make_person, make_run, make_term

pytestmark = pytest.mark.usefixtures("app")
COLLEGE = College(name="A college")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


AUTUMN = {
    "name": "Autumn 2027",
    "starts_on": date(2027, 9, 6),
    "ends_on": date(2027, 12, 10),
    "public_at": datetime(2027, 7, 1, tzinfo=UTC),
    "enrolment_opens_at": datetime(2027, 8, 1, tzinfo=UTC),
}


def typed(term: Term, **values: object) -> Edit:
    shown = {field: getattr(term, field) for field in AUTUMN}
    return Edit(shown | values, prints_of(term, AUTUMN))


def test_a_term_has_days_and_two_moments() -> None:
    term = terms.make_term(make_person(), AUTUMN)
    assert (term.slug, term.starts_on, term.public_at) == (
        "autumn-2027",
        date(2027, 9, 6),
        datetime(2027, 7, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(2027, 9, 5)}, "ends_on"),
        ({"enrolment_opens_at": datetime(2027, 6, 30, tzinfo=UTC)}, "enrolment_opens_at"),
        ({"name": "SUMMER 2027"}, "name"),
    ],
)
def test_what_can_t_be_is_refused_beside_its_field(wrong: dict[str, object], field: str) -> None:
    office, _ = make_person(), make_term("Summer 2027")
    with pytest.raises(Refusal) as refused:
        terms.make_term(office, AUTUMN | wrong)
    assert refused.value.field == field
    term = terms.make_term(office, AUTUMN)
    with pytest.raises(Refusal) as refused:
        terms.edit_term(office, term, typed(term, **wrong))
    assert refused.value.field == field
    db.session.expire_all()
    assert {name: getattr(term, name) for name in AUTUMN} == AUTUMN


def test_two_editors_of_different_things_both_win_and_of_one_the_second_is_told() -> None:
    office, term = make_person(), terms.make_term(make_person(), AUTUMN)
    one, other = typed(term, name="Autumn"), typed(term, name="Fall")
    terms.edit_term(office, term, one)
    with pytest.raises(Overtaken) as refused:
        terms.edit_term(office, term, other)
    assert refused.value.fields == ("name",)
    assert (term.name, term.slug) == ("Autumn", "autumn-2027")


def test_only_an_empty_term_goes() -> None:
    office, run, empty = make_person(), make_run(), make_term()
    with pytest.raises(InUse, match="has 1 run"):
        terms.remove_term(office, run.term)
    terms.remove_term(office, empty)
    with pytest.raises(NotFound):
        queries.term(empty.id)
    assert db.session.scalars(select(AuditEntry.verb)).all() == ["removed"]


def test_a_name_that_another_term_has_is_refused() -> None:
    office = make_person()
    terms.make_term(office, AUTUMN)
    with pytest.raises(NameTaken):
        terms.make_term(office, AUTUMN)
