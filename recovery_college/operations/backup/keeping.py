"""Write a backup: whole, read again, and only then in the place of the last."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from sqlite3 import OperationalError
from tempfile import NamedTemporaryFile
from typing import IO

from flask import current_app

from recovery_college import audit, clock
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.keys import newest, our_secret
from recovery_college.operations.backup.contents import Contents, Progress, known_by, read_contents
from recovery_college.operations.backup.sealing import NotWhole, Sealing, unsealed
from recovery_college.operations.backup.stores import store_of

ENDING = ".backup"
KEPT = "kept a backup of"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MEGABYTE = 1_000_000


def keep(place: Path, progress: Progress) -> tuple[Path, Contents]:
    """To a file of that name; or, if it is a folder, to one there named by the moment."""
    now = clock.now()
    named = f"college-{now:%Y%m%d-%H%M%S}{ENDING}"
    path = place / named if is_folder(place) else place
    with _room_said(path), _in_place_of(path) as file:
        store = store_of(db.engine)
        sealing, digest = Sealing(file, _key()), sha256()
        with store.snapshot(progress) as snapshot:
            contents = Contents(
                now,
                store.name,
                snapshot.revision,
                known_by(newest(our_secret())),
                dict(snapshot.tables),
            )
            sealing.put(contents.written())
            for piece in snapshot.payload:
                sealing.write(piece)
                digest.update(piece)
                progress("Writing, megabytes so far", file.tell() // MEGABYTE)
        sealing.end()
        _on_the_disk(file)
        file.seek(0)
        found, payload = opened(file)
        again = sha256()
        store.check(_noting(payload, again.update), found)
        if (found, again.digest()) != (contents, digest.digest()):
            raise NotWhole("What stands in the file is not what was written. Try another disk.")
    return path, contents


def note_kept(contents: Contents) -> None:
    """In the history, where whoever watches finds how old the last backup is."""
    with transaction():
        audit.record(None, KEPT, "college", fields=(), at=contents.made_at)


def is_folder(place: Path) -> bool:
    """As far as we may look: where we may not, opening it says so in words."""
    try:
        return place.is_dir()
    except PermissionError:
        return False


def opened(file: IO[bytes]) -> tuple[Contents, Iterator[bytes]]:
    """What it says of itself, and the rest of it."""
    chunks = unsealed(file, _key())
    return read_contents(next(chunks)), chunks


def has_our_secret(contents: Contents) -> bool:
    return contents.secret in map(known_by, our_secret())


def _noting(payload: Iterator[bytes], note: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in payload:
        note(piece)
        yield piece


@contextmanager
def _in_place_of(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when all has gone well, and goes if not."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        beside = Path(file.name)
        try:
            yield file
            beside.replace(path)
        except BaseException:
            beside.unlink()
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _on_the_disk(file: IO[bytes]) -> None:
    """And not only in memory, so that it is the disk that is read again."""
    file.flush()
    os.fsync(file.fileno())
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _room_said(path: Path) -> Iterator[None]:
    """The disk's own refusals in a sentence."""
    try:
        yield
    except OSError as fault:
        raise Refusal(_said_of(fault, path)) from fault
    except OperationalError as fault:
        if "full" not in str(fault):
            raise Refusal("The database can't be copied just now. Try again.") from fault
        raise Refusal("No room for a copy beside the database. Nothing was written.") from fault


def _said_of(fault: OSError, path: Path) -> str:
    if fault.errno in NO_ROOM:
        return f"The disk is full. Nothing was written, and an older {path.name} is as it was."
    return f"{path} can't be written: {os.strerror(fault.errno or 0)}."


def _key() -> str:
    return str(current_app.config["BACKUP_KEY"])
