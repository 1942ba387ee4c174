"""Two people may share nearly everything."""

import pytest
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import Person, SignIn
from recovery_college.accounts.rules import Role
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")


def test_two_people_share_a_name_and_an_address() -> None:
    both = [Person(name="Ash Reed", email="reeds@example.org") for _ in range(2)]
    with transaction():
        db.session.add_all(both)
    assert both[0].id != both[1].id


def test_nobody_is_without_a_name() -> None:
    with pytest.raises(IntegrityError, match="has_a_name"), transaction():
        db.session.add(Person(name="  "))


def test_an_address_that_two_share_signs_one_of_them_in() -> None:
    make_person("Ash Reed", email="reeds@example.org")
    bo = Person(name="Bo Reed", email="reeds@example.org")
    bo.sign_in = SignIn(address_key="reeds@example.org", verified_at=now())
    with pytest.raises(IntegrityError), transaction():
        db.session.add(bo)


def test_nobody_is_the_only_one_who_may_open_their_own_record() -> None:
    olu = make_person("Olu", Role.MANAGER)
    with pytest.raises(IntegrityError, match="restricted_to_another"), transaction():
        olu.restricted_to_id = olu.id


@pytest.mark.parametrize(
    ("roles", "tutor", "office", "manager"),
    [
        ((), False, False, False),
        ((Role.TUTOR,), True, False, False),
        ((Role.DESK,), False, True, False),
        ((Role.MANAGER,), False, True, True),
    ],
)
def test_what_somebody_may_do_comes_from_their_roles(
    roles: tuple[Role, ...], tutor: bool, office: bool, manager: bool
) -> None:
    ada = make_person("Ada", *roles)
    assert (ada.is_tutor, ada.is_office, ada.is_manager) == (tutor, office, manager)


def test_what_the_search_reads_follows_every_change() -> None:
    ada = make_person("Ada Osei", email="Ada@Example.org", phone="01632 960 999")
    with transaction():
        ada.name, ada.phone, ada.earlier = "Adá Lind", "+44 1632 960998", "Name: Ada Osei"
    found = db.session.scalars(db.select(Person.search)).one()
    assert [part in found for part in ("ada lind", "ada@example.org", "01632960998")] == [True] * 3
    assert ("ada osei" in found, "01632960999" in found) == (True, False)


def test_an_empty_address_is_none() -> None:
    assert (Person(name="Sun", email="").email, make_person("Sun").goes_by) == (None, "Sun")
