"""What a backup says of itself, in its first chunk."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from recovery_college import formatting
from recovery_college.operations.backup.sealing import NotWhole

Progress = Callable[[str, int], None]
VERSION = "alembic_version"


class Table(NamedTuple):
    """How many rows it has, and the sum of their digests, in whatever order they stand."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Snapshot:
    """The college at one instant; `payload` is read once."""

    revision: str
    tables: Mapping[str, Table]
    payload: Iterator[bytes]


@dataclass(frozen=True)
class Contents:
    """`secret` is a digest, by which another secret key is noticed."""

    made_at: datetime
    database: str
    revision: str
    secret: str
    tables: Mapping[str, Table]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def said(self) -> str:
        tables = formatting.count(len(self.tables), "table")
        return f"{formatting.count(self.rows, 'row')} in {tables}"

    def written(self) -> bytes:
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}).encode()


def read_contents(words: bytes) -> Contents:
    try:
        said = json.loads(words)
        tables = {name: Table(*each) for name, each in said["tables"].items()}
        made_at = datetime.fromisoformat(said["made_at"])
        return Contents(made_at, said["database"], said["revision"], said["secret"], tables)
    except (ValueError, KeyError, TypeError):
        raise NotWhole("This backup does not say what it holds. Take another.") from None


def known_by(secret: str) -> str:
    return sha256(f"backup {secret}".encode()).hexdigest()[:16]


def differences(wanted: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    """The tables that are not the same."""
    return sorted(name for name in wanted.keys() | found if wanted.get(name) != found.get(name))
