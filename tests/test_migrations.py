"""From nothing to the newest version and back, on databases of their own, with rows in them."""

import re
from collections.abc import Iterator
from datetime import time
from hashlib import sha256
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.courses.models import Course
from recovery_college.courses.search import answers, anywhere
from recovery_college.database import GUARDS, db, missing_guards, transaction
from tests.conftest import MakeDatabase
from tests.factories import make_course, make_room, make_run, make_tutor
from tests.migrating import Start, of, starting, versions, with_one_more

TABLES = """SELECT name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"""
POSTGRESQL = (
    """SELECT table_name || '.' || column_name, concat_ws(' ', data_type, udt_name,
    character_maximum_length, is_nullable, column_default, generation_expression)
    FROM information_schema.columns WHERE table_schema = current_schema()""",
    """SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0""",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    """SELECT tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger
    WHERE NOT tgisinternal""",
    """SELECT proname, prosrc FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = current_schema()::regnamespace AND lanname = 'plpgsql'""",
    "SELECT extname, '' FROM pg_extension",
)
CLASH = """UPDATE session SET starts_at = (SELECT min(starts_at) FROM session),
ends_at = (SELECT min(ends_at) FROM session)"""


@pytest.fixture
def start(make_database: MakeDatabase) -> Iterator[Start]:
    with starting(make_database) as started:
        yield started


@pytest.fixture
def following(tmp_path: Path) -> str:
    return with_one_more(tmp_path / "migrations")


def catalogue(connection: Connection) -> dict[str, str | list[str]]:
    """Everything that the database says of its tables, but the order of a table's lines."""
    if connection.dialect.name == "sqlite":
        return {name: _lines(sql) for name, sql in connection.execute(text(TABLES))}
    rows = [row for query in POSTGRESQL for row in connection.execute(text(query))]
    return {name: said for name, said in rows if "alembic_version" not in name}


def _lines(sql: str) -> list[str]:
    return sorted(line.strip(" ,\t") for line in sql.replace('"', "").splitlines())


def contents(connection: Connection) -> dict[str, list[str]]:
    """All rows of all tables that are the application's own."""
    return {
        table.name: sorted(
            str(row) for row in connection.execute(text(f"SELECT {names_of(table)} FROM {table}"))
        )
        for table in db.metadata.sorted_tables
    }


def names_of(table: Table) -> str:
    return ", ".join(str(column) for column in table.columns)


def fill() -> None:
    """Two runs in one room, one after the other, with both tutors; and a line of the trail."""
    tutors = (make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL))
    room = make_room()
    make_run(room=room, tutors=tutors, sessions=2)
    make_run(make_course("Sleeping well"), room=room, tutors=tutors, at=time(14))
    with transaction():
        audit.record(None, "changed", "college", fields=("run_places",), at=clock.now())


def test_from_nothing_to_the_newest_equals_the_models(start: Start) -> None:
    with of(start()):
        flask_migrate.upgrade()
        flask_migrate.check()
        with db.engine.connect() as connection:
            migrated = catalogue(connection)
    with of(start()):
        db.create_all()
        with db.engine.connect() as connection:
            assert migrated == catalogue(connection)


def test_down_to_nothing_and_up_again(start: Start) -> None:
    with of(start()):
        flask_migrate.upgrade()
        fill()
        with db.engine.connect() as connection:
            before = catalogue(connection)
        flask_migrate.downgrade(revision="base")
        with db.engine.connect() as connection:
            assert (
                set(catalogue(connection)) - {"btree_gist", "plpgsql", "sqlite_sequence"} == set()
            )
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert catalogue(connection) == before


def test_people_of_the_first_version_are_students_and_its_tutors_tutors(start: Start) -> None:
    with of(start()):
        flask_migrate.upgrade(revision="0001")
        with db.engine.begin() as connection:
            for id, name in ((1, "Ada Osei"), (2, "Bo Lind")):
                row = {"id": id, "name": name, "email": "Bo@example.org" if id == 2 else None}
                connection.execute(
                    text("INSERT INTO person (id, name, email) VALUES (:id, :name, :email)"), row
                )
            connection.execute(
                text(
                    "INSERT INTO tutor (id, person_id, role, shown_as) "
                    "VALUES (1, 2, '', 'not_named')"
                )
            )
        flask_migrate.upgrade()
        ada, bo = db.session.scalars(db.select(Person).order_by(Person.id))
        assert (ada.roles, bo.roles) == (frozenset(), frozenset({Role.TUTOR}))
        assert (ada.discreet, ada.needs_shared, ada.join_step) == (True, False, None)
        assert ada.made_at == ada.active_at == ada.joined_at
        assert "\nbo@example.org\n" in bo.search


def test_a_rebuilt_table_keeps_its_rows_its_children_and_its_guards(
    start: Start, following: str
) -> None:
    with of(start()):
        flask_migrate.upgrade()
        fill()
        with db.engine.connect() as connection:
            rows, before = contents(connection), catalogue(connection)
        flask_migrate.upgrade(following)
        with db.engine.connect() as connection:
            assert contents(connection) == rows
            assert missing_guards(connection) == []
        refuses_a_clash()
        refuses_to_forget()
        finds_by_words()
        flask_migrate.downgrade(following)
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert contents(connection) == rows
            assert catalogue(connection) == before
        refuses_a_clash()
        refuses_to_forget()


def refuses_a_clash() -> None:
    with pytest.raises(IntegrityError, match="guard_"), db.engine.begin() as connection:
        connection.execute(text(CLASH))


def refuses_to_forget() -> None:
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET verb = 'read'"):
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(text(statement))


def finds_by_words() -> None:
    found = db.select(Course.title).where(answers("question"))
    titles = db.session.scalars(found, {"question": anywhere(["sleeping"])}).all()
    db.session.remove()
    assert titles == ["Sleeping well"]


def test_foreign_keys_hold_again_after_a_migration(start: Start) -> None:
    with of(start()):
        flask_migrate.upgrade()
        orphan = "INSERT INTO course_theme (course_id, theme) VALUES (99, 'hope')"
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(text(orphan))


def test_a_migration_that_loses_a_parent_is_undone(start: Start, following: str) -> None:
    with of(start()):
        flask_migrate.upgrade()
        fill()
        with db.engine.connect() as connection:
            rows, before = contents(connection), catalogue(connection)
        file = Path(following, "versions", "next.py")
        losing = '    op.execute("DELETE FROM run")\n'
        file.write_text(re.sub(r"(def upgrade.*\n)", rf"\1{losing}", file.read_text()))
        with pytest.raises((SystemExit, DatabaseError)):
            flask_migrate.upgrade(following)
        with db.engine.connect() as connection:
            assert contents(connection) == rows
            assert catalogue(connection) == before


def test_without_the_database_itself_nothing_is_migrated(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with of(start()), pytest.raises(SystemExit):
        flask_migrate.upgrade(sql=True)
    assert "Migrations need the database itself" in caplog.text


def test_a_guard_that_was_lost_is_laid_again(start: Start) -> None:
    with of(start()):
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            before = catalogue(connection)
            sqlite = connection.dialect.name == "sqlite"
            connection.execute(
                text(
                    "DROP TRIGGER guard_session_room_update"
                    if sqlite
                    else "ALTER TABLE session DROP CONSTRAINT guard_session_room"
                )
            )
            assert missing_guards(connection) == [
                "guard_session_room_update" if sqlite else "guard_session_room"
            ]
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert catalogue(connection) == before


def test_a_changed_guard_comes_with_a_migration() -> None:
    """Upgrading lays guards with a migration only, so bring in a change with one, if an empty one,
    and write its number and the new sum here."""
    newest = versions()[-1]
    laid = sha256(repr(sorted(GUARDS)).encode()).hexdigest()[:8]
    assert (newest, laid) == ("0025", "b59464dc")
