"""Very many rows, and what becomes of them when tables are built anew, up and down."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import insert, inspect, text

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses.models import Course, CourseTheme
from recovery_college.courses.rules import Theme
from recovery_college.database import Model, db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, MessageKind
from tests.conftest import MakeDatabase
from tests.factories import make_course
from tests.migrating import Start, of, starting, versions, with_one_more
from tests.test_migrations import fill

FULL = os.environ.get("PROOF") == "full"
ROWS = 10_000 if FULL else 300
Rows = dict[str, list[dict[str, object]]]


@pytest.fixture
def start(make_database: MakeDatabase) -> Iterator[Start]:
    with starting(make_database) as started:
        yield started


@pytest.fixture
def following(tmp_path: Path) -> str:
    return with_one_more(tmp_path / "migrations")


def fill_much() -> None:
    """People with messages, lines of the trail about them, and a course for every tenth."""
    fill()
    tenth, now, strand = ROWS // 10, clock.now(), make_course().strand_id
    rows: dict[type[Model], list[dict[str, object]]] = {
        Person: [
            {"name": f"Person {n}", "made_at": now, "active_at": now, "joined_at": now}
            for n in range(4 * tenth)
        ],
        OutboxMessage: [
            {
                **{name: f"{name} {n}" for name in ("key", "thread", "subject", "body")},
                **{"person_id": n % tenth + 1, "address": f"p{n}@example.org"},
                **{"kind": MessageKind.NOTICE, "channel": Channel.EMAIL},
                **{"queued_at": now, "due_at": now},
            }
            for n in range(3 * tenth)
        ],
        Course: [
            {"title": f"On {n}", "slug": f"on-{n}", "strand_id": strand} for n in range(tenth)
        ],
        CourseTheme: [{"course_id": n + 1, "theme": Theme.HOPE} for n in range(tenth)],
    }
    with transaction():
        for model, many in rows.items():
            db.session.execute(insert(model), many)
        for _ in range(tenth):
            audit.record(None, "changed", "college", fields=("run_places",), at=now)


def all_rows() -> Rows:
    """Of every table that there is by now, but those of SQLite's own search."""
    with db.engine.connect() as connection:
        return {
            name: [
                dict(row) for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()
            ]
            for name in inspect(connection).get_table_names()
            if not name.startswith(("alembic_", "guard_"))
        }


def hashed(rows: Rows, like: Rows) -> dict[str, str]:
    """Each table's rows, sorted, of what both have."""
    found = {}
    for name in rows.keys() & like.keys():
        if rows[name] and like[name]:
            both = sorted(rows[name][0].keys() & like[name][0].keys())
            kept = sorted(repr([row[column] for column in both]) for row in rows[name])
            found[name] = sha256(repr(kept).encode()).hexdigest()
    return found


def count(rows: Rows) -> dict[str, int]:
    return {name: len(each) for name, each in rows.items()}


def check_same(before: Rows) -> None:
    now = all_rows()
    assert hashed(now, before) == hashed(before, now)


def test_many_rows_are_the_same_after_up_down_and_up(start: Start, following: str) -> None:
    """To a version that is still to come, and down to the first and up again: what both have."""
    with of(start()):
        flask_migrate.upgrade()
        fill_much()
        db.session.remove()
        newest = all_rows()
        for move in (flask_migrate.upgrade, flask_migrate.downgrade) * 2:
            move(following)
            check_same(newest)
            assert count(all_rows()) == count(newest)
        for version in versions()[-2::-1] if FULL else versions()[:1]:
            flask_migrate.downgrade(revision=version)
            check_same(newest)
        first = all_rows()
        flask_migrate.upgrade()
        check_same(first)
        assert len(first["person"]) == len(newest["person"]) > ROWS // 3
