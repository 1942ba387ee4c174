"""A database of each kind for as long as it is measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from tests import postgres

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[tuple[str, int | None]]:
    """Its address, and the process that works for it."""
    if kind == "postgresql":
        with postgres.running() as url:
            yield url, _postmaster(url)
        return
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.sqlite", None


def queue_in(folder: str) -> dict[str, str]:
    """Or every promise of a message would cost a vain try to ask the worker."""
    return {"COLLEGE_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite"}


def _postmaster(url: str) -> int:
    """The process that PostgreSQL says it is."""
    with create_engine(url).connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])
