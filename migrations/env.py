"""Alembic's environment: guards come down before a migration and go up again after it.

SQLite changes a table by building another and dropping the first, which would take its triggers
along in silence and, with foreign keys on, delete its children. So there foreign keys are off
before BEGIN and looked through before COMMIT. On either database all of it is one transaction.
On PostgreSQL the site may go on serving: who comes meanwhile waits until it is over.

Guards are declared by the code as it is now, so they stand at the newest version only. After
`flask db downgrade` let the older code run its `flask db upgrade`, which lays its own. A guard
that changes needs a migration to bring it in, if only an empty one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from time import sleep
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

import recovery_college
from recovery_college.database import (
    WRITING,
    Instant,
    Model,
    db,
    drop_guards,
    install_guards,
    missing_guards,
    orphans,
)

READ_FIRST = ("visit", "setting")  # by whoever serves, and in this order
WAITS_FOR = 800  # milliseconds for all tables together
TRIES, BETWEEN_TRIES = 100, 0.2  # seconds


def migrate() -> None:
    if context.is_offline_mode():
        raise CommandError("Migrations need the database itself: the guards are in its catalogue.")
    _know_every_table()
    with _connected(db.engine) as connection, connection.begin():
        _configure(connection)
        if not _moves(connection):
            context.run_migrations()
            return
        _take_all_tables(connection)
        drop_guards(connection)
        context.run_migrations()
        if _is_newest():
            install_guards(connection)
        _check_children(connection)


def _know_every_table() -> None:
    for found in walk_packages(recovery_college.__path__, "recovery_college."):
        if found.name.endswith(".models"):
            import_module(found.name)


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """Connected for writing, with SQLite's foreign keys off, which only works outside BEGIN."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            yield connection
        return
    Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    with engine.connect().execution_options(**WRITING) as connection:
        bare: Any = connection.connection.dbapi_connection
        bare.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            bare.execute("PRAGMA foreign_keys=ON")


def _take_all_tables(connection: Connection) -> None:
    """All of them or none: one after the other they would lock each other out with whoever serves.

    First those that everybody reads first, so that who comes waits there and holds nothing, while
    who was there before comes to an end. If that was not enough, it lets go before PostgreSQL looks
    for such a knot, and tries again.
    """
    names = [name for name in inspect(connection).get_table_names() if not _is_of_others(name)]
    if connection.dialect.name == "sqlite" or not names:
        return
    first = [name for name in READ_FIRST if name in names]
    ordered = first + [name for name in names if name not in READ_FIRST]
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, ordered))
    for _ in range(TRIES):
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL statement_timeout = {WAITS_FOR}"))
                connection.execute(text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))
        except OperationalError:
            sleep(BETWEEN_TRIES)
        else:
            connection.execute(text("SET LOCAL statement_timeout = DEFAULT"))
            return
    raise CommandError("The database is too busy just now. Nothing was changed: try again.")


def _is_of_others(table: str) -> bool:
    """Alembic's, in which every migration looks first, and the queue's."""
    return table == "alembic_version" or table.startswith("huey_")


def _moves(connection: Connection) -> bool:
    """Whether this changes anything: many commands only look, and large indexes take a while."""
    try:
        goal = context.get_revision_argument()
    except KeyError:
        return False
    return context.get_context().get_current_revision() != goal or bool(missing_guards(connection))


def _is_newest() -> bool:
    return context.get_context().get_current_revision() == context.script.get_current_head()


def _check_children(connection: Connection) -> None:
    lost = orphans(connection)
    if lost:
        raise CommandError(f"{len(lost)} rows would point at nothing, as does {lost[0]}.")


def _configure(connection: Connection) -> None:
    settings: dict[str, Any] = dict(current_app.extensions["migrate"].configure_args)
    settings.update(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        include_object=_is_no_guard,
        render_item=_render,
        process_revision_directives=_name_next,
    )
    context.configure(**settings)


def _is_no_guard(_thing: object, name: str | None, *_rest: object) -> bool:
    return not (name or "").startswith("guard_")


def _render(kind: str, thing: Any, autogen: Any) -> str | bool | None:
    """`Instant` by its own name. It brings its CHECK with it, which is not written twice."""
    if kind == "type" and isinstance(thing, Instant):
        autogen.imports.add("from recovery_college.database import Instant")
        return "Instant()"
    if kind == "check" and str(thing.name).endswith("_form"):
        return None
    return False


def _name_next(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Number the files one after the other, and write none that would be empty."""
    script = directives[0]
    if getattr(context.config.cmd_opts, "autogenerate", False) and script.upgrade_ops.is_empty():
        directives.clear()
        return
    newest = context.script.get_current_head()
    script.rev_id = f"{int(newest or 0) + 1:04}"


migrate()
