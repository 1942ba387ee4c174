"""What the operator reads, and the exit code that a machine reads."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from recovery_college.app import create_app
from recovery_college.database import db, why_refused
from recovery_college.operations.checks import CHECKS
from tests.factories import make_course


def checked(app: Flask) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["check"])
    return result.exit_code, result.output.splitlines()


def test_all_that_holds_is_named(app: Flask) -> None:
    assert checked(app) == (0, [f"ok        {invariant}" for invariant in CHECKS])


def test_what_is_violated_is_named_with_its_rows(app: Flask) -> None:
    rows = [f"course:{make_course().id}" for _ in range(22)]
    db.session.execute(text("DELETE FROM contributor"))
    db.session.commit()
    code, lines = checked(app)
    assert (code, [line for line in lines if not line.startswith("ok  ")]) == (
        2,
        [
            "VIOLATED  Every published course was made by people with both kinds of experience: "
            f"{', '.join(rows[:20])} and 2 more"
        ],
    )


def test_a_database_of_another_version_can_not_be_looked_at(app: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    db.session.commit()
    assert checked(app) == (
        1,
        ["Could not look: the database is not of this version. Run: flask db upgrade"],
    )


@pytest.mark.parametrize(
    "address",
    ["sqlite:////nowhere/at/all.sqlite", "postgresql://nobody@127.0.0.1:1/nothing"],
)
def test_a_database_that_is_away_can_not_be_looked_at(address: str) -> None:
    app = create_app({"COLLEGE_DATABASE_URL": address})
    with app.app_context():
        assert checked(app) == (1, ["Could not look: the database does not answer."])


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "disk is full"),
        ('could not extend file "base/1": No space left on device', "disk is full"),
        ("database is locked", "busy"),
        ("connection refused", "does not answer"),
    ],
)
def test_why_a_command_could_not_is_said(said: str, words: str) -> None:
    assert words in why_refused(OperationalError("", {}, Exception(said)))
