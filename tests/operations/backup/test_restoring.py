"""What comes back is what was kept, whatever was written meanwhile; or nothing comes back."""

import re
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, inspect, make_url, select, text

from recovery_college.accounts.models import Person
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageKind, MessageState
from recovery_college.operations.backup.stores import store_of
from recovery_college.operations.delivering import deliver
from recovery_college.operations.standing import standing
from tests.breaking import without_snapshot
from tests.conftest import ON_SQLITE
from tests.factories import make_message, make_person
from tests.operations.backup.conftest import Elsewhere, said
from tests.post_office import PostOffice
from tests.test_migrations import catalogue
from tests.test_upgrades import FIRST_RELEASE

pytestmark = pytest.mark.usefixtures("in_may")
CHANGED = {"setting", "audit_entry", "outbox_message"}  # by the pause


def hashed() -> dict[str, str]:
    """Of every table, by way of our own reading."""
    found = {}
    for table in db.metadata.sorted_tables:
        rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        found[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    db.session.remove()
    return found


def waiting_of(kind: MessageKind) -> list[tuple[MessageState, str]]:
    rows = select(OutboxMessage.state, OutboxMessage.body).where(OutboxMessage.kind == kind)
    return [(row.state, row.body) for row in db.session.execute(rows)]


def test_every_row_comes_back_and_its_mail_is_paused(
    full: Flask, elsewhere: Elsewhere, office: PostOffice, tmp_path: Path
) -> None:
    for kind in MessageKind:
        make_message(kind=kind)
    db.session.commit()
    file, kept = tmp_path / "college.backup", hashed()
    code, words = said(full, "backup", file)
    assert (code, words.startswith(f"{file}: ")) == (0, True)
    assert standing().last_backup is not None
    app = elsewhere()
    code, words = said(app, "restore", file)
    assert (code, "Mail is paused" in words, "COLLEGE_SECRET_KEY" in words) == (0, True, False)
    back = hashed()
    assert {name for name in kept if kept[name] != back[name]} == CHANGED
    assert said(app, "check") == said(full, "check")
    assert the_college().mail_paused
    assert the_college().restored_from is not None
    assert db.session.scalars(select(AuditEntry.verb)).all()[-1] == "restored"
    deliver(lambda _done: True)
    assert office.letters == []
    assert waiting_of(MessageKind.SIGN_IN) == [(MessageState.DROPPED, "")]
    assert [state for state, _ in waiting_of(MessageKind.TODAY)] == [MessageState.NEEDS_SOMEBODY]
    assert said(app, "messages", "resume") == (
        0,
        "Messages go out from now on: 1 message to 1 address.\n",
    )
    assert (the_college().mail_paused, the_college().restored_from) == (False, None)
    deliver(lambda _done: True)
    assert len(office.letters) == 1


class Writing:
    """Somebody who writes all the time: three rows at once, which say how often it was."""

    def __init__(self, app: Flask) -> None:
        self.count = 0
        self._app, self._stop = app, Event()
        self._ids = [make_person(name="0").id for _ in range(2)]
        db.session.commit()
        self._thread = Thread(target=self._write)

    def __enter__(self) -> "Writing":
        self._thread.start()
        while self.count < 3:
            assert self._thread.is_alive()
            self._stop.wait(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _write(self) -> None:
        with self._app.app_context():
            while not self._stop.is_set():
                with transaction():
                    for id in self._ids:
                        db.session.get_one(Person, id).name = str(self.count + 1)
                    make_message()
                self.count += 1
                db.session.remove()
                self._stop.wait(0.002)

    def found(self) -> list[int]:
        """What the three say in this database."""
        names = db.session.scalars(select(Person.name).where(Person.id.in_(self._ids))).all()
        messages = db.session.scalars(select(func.count(OutboxMessage.id))).one()
        return [*map(int, names), messages]


def test_what_is_written_meanwhile_is_wholly_there_or_not_at_all(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "college.backup"
    with Writing(full) as writing:
        before = writing.count
        assert said(full, "backup", file)[0] == 0
        after = writing.count
    assert after > before
    assert said(elsewhere(), "restore", file)[0] == 0
    first, *others = writing.found()
    assert (others, before <= first <= after + 1) == ([first, first], True)


def test_without_the_snapshot_that_would_fail(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "college.backup"
    without_snapshot(monkeypatch.setattr)
    with Writing(full) as writing:
        before = writing.count
        code, words = said(full, "backup", file)
    if code:
        assert "nothing to keep" in words or "is not what the database holds" in words
        return
    monkeypatch.undo()
    assert said(elsewhere(), "restore", file)[0] == 0
    first, *others = writing.found()
    assert (others, before <= first) != ([first, first], True)


def test_what_is_wrong_with_a_backup_is_said_and_nothing_is_touched(
    full: Flask, elsewhere: Elsewhere, environ: dict[str, str], tmp_path: Path
) -> None:
    file, wrong = tmp_path / "college.backup", tmp_path / "wrong.backup"
    assert said(full, "backup", file)[0] == 0
    whole = file.read_bytes()
    app = elsewhere()
    for words, bytes_ in (
        ("The end of this backup is missing", whole[:-100]),
        ("changed or damaged", whole[:-50] + bytes([whole[-50] ^ 4]) + whole[-49:]),
        ("not a backup", b"something else"),
    ):
        wrong.write_bytes(bytes_)
        code, answer = said(app, "restore", wrong)
        assert (code, words in answer) == (1, True)
    other = elsewhere(COLLEGE_BACKUP_KEY="another key, as long as it must be")
    code, answer = said(other, "restore", file)
    assert (code, "is not the key" in answer) == (1, True)
    code, answer = said(app, "restore", tmp_path / "none.backup")
    assert (code, "can't be read" in answer) == (1, True)
    with app.app_context():
        assert inspect(db.engine).get_table_names() == []


def test_nothing_is_written_over_a_college(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "college.backup"
    assert said(full, "backup", file)[0] == 0
    app = elsewhere(**{"COLLEGE_SECRET_KEY": "another"})
    db.create_all()
    make_person("Nia")
    db.session.commit()
    code, words = said(app, "restore", file)
    assert (code, "holds something already" in words) == (1, True)
    with app.app_context():
        assert db.session.scalars(select(Person.name)).all() == ["Nia"]
        db.session.delete(db.session.scalars(select(Person)).one())
        db.session.commit()
    code, words = said(app, "restore", file)
    assert (code, "COLLEGE_SECRET_KEY is another one" in words) == (0, True)


def test_a_database_beside_the_college_goes_again(full: Flask, elsewhere: Elsewhere) -> None:
    with store_of(db.engine).beside() as url:
        app = elsewhere(COLLEGE_DATABASE_URL=url)
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    code, _ = said(app, "check")
    assert code == 1


def test_what_a_killed_drill_left_goes_with_the_next(full: Flask) -> None:
    with store_of(db.engine).beside() as url:
        pass
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f"CREATE DATABASE {make_url(url).database}"))
    else:
        left = Path(make_url(url).database or "").parent
        left.mkdir()
    with store_of(db.engine).beside():
        assert db.engine.dialect.name == "postgresql" or not left.exists()


def test_a_backup_of_a_newer_version_or_of_the_other_database_is_refused(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "college.backup"
    assert said(full, "backup", file)[0] == 0
    code, words = said(elsewhere(), "restore", file)
    assert (code, "made by a newer version" in words) == (1, True)
    other = "sqlite:///" + str(tmp_path / "other.sqlite")
    if db.engine.dialect.name == "postgresql":
        code, words = said(elsewhere(COLLEGE_DATABASE_URL=other), "restore", file)
        assert (code, "is of a college on PostgreSQL" in words) == (1, True)


REWRITTEN = re.compile(r"::[a-z ]+(\[\])?|[()\[\]]")
OLD_GUARD = {
    "sqlite": ("CREATE TRIGGER guard_old BEFORE DELETE ON strand BEGIN SELECT 1; END",),
    "postgresql": (
        "CREATE FUNCTION guard_old() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        """CREATE TRIGGER guard_old BEFORE DELETE ON strand
        FOR EACH ROW EXECUTE FUNCTION guard_old()""",
    ),
}


def become_an_older_version() -> None:
    """Of the first release, with a guard that there is no more."""
    flask_migrate.downgrade(revision=FIRST_RELEASE)
    with db.engine.begin() as connection:
        for statement in OLD_GUARD[connection.dialect.name]:
            connection.execute(text(statement))


def upgraded(app: Flask) -> tuple[dict[str, str], dict[str, str]]:
    """What its tables hold then, and what they are: PostgreSQL reads a CHECK anew at a restore."""
    assert said(app, "db", "upgrade")[0] == 0
    with db.engine.connect() as connection:
        made = catalogue(connection)
    return hashed(), {name: REWRITTEN.sub("", str(words)) for name, words in made.items()}


def test_a_backup_of_an_older_version_becomes_what_the_college_does(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file, kept = tmp_path / "college.backup", hashed()
    become_an_older_version()
    assert said(full, "backup", file)[0] == 0
    rows, tables = upgraded(full)
    app = elsewhere()
    code, words = said(app, "restore", file)
    assert (code, "older version. Next: flask db upgrade" in words) == (0, True)
    back, made = upgraded(app)
    assert made == tables
    assert [name for name in made if "guard_old" in name] == []
    assert {name for name in rows if rows[name] != back[name]} == CHANGED - {"outbox_message"}
    assert {name for name in kept if kept[name] != back[name]} - CHANGED <= {"student_change"}
    assert said(app, "check") == said(full, "check")
    assert the_college().mail_paused


@ON_SQLITE
def test_on_a_machine_where_nothing_is_its_folder_is_made(
    full: Flask, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file, folder = tmp_path / "college.backup", tmp_path / "new" / "instance"
    assert said(full, "backup", file)[0] == 0
    app = elsewhere(COLLEGE_DATABASE_URL=f"sqlite:///{folder}/college.sqlite")
    assert said(app, "restore", file)[0] == 0
    assert [each.name for each in folder.iterdir()] == ["college.sqlite"]
