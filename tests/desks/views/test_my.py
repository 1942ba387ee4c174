"""A student's own first page: what is next, and what still wants them."""

import pytest

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import transaction
from tests.conftest import Browse, counted
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")

DESKS = ("My week as a tutor", "The office today")


def test_each_role_has_the_way_to_its_desk(browse: Browse) -> None:
    roles: list[tuple[Role, ...]] = [(), (Role.TUTOR,), (Role.DESK,), (Role.TUTOR, Role.MANAGER)]
    pages = [browse(make_person("Ada", *each)).get("/my").text for each in roles]
    assert [[desk in page for desk in DESKS] for page in pages] == [
        [False, False],
        [True, False],
        [False, True],
        [True, True],
    ]


def test_an_address_that_nobody_has_shown_to_be_theirs_is_asked_about(browse: Browse) -> None:
    shown = make_person("Ada", email="ada@example.org")
    unshown: Person = make_person("Bo")
    with transaction():
        unshown.email = "bo@example.org"
    asked = [
        "Is this your e-mail address?" in browse(person).get("/my").text
        for person in (shown, unshown, make_person("Cy"))
    ]
    assert asked == [False, True, False]


def test_it_asks_little(browse: Browse) -> None:
    browser = browse(make_person("Ada", Role.TUTOR))
    with counted() as statements:
        browser.get("/my")
    assert len([each for each in statements if "SAVEPOINT" not in each]) <= 6
