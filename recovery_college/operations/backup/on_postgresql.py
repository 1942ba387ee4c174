"""A college on PostgreSQL: pg_dump and pg_restore of the server's own version."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.database import Model
from recovery_college.errors import Refusal
from recovery_college.operations.backup.contents import (
    VERSION,
    Contents,
    Progress,
    Snapshot,
    Table,
    differences,
)
from recovery_college.operations.backup.pausing import pause
from recovery_college.operations.backup.sealing import NotWhole

PIECE = 1 << 18  # bytes
QUEUE = "huey_*"  # calls to the worker: it finds by itself what they were about
INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin")
LEFT_OUT = (f"--exclude-table={QUEUE}", "--exclude-table-data=alembic_version")
VERSION_IS = "SELECT version_num FROM alembic_version"
VERSION_WILL_BE = "INSERT INTO alembic_version VALUES (:revision)"
PLAIN = ("--no-owner", "--no-privileges")
OURS = """SELECT relname FROM pg_class WHERE relkind = 'r'
AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE 'huey\\_%'
AND relname <> :version ORDER BY relname"""
COUNTED = """SELECT count(*) AS rows, coalesce(sum(
('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint::numeric), 0)::text AS digest FROM "{}" t"""
BEGINS = re.compile(rb'COPY (?:\w+\.)?"?(\w+)"? \(')


class PostgreSQL:
    name = "postgresql"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def snapshot(self, progress: Progress) -> Iterator[Snapshot]:
        """What we count and what pg_dump reads are one snapshot, whatever others write."""
        program = self._program("pg_dump")
        reading = self._engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection:
            revision = _revision(connection)
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            tables = _tables(connection, progress)
            yield Snapshot(
                revision,
                tables,
                self._run(
                    [program, "--format=custom", f"--snapshot={snapshot}", *PLAIN, *LEFT_OUT],
                ),
            )

    def check(self, payload: Iterator[bytes], contents: Contents) -> None:
        """Every line of every table is there, as pg_restore would put it in."""
        program = self._program("pg_restore")
        found = _rows_in(_lines(self._run([program, "--file=-"], payload, to_database=False)))
        wanted = {name: table.rows for name, table in contents.tables.items()}
        if found != wanted:
            raise NotWhole("What was written is not what the database holds. Try again.")

    def restore(self, payload: Iterator[bytes], contents: Contents, progress: Progress) -> None:
        """Its version comes last, with its mail paused: until then no worker begins."""
        program = self._program("pg_restore")
        options = ["--single-transaction", "--exit-on-error", "--no-comments", *PLAIN]
        for _ in self._run([program, *options], payload):
            pass
        with self._engine.begin() as connection:
            if differences(contents.tables, _tables(connection, progress)):
                raise NotWhole("What came out is not what was put in. Take another backup.")
            pause(connection, contents.made_at)
            connection.execute(text(VERSION_WILL_BE), {"revision": contents.revision})
            connection.execute(text("ANALYZE"))  # or it plans as for an empty college

    def find_place(self) -> None:
        """Who gave the database its name has made it."""

    def clear(self, connection: Connection) -> None:
        """The empty tables of `flask db upgrade`."""
        Model.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))

    @contextmanager
    def beside(self) -> Iterator[str]:
        """Each college's has one name, so that one that was killed goes with the next."""
        own = sha256(str(self._engine.url.database).encode()).hexdigest()[:8]
        name = f"college_drill_{own}"
        url = self._engine.url.set(database=name)
        try:
            self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self._say(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        except SQLAlchemyError:
            raise Refusal(
                "The database's user may not make the database that a drill needs: "
                "ALTER ROLE … CREATEDB allows it."
            ) from None
        try:
            yield url.render_as_string(hide_password=False)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    def _program(self, name: str) -> str:
        """The server's own version, or else the next newer: an older one refuses."""
        with self._engine.connect() as connection:
            number = connection.scalar(text("SHOW server_version_num"))
        server = int(number or 0) // 10_000
        fits = [(version, path) for version, path in _installed(name) if version >= server]
        if not fits:
            raise Refusal(
                f"{name} of PostgreSQL {server} is missing here. Install it (on Debian: "
                f"apt-get install postgresql-client-{server}), or name its folder in PATH."
            )
        return min(fits)[1]

    def _run(
        self, command: list[str], given: Iterator[bytes] | None = None, *, to_database: bool = True
    ) -> Iterator[bytes]:
        """What it says. The password goes by the environment, which only its owner can read."""
        url = self._engine.url
        environ = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
        if to_database:
            plain = url.set(drivername="postgresql", password=None)
            command = [*command, f"--dbname={plain.render_as_string()}"]
        with (
            TemporaryFile() as errors,
            subprocess.Popen(  # noqa: S603  # found by _installed
                command,
                cwd="/",  # where we are may be closed to us, of which they complain
                env=environ,
                stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
            ) as process,
        ):
            feeding = _Feeding(process.stdin, given)
            try:
                yield from _pieces(process.stdout)
            except BaseException:
                process.kill()
                raise
            finally:
                feeding.end()
            if process.wait():
                raise Refusal(_complaint(Path(command[0]).name, errors))


class _Feeding:
    """Gives a program what it reads, beside whoever reads what it says."""

    def __init__(self, pipe: IO[bytes] | None, given: Iterator[bytes] | None) -> None:
        self._pipe, self._given = pipe, given
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._feed)
        self._thread.start()

    def _feed(self) -> None:
        if self._pipe is None or self._given is None:
            return
        try:
            with suppress(BrokenPipeError):  # it says by itself why it has stopped
                for piece in self._given:
                    self._pipe.write(piece)
        except BaseException as fault:
            self._fault = fault
        with suppress(BrokenPipeError):
            self._pipe.close()

    def end(self) -> None:
        self._thread.join()
        if self._fault is not None:
            raise self._fault


def _pieces(pipe: IO[bytes] | None) -> Iterator[bytes]:
    while pipe is not None and (piece := pipe.read(PIECE)):
        yield piece


def _complaint(program: str, errors: IO[bytes]) -> str:
    """Its first line: what follows may hold what stands in a row."""
    errors.seek(0)
    first = errors.readline().decode(errors="replace").strip()
    return f"{program} did not do it: {first[:300]}"


def _installed(name: str) -> Iterator[tuple[int, str]]:
    """Each with its version, one that PATH names before others of the same."""
    folders = [folder for pattern in INSTALLED for folder in sorted(Path("/").glob(pattern[1:]))]
    on_path = shutil.which(name)
    for path in [*([on_path] if on_path else []), *(str(folder / name) for folder in folders)]:
        with suppress(OSError):
            said = subprocess.run([path, "--version"], capture_output=True, check=False)  # noqa: S603
            version = re.search(rb"(\d+)", said.stdout)
            if version:
                yield int(version[1]), path


def _revision(connection: Connection) -> str:
    try:
        found = connection.scalar(text(VERSION_IS))
    except SQLAlchemyError:
        found = None
    if found is None:
        raise Refusal("No college stands in this database, so there is nothing to keep.")
    return str(found)


def _tables(connection: Connection, progress: Progress) -> dict[str, Table]:
    connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
    tables = {}
    for name in connection.scalars(text(OURS), {"version": VERSION}).all():
        rows, digest = connection.execute(text(COUNTED.format(name))).one()
        tables[str(name)] = Table(rows, digest)
        progress("Counting tables", len(tables))
    return tables


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    yield rest


def _rows_in(lines: Iterator[bytes]) -> Mapping[str, int]:
    """A row is one line between the word COPY and a line of a full stop: what breaks a line in it
    is escaped.
    """
    found: dict[str, int] = {}
    name = ""
    for line in lines:
        if name and line != b"\\.":
            found[name] += 1
        elif name:
            name = ""
        elif begins := BEGINS.match(line):
            name = begins[1].decode()
            found[name] = 0
    return {each: rows for each, rows in found.items() if each != VERSION}
