"""The agreement has two sides, and what people say of themselves stands apart from them."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import class_mapper

from recovery_college.accounts.models import Agreement, ComingAs, EqualityAnswer, Person
from recovery_college.clock import now
from recovery_college.database import db, transaction

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(("we_promise", "we_ask"), [("", "Yes."), ("Yes.", "  "), ("", "")])
def test_an_agreement_has_two_sides(we_promise: str, we_ask: str) -> None:
    with pytest.raises(IntegrityError, match="two_sided"), transaction():
        db.session.add(Agreement(we_promise=we_promise, we_ask=we_ask, made_at=now()))


def test_nothing_leads_from_a_person_to_why_they_come_or_who_they_are() -> None:
    reached = {each.mapper.class_ for each in class_mapper(Person).relationships}
    for table in (ComingAs, EqualityAnswer):
        assert table not in reached
        assert list(class_mapper(table).relationships) == []
