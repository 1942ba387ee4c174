"""Databases of their own that tests migrate, and a version that is still to come."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

from flask import Flask

from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db
from tests.breaking import broken
from tests.conftest import MakeDatabase

Start = Callable[[], Flask]
NEXT = '''
"""A table rebuilt on SQLite, with children and triggers; and the columns that search reads."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{next}", "{newest}", None, None


def upgrade() -> None:
    for table, column in (("session", "link"), ("course", "search_title")):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
            batch.alter_column(column, existing_type=sa.Text(), type_=sa.String(9999))
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("verb", existing_type=sa.String(), type_=sa.Text())


def downgrade() -> None:
    for table, column in (("session", "link"), ("course", "search_title")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.String(9999), type_=sa.Text())
            batch.drop_column("note")
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("verb", existing_type=sa.Text(), type_=sa.String())
'''


@contextmanager
def starting(make_database: MakeDatabase) -> Iterator[Start]:
    """Starts the application on an empty database of its own."""
    engines = []

    def started() -> Flask:
        app = create_app({"COLLEGE_DATABASE_URL": make_database()}, TESTING=True)
        with app.app_context():
            engines.append(db.engine)
        return app

    yield started
    for engine in engines:
        engine.dispose()


def versions() -> list[str]:
    """All there are, the first first."""
    return sorted(path.name[:4] for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))


def with_one_more(folder: Path) -> str:
    """A folder of migrations with one more than there is."""
    copytree(ROOT / "migrations", folder)
    newest = versions()[-1]
    words = NEXT.format(newest=newest, next=f"{int(newest) + 1:04}")
    (folder / "versions" / "next.py").write_text(words)
    if broken() == "foreign-keys-off":
        env = folder / "env.py"
        env.write_text(env.read_text().replace("foreign_keys=OFF", "foreign_keys=ON"))
    return str(folder)


@contextmanager
def of(app: Flask) -> Iterator[None]:
    """The application's context, and its rows forgotten at the end."""
    with app.app_context():
        yield
        db.session.remove()
