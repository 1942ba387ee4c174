"""What the operator does about accounts, as it is typed and as it answers."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Authenticator, Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests.conftest import Browse
from tests.factories import make_person


def run(app: Flask, *typed: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["people", *typed])
    return result.exit_code, result.output


def test_the_first_manager_is_added_and_comes_in_by_the_link(app: Flask, browse: Browse) -> None:
    code, said = run(app, "add", "olu@example.org", "Olu Bankole", "--role", "manager")
    found = re.search(r"http://127\.0\.0\.1:8000(/sign-in/link/\S+)", said)
    assert (code, found is not None) == (0, True)
    assert found
    browser = browse()
    assert browser.post(found[1]).location == "/my"
    assert browser.get("/office/people").status_code == 200
    assert db.session.scalars(select(Person)).one().roles == {Role.MANAGER}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("add", "no address", "Ada"), "is not an e-mail address."),
        (("add", "Olu@example.org", "Olu"), "Somebody has this address already."),
        (("link", "nobody@example.org"), "Nobody has this address."),
        (("link", "reeds@example.org"), "More than one person has this address."),
        (("reset-second-step", "nobody@example.org"), "Nobody has this address."),
    ],
)
def test_what_can_t_be_done_is_one_line(app: Flask, typed: tuple[str, ...], says: str) -> None:
    make_person("Olu Bankole", email="olu@example.org")
    for name in ("Ash Reed", "Bo Reed"):
        with transaction():
            db.session.add(Person(name=name, email="reeds@example.org"))
    code, said = run(app, *typed)
    assert (code, says in said, said.count("\n")) == (1, True, 1)


def test_a_second_step_that_was_lost_is_reset(app: Flask) -> None:
    olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    with transaction():
        app_of_olu = Authenticator(person_id=olu.id, secret=b"s", made_at=now(), confirmed_at=now())
        db.session.add(app_of_olu)
    assert run(app, "reset-second-step", "olu@example.org")[0] == 0
    assert db.session.scalars(select(Authenticator)).all() == []


def test_a_database_that_is_not_there_is_one_sentence() -> None:
    app = create_app({"COLLEGE_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite"})
    with app.app_context():
        assert run(app, "link", "a@example.org") == (
            1,
            "The database does not answer, or is not of this version. Run: flask db upgrade\n",
        )
