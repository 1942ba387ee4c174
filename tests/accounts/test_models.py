"""Two people may share nearly everything."""

import pytest
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import Person
from recovery_college.database import db, transaction

pytestmark = pytest.mark.usefixtures("app")


def test_two_people_share_a_name_and_an_address() -> None:
    both = [Person(name="Ash Reed", email="reeds@example.org") for _ in range(2)]
    with transaction():
        db.session.add_all(both)
    assert both[0].id != both[1].id


def test_nobody_is_without_a_name() -> None:
    with pytest.raises(IntegrityError, match="has_a_name"), transaction():
        db.session.add(Person(name="  "))
