"""The two questions of the machinery that watches."""

import pytest
from flask import Flask
from sqlalchemy import text

from recovery_college.app import create_app
from recovery_college.database import db, transaction
from tests.conftest import Browse, counted


def test_the_process_is_up_without_asking_the_database(browse: Browse) -> None:
    with counted() as statements:
        answer = browse().get("/healthz")
    assert (answer.status_code, answer.text, statements) == (200, "ok\n", [])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "text/plain; charset=utf-8"


def test_it_is_ready_when_the_database_answers(browse: Browse) -> None:
    answer = browse().get("/readyz")
    first, *lines = answer.text.splitlines()
    assert (answer.status_code, first) == (200, "ready")
    watched = [line.split(":")[0] for line in lines]
    assert watched == ["database", "queue", "disk", "clock", "mail", "backup"]
    assert lines[0] == "database: ok, it answers"
    assert lines[3].startswith("clock: ok, ")
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_not_ready_before_its_tables_are_of_this_version(browse: Browse) -> None:
    with transaction():
        db.session.execute(text("DELETE FROM alembic_version"))
    answer = browse().get("/readyz")
    assert (answer.status_code, answer.text) == (
        503,
        "not ready: the database is not of this version\n",
    )


@pytest.fixture
def without_database() -> Flask:
    return create_app({"COLLEGE_DATABASE_URL": "sqlite:////no/such/folder/college.sqlite"})


def test_it_is_not_ready_without_a_database_but_up_it_is(without_database: Flask) -> None:
    visitor = without_database.test_client()
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready: database\n")
    assert visitor.get("/healthz").status_code == 200
