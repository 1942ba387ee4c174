"""A college on SQLite: a copy that the database itself makes, while others write."""

import fcntl
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, create_engine, select, table, text

from recovery_college.errors import Refusal
from recovery_college.operations.backup.contents import (
    Contents,
    Progress,
    Snapshot,
    Table,
    differences,
)
from recovery_college.operations.backup.pausing import pause
from recovery_college.operations.backup.sealing import NotWhole

PAGES = 4096  # of the database, between two looks at how far it is
PIECE = 1 << 20  # bytes
WAITS = 30  # seconds for whoever writes
VERSION_IS = "SELECT version_num FROM alembic_version"
TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'
AND substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 6) <> 'guard_' ORDER BY name"""
LIMIT = 2**64


class SQLite:
    name = "sqlite"

    def __init__(self, engine: Engine) -> None:
        self._file = Path(engine.url.database or "")

    @contextmanager
    def snapshot(self, progress: Progress) -> Iterator[Snapshot]:
        """A copy beside the database, where nothing more can be seen than there already."""
        copy = self._file.with_name(f"{self._file.name}.backup")
        with copy.open("ab") as lock:
            _alone(lock.fileno())
            lock.truncate(0)  # of one that was killed
            copy.with_name(f"{copy.name}-journal").unlink(missing_ok=True)
            try:
                _copied(self._file, copy, progress)
                with closing(_plain(copy)) as standing:
                    revision, tables = _revision(standing), _tables(standing, progress)
                yield Snapshot(revision, tables, _compressed(copy))
            finally:
                copy.unlink()

    def check(self, payload: Iterator[bytes], contents: Contents) -> None:
        """All of it can be unpacked; that it says the same is what its digest is for."""
        for _ in _decompressed(payload):
            pass

    def restore(self, payload: Iterator[bytes], contents: Contents, progress: Progress) -> None:
        """Unpacked and proven beside it, its mail paused; then copied in as one transaction."""
        with self._folder(".restoring") as folder:
            beside = Path(folder, "college.sqlite")
            with beside.open("wb") as file:
                file.writelines(_decompressed(payload))
            with closing(_plain(beside)) as standing:
                if differences(contents.tables, _tables(standing, progress)):
                    raise NotWhole("What came out is not what was put in. Take another backup.")
            engine = create_engine(f"sqlite:///{beside}")
            with engine.begin() as connection:
                pause(connection, contents.made_at)
            engine.dispose()
            _copied(beside, self._file, progress)

    def find_place(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)

    def clear(self, connection: Connection) -> None:
        """What is copied in takes the place of everything."""

    @contextmanager
    def beside(self) -> Iterator[str]:
        with self._folder(".drill") as folder:
            yield f"sqlite:///{folder}/college.sqlite"

    def _folder(self, kind: str) -> TemporaryDirectory[str]:
        """Beside the database; what one that was killed has left there goes first."""
        prefix = f"{kind}-{self._file.name}-"
        for left in self._file.parent.glob(f"{prefix}*"):
            shutil.rmtree(left)
        return TemporaryDirectory(dir=self._file.parent, prefix=prefix)


def _alone(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refusal("Another backup is being made. Wait until it is done.") from None


def _copied(source: Path, target: Path, progress: Progress) -> None:
    """As it was when the copying began: the reading that is open keeps others' writes out of it."""

    def said(_status: int, remaining: int, total: int) -> None:
        progress("Copying, pages so far", total - remaining)

    with closing(_plain(source)) as live, closing(_plain(target)) as copy:
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=PAGES, progress=said)
        live.execute("COMMIT")
        if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise NotWhole("The database is damaged: this copy of it can't be used.")
        copy.execute("PRAGMA journal_mode=DELETE")  # so that it is one file


def _plain(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=WAITS, isolation_level=None)


def _revision(standing: sqlite3.Connection) -> str:
    try:
        return str(standing.execute(VERSION_IS).fetchone()[0])
    except (sqlite3.OperationalError, TypeError):
        raise Refusal("No college stands in this database, so there is nothing to keep.") from None


def _tables(standing: sqlite3.Connection, progress: Progress) -> dict[str, Table]:
    names = [name for (name,) in standing.execute(TABLES)]
    standing.text_factory = bytes
    return {name: _table(standing, name, progress) for name in names}


def _table(standing: sqlite3.Connection, name: str, progress: Progress) -> Table:
    rows = total = 0
    for row in standing.execute(str(select(text("*")).select_from(table(name)))):
        rows += 1
        total += int.from_bytes(sha256(repr(row).encode()).digest()[:8], "big")
        if not rows % PAGES:
            progress(f"Counting {name}", rows)
    return Table(rows, str(total % LIMIT))


def _compressed(file: Path) -> Iterator[bytes]:
    packing = zlib.compressobj(6)
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield packing.compress(piece)
    yield packing.flush()


def _decompressed(payload: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    try:
        for piece in payload:
            rest = piece
            while rest:
                yield unpacking.decompress(rest, PIECE)
                rest = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error:
        raise NotWhole("This backup can't be unpacked. Take another.") from None
    if not unpacking.eof:
        raise NotWhole("The end of this backup is missing. Take another.")
