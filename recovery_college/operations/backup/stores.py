"""Which of the two databases this college is on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine

from recovery_college.operations.backup.contents import Contents, Progress, Snapshot
from recovery_college.operations.backup.on_postgresql import PostgreSQL
from recovery_college.operations.backup.on_sqlite import SQLite


class Store(Protocol):
    """What a backup asks of a database."""

    name: str

    def snapshot(self, progress: Progress) -> AbstractContextManager[Snapshot]: ...

    def check(self, payload: Iterator[bytes], contents: Contents) -> None:
        """Whether what was written could be put in again."""

    def find_place(self) -> None:
        """On a machine where nothing is yet."""

    def clear(self, connection: Connection) -> None:
        """Make room in a database that holds nothing."""

    def restore(self, payload: Iterator[bytes], contents: Contents, progress: Progress) -> None:
        """All of it, proven to be the same and with its mail paused; or nothing that works."""

    def beside(self) -> AbstractContextManager[str]:
        """The address of an empty database that goes again."""


def store_of(engine: Engine) -> Store:
    return SQLite(engine) if engine.dialect.name == "sqlite" else PostgreSQL(engine)
