"""Put a backup into an empty database: all of it or nothing, with its mail paused."""

import os
from pathlib import Path

from sqlalchemy import Connection, inspect, literal, select, table

from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.operations.backup.contents import VERSION, Contents, Progress
from recovery_college.operations.backup.keeping import ENDING, is_folder, opened
from recovery_college.operations.backup.stores import store_of
from recovery_college.operations.versions import versions

NOT_THE_COLLEGE = ("huey_", "guard_", VERSION)
CALLED = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def restore(path: Path, progress: Progress) -> Contents:
    """The whole file is proven first, so that one that is damaged touches nothing."""
    contents, store = look_into(path, progress), store_of(db.engine)
    if contents.database != store.name:
        raise Refusal(
            f"This backup is of a college on {CALLED[contents.database]}: set "
            f"COLLEGE_DATABASE_URL to an empty database of that kind."
        )
    if not _is_known(contents.revision):
        raise Refusal("This backup was made by a newer version. Install that version first.")
    store.find_place()
    with db.engine.begin() as connection:
        _check_empty(connection)
        store.clear(connection)
    db.engine.dispose()
    with path.open("rb") as file:
        store.restore(opened(file)[1], contents, progress)
    return contents


def look_into(path: Path, progress: Progress) -> Contents:
    """What it says of itself, once all of it has been read and found as it was written."""
    try:
        with path.open("rb") as file:
            contents, payload = opened(file)
            for number, _ in enumerate(payload):
                progress("Reading, megabytes so far", number)
    except OSError as fault:
        raise Refusal(
            f"{path} can't be read: {os.strerror(fault.errno or 0)}. Name a backup that is there, "
            f"where the college's user may read it."
        ) from fault
    return contents


def newest(place: Path) -> Path:
    """The file itself; of a folder, its newest backup."""
    if not is_folder(place):
        return place
    found = sorted(place.glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise Refusal(f"No backup stands in {place}. Make one: flask backup {place}")
    return found[-1]


def is_newest(revision: str) -> bool:
    return versions()[-1] == revision


def _is_known(revision: str) -> bool:
    return revision in versions()


def _check_empty(connection: Connection) -> None:
    for name in inspect(connection).get_table_names():
        if name.startswith(NOT_THE_COLLEGE):
            continue
        if connection.scalar(select(literal(1)).select_from(table(name)).limit(1)):
            raise Refusal(
                "This database holds something already, and nothing is written over it. Make an "
                "empty one, and name it in COLLEGE_DATABASE_URL."
            )
