"""A year of upgrades: what the first version wrote is kept, and nobody waits for one."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.messages.jobs import jobs_of
from recovery_college.operations.checks import CHECKS
from recovery_college.tutors.models import TutorWindow
from tests.conftest import ON_SQLITE, Browse, MakeDatabase, counted
from tests.expanding import narrowed, shape_of
from tests.factories import make_person
from tests.first_college import ROWS, rows_as_they_are, write_rows
from tests.test_migrations import catalogue

FIRST_RELEASE = "0019"
"""The migrations up to here came before anybody had a college. Whatever comes after runs while the
code before it still serves, and so only adds; what that no longer reads may go a release later."""
GONE_A_RELEASE_LATER: set[str] = set()
READ_FIRST = ("visit", "setting")  # as in migrations/env.py, which can't be imported
WAITING = """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE datname = current_database() AND mode = 'AccessExclusiveLock' AND NOT granted"""
KEPT = "CREATE TABLE kept (id INTEGER NOT NULL, name TEXT, note TEXT"
VERSIONS = sorted(path.name[:4] for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))
STEPS = VERSIONS[1:] if os.environ.get("PROOF") == "full" else (VERSIONS[9], VERSIONS[-1])


@pytest.fixture
def college(make_database: MakeDatabase, tmp_path: Path) -> Iterator[Flask]:
    queue = f"sqlite:///{tmp_path}/queue.sqlite"
    environ = {"COLLEGE_DATABASE_URL": make_database(), "COLLEGE_QUEUE_URL": queue}
    app = create_app(environ, TESTING=True)
    with app.app_context():
        yield app
        jobs_of(app).queue.storage.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def fresh(make_database: MakeDatabase) -> dict[str, str | list[str]]:
    """What the database says of the tables of a college that begins today."""
    app = create_app({"COLLEGE_DATABASE_URL": make_database()}, TESTING=True)
    with app.app_context():
        db.create_all()
        with db.engine.connect() as connection:
            found = catalogue(connection)
        db.engine.dispose()
    return found


def test_a_college_of_the_first_version_is_as_good_as_new_after_every_step(
    fresh: dict[str, str | list[str]], college: Flask
) -> None:
    flask_migrate.upgrade(revision=VERSIONS[0])
    with db.engine.begin() as connection:
        write_rows(connection)
    for version in STEPS:
        flask_migrate.upgrade(revision=version)
    with db.engine.connect() as connection:
        assert catalogue(connection) == fresh
        kept = {name: rows for name, rows in ROWS.items() if name != "tutor_day"}
        assert rows_as_they_are(connection) == kept
    days = select(TutorWindow.tutor_id, TutorWindow.weekday)
    assert db.session.execute(days).all() == [(1, 0), (2, 0)]  # what days have become
    assert {name: rows for name, check in CHECKS.items() if (rows := check())} == {}
    visitor = college.test_client()
    for address in ("/readyz", "/courses/sleep-well", "/venues/harbour-house"):
        assert visitor.get(address).status_code == 200


@ON_SQLITE
def test_a_migration_after_the_first_release_only_adds(college: Flask) -> None:
    flask_migrate.upgrade(revision=FIRST_RELEASE)
    for version in VERSIONS[VERSIONS.index(FIRST_RELEASE) + 1 :]:
        with db.engine.connect() as connection:
            before = shape_of(connection)
        flask_migrate.upgrade(revision=version)
        with db.engine.connect() as connection:
            assert narrowed(before, shape_of(connection)) <= GONE_A_RELEASE_LATER


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (["ALTER TABLE kept ADD COLUMN more TEXT"], set()),
        (["ALTER TABLE kept ADD COLUMN more TEXT NOT NULL DEFAULT ''"], set()),
        (["CREATE TABLE other (id INTEGER NOT NULL)", "CREATE INDEX i ON kept (name)"], set()),
        (["DROP TABLE kept"], {"kept"}),
        (["ALTER TABLE kept RENAME TO held"], {"kept"}),
        (["ALTER TABLE kept RENAME COLUMN note TO notes"], {"kept.note"}),
        (["ALTER TABLE kept DROP COLUMN note"], {"kept.note"}),
        (["CREATE UNIQUE INDEX once ON kept (name)"], {"kept: once"}),
        (["DROP TABLE kept", f"{KEPT} NOT NULL)"], {"kept.note"}),
        (["DROP TABLE kept", f"{KEPT}, more TEXT NOT NULL)"], {"kept.more"}),
        (["DROP TABLE kept", KEPT.replace("name TEXT", "name INTEGER") + ")"], {"kept.name"}),
        (
            ["DROP TABLE kept", f"{KEPT}, CONSTRAINT short CHECK (note < 'm'))"],
            {"kept: short note < 'm'"},
        ),
    ],
)
def test_what_code_that_still_serves_would_miss_is_found(steps: list[str], found: set[str]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text(f"{KEPT})"))
        before = shape_of(connection)
        for step in steps:
            connection.execute(text(step))
        assert narrowed(before, shape_of(connection)) == found
    engine.dispose()


def test_a_migration_waits_for_a_page_that_has_begun_and_is_not_in_its_way(college: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # all that write wait in one line there, and nobody who reads waits
    flask_migrate.upgrade(revision=VERSIONS[-2])
    with db.engine.connect() as page, ThreadPoolExecutor(1) as beside:
        page.execute(text(f"SELECT FROM {READ_FIRST[0]}"))
        migrated = beside.submit(upgrade, college)
        while not page.scalar(text(WAITING)):
            assert not migrated.done(), migrated.exception()
            sleep(0.01)
        page.execute(text("SET LOCAL lock_timeout = 100"))
        for name in (*READ_FIRST[1:], "person", "audit_entry"):
            page.execute(text(f"SELECT FROM {name}"))
        page.rollback()
        migrated.result()
        assert page.scalar(text("SELECT version_num FROM alembic_version")) == VERSIONS[-1]


def upgrade(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


@ON_SQLITE
@pytest.mark.usefixtures("app")
def test_a_page_reads_first_what_a_migration_takes_first(browse: Browse) -> None:
    """Who is signed in their visit, and everybody else the college's settings."""
    for browser, address, first in (
        (browse(make_person("")), "/my", READ_FIRST[0]),
        (browse(), "/courses", READ_FIRST[1]),
        (browse(), "/join", READ_FIRST[1]),
    ):
        with counted() as asked:
            assert browser.get(address).status_code == 200
        begun = next(each for each in asked if "SELECT" in each)
        assert re.search(rf"\bFROM {first}\b", begun)


@ON_SQLITE
def test_code_serves_on_tables_that_a_later_version_has_added_to_and_on_no_earlier_ones(
    college: Flask,
) -> None:
    db.create_all()
    flask_migrate.stamp()
    newest = int(VERSIONS[-1])
    for number, status in ((newest - 1, 503), (newest, 200), (newest + 1, 200)):
        with db.engine.begin() as connection:
            moved = text("UPDATE alembic_version SET version_num = :number")
            connection.execute(moved, {"number": f"{number:04}"})
        db.session.remove()
        assert college.test_client().get("/readyz").status_code == status
