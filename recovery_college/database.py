"""The session, the base of every table, and the one way to change them.

All that differs between SQLite and PostgreSQL is here (and in `courses/search.py`).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ColumnExpressionArgument,
    Connection,
    DateTime,
    Dialect,
    Enum,
    Insert,
    Label,
    MetaData,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    event,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm.exc import ObjectDeletedError
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator

from recovery_college.errors import NotFound, Refusal

T = TypeVar("T")
M = TypeVar("M", bound="Model")
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TEXT_FORM = re.sub("[0-9]", "[0-9]", "2000-01-01 00:00:00.000000")
LOCKED_IN_ORDER = (
    *("person", "tutor", "strand", "course", "term", "run", "session", "venue", "room"),
    *("pool", "enrolment", "welcome", "one_time_link", "outbox_message", "incoming_mail"),
)
BUSY = re.compile(r"is locked|lock timeout|deadlock")
FULL = re.compile(r"disk is full|No space left|could not extend file")
WRITING = {"sqlite_begin": "IMMEDIATE"}


class Instant(TypeDecorator[datetime]):
    """An aware datetime. Naive values are refused.

    timestamptz on PostgreSQL; on SQLite text in UTC, always in the one form that sorts.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Pages read hundreds of these, so that one call for each is all there is."""
        return _from_text if dialect.name == "sqlite" else _in_utc


@lru_cache(maxsize=4096)  # sessions of many rooms begin at the same time
def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Written(Enum.Comparator):
    """What a question compares a state or a kind with is written out: where a parameter's value
    decides whether a partial index fits, SQLite plans the statement anew at each execution.
    """

    def operate(self, op: OperatorType, *other: Any, **rest: Any) -> ColumnElement[Any]:
        return super().operate(op, *(self._written(each) for each in other), **rest)

    def _written(self, value: Any) -> Any:
        if isinstance(value, StrEnum):
            return literal_column(f"'{value.value}'", self.type)
        if isinstance(value, list | tuple | set | frozenset):
            return [self._written(each) for each in value]
        return value


def spelt_out(moment: datetime) -> ColumnElement[datetime]:
    """In the statement's own words: as a parameter PostgreSQL plans, from its sixth time on, for
    any moment whatever, and waits for minutes where nothing has begun of what it expects."""
    return bindparam(None, moment, Instant(), literal_execute=True)


class Model(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        StrEnum: Enum(
            StrEnum, native_enum=False, create_constraint=True, length=20, values_callable=_values
        ),
    }


db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on the way out, or undo everything. A nested one joins the outermost.

    It starts fresh: what was read before is read again inside, and SQLite takes its write
    lock first, so a command never decides on what another has just changed. A constraint
    that the database refuses comes back as the `Refusal` of its rule.
    """
    session = db.session()
    if "held" in session.info:
        yield
        return
    _let_go(session)
    session.expire_all()
    session.info["held"] = set()
    try:
        session.connection(execution_options=WRITING)
        yield
        session.commit()
        calls = list(session.info.get("afterwards", {}).values())
    except ObjectDeletedError as gone:
        session.rollback()
        raise NotFound from gone
    except IntegrityError as broken:
        session.rollback()
        raise refusal_for(broken) or broken from broken
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["held"]
        for remembered in ("written", "afterwards", "known"):
            session.info.pop(remembered, None)
    for call in calls:
        call()


def afterwards(name: str, call: Callable[[], object]) -> None:
    """Do this once, when the transaction has been committed; the call must not fail."""
    db.session.info.setdefault("afterwards", {})[name] = call


def known(name: str, read: Callable[[], T]) -> T:
    """Read it once in a transaction; outside of one, every time."""
    info = db.session.info
    if "held" not in info:
        return read()
    found = info.setdefault("known", {})
    if name not in found:
        found[name] = read()
    return cast(T, found[name])


def forget(name: str) -> None:
    """It has been changed, so it is read again."""
    db.session.info.get("known", {}).pop(name, None)


def write(model: type[Model], values: dict[str, Any] | list[dict[str, Any]]) -> None:
    """A row that nobody reads again in this transaction, for a third of what an object costs.

    Or several of the same columns at once, which cost hardly more than one.
    """
    db.session.flush()
    db.session.connection().execute(_insert(model), values)
    db.session.info["written"] = True


def write_once(model: type[Model], values: dict[str, Any]) -> None:
    """A row, unless one with the same unique value stands already."""
    db.session.flush()
    connection = db.session.connection()
    connection.execute(_once(model, connection.dialect.name), values)
    db.session.info["written"] = True


@lru_cache
def _insert(model: type[Model]) -> Insert:
    return insert(model).inline()


@lru_cache
def _once(model: type[Model], dialect: str) -> Insert:
    made = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    return made.on_conflict_do_nothing()


def finish_reading(_error: BaseException | None = None) -> None:
    """End what was read outside a command, and let go of it unchanged."""
    session = db.session()
    if session.in_transaction() and "held" not in session.info:
        session.expunge_all()
        with suppress(SQLAlchemyError):  # the database went away, and the answer has been given
            _let_go(session)


def _let_go(session: OrmSession) -> None:
    """End the reading with a commit: at a rollback psycopg forgets the statements that
    PostgreSQL has planned, which doubled the cost of a page. What somebody wrote, or has only
    begun to change, outside a command is still undone.
    """
    written = session.info.pop("written", False)
    is_clean = not (written or session.new or session.dirty or session.deleted)
    (session.commit if is_clean else session.rollback)()


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint inside a transaction: one row that may be refused without undoing the rest."""
    db.session.flush()  # what fails of that is the whole's fault, not this row's
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as broken:
        raise refusal_for(broken) or broken from broken


def hold(*rows: Model) -> None:
    """Lock rows, always in the same order, and see them as they are now."""
    held = db.session.info["held"]
    db.session.flush()  # or what was changed under an earlier lock would be read over
    for place, row in sorted(
        ((_place_in_line(row), row) for row in rows), key=lambda pair: pair[0]
    ):
        if place in held and not inspect(row).expired:
            continue  # it is ours since, so nobody can have changed it
        if place not in held and place < max(held, default=place):
            raise RuntimeError(f"{place} must be held before {max(held)}")
        _lock(row)
        held.add(place)


def hold_unread(found: Select[M], asked: dict[str, Any]) -> M:
    """Read a row and lock it in one statement, which `locking` made. NotFound if it isn't there."""
    db.session.flush()
    row = db.session.scalar(found, asked)
    if row is None:
        raise NotFound
    held, place = db.session.info["held"], _place_in_line(row)
    if place < max(held, default=place):
        raise RuntimeError(f"{place} must be held before {max(held)}")
    held.add(place)
    return row


def locking(found: Select[M], model: type[M]) -> Select[M]:
    """The rows of this model that it finds, locked and as they are now."""
    mine = found.with_for_update(key_share=True, of=model)
    return mine.execution_options(populate_existing=True)


def one_at_a_time(name: str) -> None:
    """Wait for whoever else does this; it is free again when the transaction ends.

    On SQLite the transaction's write lock has seen to it already.
    """
    if not _is_sqlite(db.session.connection()):
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        db.session.execute(lock, {"name": name})


def keep_plans() -> None:
    """Until this reading ends, PostgreSQL answers as it once planned, whatever the values are.

    It would plan a long statement at every request for the moment at hand, which takes it ten
    times as long as the answer. Only where each part goes by an index for any moment whatever.
    """
    connection = db.session.connection()
    if not _is_sqlite(connection):
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")


def in_all(asked: Select[*tuple[Any, ...]]) -> Label[int]:
    """How many it finds, as `total`, for a question of only the first of them.

    A window counts as well, but costs SQLite as much as a small question even where there is
    nothing to count.
    """
    counted = select(func.count()).select_from(asked.order_by(None).subquery())
    return counted.scalar_subquery().label("total")


def object_of(key: ColumnElement[str], value: ColumnElement[str]) -> ColumnElement[Any]:
    """A JSON object of a group's rows."""
    is_sqlite = _is_sqlite(db.session.connection())
    return (func.json_group_object if is_sqlite else func.json_object_agg)(key, value)


def pairs_in(column: ColumnExpressionArgument[Any]) -> TableValuedAlias:
    """The keys and values of a JSON object, as rows to join."""
    is_sqlite = _is_sqlite(db.session.connection())
    pairs = (func.json_each if is_sqlite else func.json_each_text)(column)
    return pairs.table_valued("key", "value", joins_implicitly=True)


def learn_sizes() -> None:
    """After very many rows at once, or PostgreSQL plans for an empty college for a minute."""
    if not _is_sqlite(db.session.connection()):
        db.session.execute(text("ANALYZE"))


def forget_old_pages() -> None:
    """Let nothing of what was deleted stay in the file, or in its log, outside a transaction.

    PostgreSQL does so in its own time (VACUUM).
    """
    if _is_sqlite(db.session.connection()):
        db.session.rollback()
        with suppress(SQLAlchemyError):  # a reader keeps the log; the next commit's turn
            db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.rollback()


def why_refused(error: SQLAlchemyError) -> str:
    """A command's failure in a sentence; the database's own words may tell of people."""
    said = str(getattr(error, "orig", ""))
    if "not a database" in said:
        return "The file that COLLEGE_DATABASE_URL names is not a database."
    if BUSY.search(said):
        return "The database is busy with something else. Nothing was taken: try again."
    if FULL.search(said):
        return "The database's disk is full. Nothing was taken: make room, then try again."
    if isinstance(error, OperationalError | ProgrammingError):
        return "The database does not answer, or is not of this version. Run: flask db upgrade"
    return "The database refused it, and nothing was taken."


def identity(row: Model) -> int:
    """The row's id, without asking the database: the row may be gone."""
    key = inspect(row).identity
    if key is None:
        raise ValueError(f"{row!r} is not in the database yet")
    return int(key[0])


class Guard(NamedTuple):
    """What only triggers, exclusions and search indexes can keep, for one table."""

    table: str
    postgresql: tuple[str, ...]
    sqlite: tuple[str, ...]


GUARDS: list[Guard] = []
REFUSALS: dict[str, Callable[[], Refusal]] = {}


def guard(model: type[Model], *, postgresql: tuple[str, ...], sqlite: tuple[str, ...]) -> None:
    """Declare statements, safe to run twice, that stand beside a table on either database.

    Everything they make is named `guard_…`, which is how migrations know it apart.
    """
    GUARDS.append(Guard(model.__tablename__, postgresql, sqlite))


def refuses(constraint: str, refusal: Callable[[], Refusal]) -> None:
    """Say which refusal a broken constraint means.

    `constraint` is its name or, for SQLite's unnamed uniqueness, "table.column, table.column".
    """
    REFUSALS[constraint] = refusal


def refusal_for(broken: IntegrityError) -> Refusal | None:
    """The refusal of the rule that the database kept, if it is a known one."""
    said = str(broken.orig)
    diagnosis = getattr(broken.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or said.rsplit("failed: ", 1)[-1]
    return REFUSALS[name]() if name in REFUSALS else None


def install_guards(connection: Connection) -> None:
    """Lay every guard whose table is there; what they were before is dropped first."""
    drop_guards(connection)
    tables = set(inspect(connection).get_table_names())
    for each in GUARDS:
        if each.table in tables:
            statements = each.sqlite if _is_sqlite(connection) else each.postgresql
            for statement in statements:
                connection.exec_driver_sql(statement)


def missing_guards(connection: Connection) -> list[str]:
    """Those that are declared and don't stand in the catalogue, with the words that they had."""
    sqlite = _is_sqlite(connection)
    found = text(STANDING_IN_SQLITE if sqlite else STANDING_IN_POSTGRESQL)
    standing = {row.name: row.words for row in connection.execute(found)}
    declared = {
        (name, statement)
        for each in GUARDS
        for statement in (each.sqlite if sqlite else each.postgresql)
        for name in MADE.findall(statement)
    }
    return sorted(
        name
        for name, statement in declared
        if name not in standing or standing[name] not in statement
    )


def orphans(connection: Connection) -> list[str]:
    """Rows that point at nothing, as "table:row"; PostgreSQL can't have any."""
    if not _is_sqlite(connection):
        return []
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return [f"{row.table}:{row.rowid}" for row in lost]


def drop_guards(connection: Connection) -> None:
    """Take away every guard that the catalogue names, known to this code or not.

    On SQLite a migration rebuilds tables, which would drop their triggers in silence.
    """
    found = SQLITE_GUARDS if _is_sqlite(connection) else POSTGRESQL_GUARDS
    for statement in connection.scalars(text(found)).all():
        connection.exec_driver_sql(statement)


SQLITE_GUARDS = """
SELECT 'DROP ' || upper(type) || ' "' || name || '"' FROM sqlite_master
WHERE name LIKE 'guard\\_%' ESCAPE '\\'
AND (type IN ('trigger', 'index') OR sql LIKE 'CREATE VIRTUAL%') ORDER BY type DESC
"""
POSTGRESQL_GUARDS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), 1 AS place
FROM pg_constraint WHERE conname LIKE 'guard\\_%' AND contype = 'x'
AND connamespace = current_schema()::regnamespace
UNION ALL
SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass), 2
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE tgname LIKE 'guard\\_%' AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT format('DROP FUNCTION %s', oid::regprocedure), 3
FROM pg_proc WHERE proname LIKE 'guard\\_%' AND pronamespace = current_schema()::regnamespace
UNION ALL
SELECT format('ALTER TABLE %s DROP COLUMN %I', attrelid::regclass, attname), 4
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attname LIKE 'guard\\_%' AND relkind = 'r' AND relnamespace = current_schema()::regnamespace
ORDER BY place
"""
MADE = re.compile(
    r"(?:TRIGGER|(?<!EXECUTE )FUNCTION|TABLE|CONSTRAINT|INDEX|COLUMN)"
    r"(?: IF NOT EXISTS)? (guard_\w+)"
)
STANDING_IN_SQLITE = "SELECT name, coalesce(sql, '') AS words FROM sqlite_master"
STANDING_IN_POSTGRESQL = """
SELECT conname AS name, '' AS words FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
UNION ALL
SELECT relname, '' FROM pg_class WHERE relnamespace = current_schema()::regnamespace
UNION ALL
SELECT attname, '' FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT tgname, '' FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = current_schema()::regnamespace AND tgenabled <> 'D'
UNION ALL
SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
"""


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


@event.listens_for(Model.metadata, "after_create")
def _guards_of_new_tables(_target: MetaData, connection: Connection, **_rest: object) -> None:
    install_guards(connection)


@event.listens_for(Model.metadata, "before_drop")
def _guards_before_their_tables(_target: MetaData, connection: Connection, **_: object) -> None:
    drop_guards(connection)


@event.listens_for(OrmSession, "after_flush")
def _notice_a_flush(session: OrmSession, _context: object) -> None:
    session.info["written"] = True


@event.listens_for(OrmSession, "do_orm_execute")
def _notice_a_statement(asked: ORMExecuteState) -> None:
    """Whatever is not plainly a question is taken for a write."""
    text_of = getattr(asked.statement, "text", "")
    if not asked.is_select and not text_of.lstrip().upper().startswith("SELECT"):
        asked.session.info["written"] = True


def _place_in_line(row: Model) -> tuple[int, int]:
    return LOCKED_IN_ORDER.index(row.__tablename__), identity(row)


def _lock(row: Model) -> None:
    """The row alone: what a page had read together with it is read again when asked for."""
    db.session.expire(row)
    if db.session.scalar(_by_id(type(row)), {"id": identity(row)}) is None:
        raise NotFound


@lru_cache
def _by_id(model: type[M]) -> Select[M]:
    """Built once for each table: building it costs more than asking it."""
    return locking(select(model).where(inspect(model).primary_key[0] == bindparam("id")), model)


@event.listens_for(Column, "after_parent_attach")
def _keep_one_text_form(column: Column[Any], table: Table) -> None:
    if isinstance(column.type, Instant):
        form = f"{column.name} GLOB '{TEXT_FORM}'"
        check = CheckConstraint(form, name=f"{column.name}_form").ddl_if(dialect="sqlite")
        table.append_constraint(check)


@event.listens_for(Column, "after_parent_attach")
def _write_states_out(column: Column[Any], _table: Table) -> None:
    if isinstance(column.type, Enum):
        column.type.comparator_factory = Written


@event.listens_for(Engine, "do_connect")
def _prepare_postgresql(dialect: Any, _record: object, _args: Any, settings: Any) -> None:
    """Compiling a page's statement takes longer than answering it, and no disk spins any more."""
    if dialect.name == "postgresql":
        wanted = "-c jit=off -c random_page_cost=1.1"
        settings["options"] = f"{settings.get('options', '')} {wanted}".strip()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if "sqlite" in type(connection).__module__:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten


@event.listens_for(Engine, "handle_error")
def _open_it_again(context: ExceptionContext) -> None:
    """SQLite's file stays one to read for whoever opened it when it was: so let go of it."""
    if "readonly database" in str(context.original_exception):
        context.is_disconnect = True


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
