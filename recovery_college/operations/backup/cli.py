"""`flask backup`, `flask restore`, `flask drill`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import formatting
from recovery_college.database import why_refused
from recovery_college.errors import Refusal
from recovery_college.intake.cli import Progress
from recovery_college.operations.backup import restoring
from recovery_college.operations.backup.contents import Contents
from recovery_college.operations.backup.drilling import drill as drilled
from recovery_college.operations.backup.keeping import MEGABYTE, has_our_secret, keep, note_kept

PLACE = click.Path(path_type=Path)


@click.command
@click.argument("place", metavar="FILE", type=PLACE)
@with_appcontext
def backup(place: Path) -> None:
    """Keep the whole college in FILE, or in a folder under a name of its own.

    While it is open, too. Nothing takes the place of an older file before it has been read again.
    """
    began = monotonic()
    with _failing_in_words() as progress:
        path, contents = keep(place, progress)
        note_kept(contents)
    size = path.stat().st_size / MEGABYTE
    click.echo(f"{path}: {contents.said}, {size:,.1f} MB, in {_seconds(began)}.")


@click.command
@click.argument("place", metavar="FILE", type=PLACE)
@with_appcontext
def restore(place: Path) -> None:
    """Put the college in FILE, or the newest in a folder, into an empty database.

    Nothing is sent until somebody says so.
    """
    began = monotonic()
    with _failing_in_words() as progress:
        path = restoring.newest(place)
        contents = restoring.restore(path, progress)
    click.echo(
        f"Restored {contents.said}, as they were on {formatting.when(contents.made_at)}, in "
        f"{_seconds(began)}."
    )
    for line in _what_is_next(contents):
        click.echo(line)


@click.command
@click.argument("place", metavar="FILE", type=PLACE)
@with_appcontext
def drill(place: Path) -> None:
    """Try whether FILE, or the newest in a folder, can be restored: beside the college.

    Exit: 0 it can, and all holds there; 2 something doesn't hold; 1 it can't.
    """
    with _failing_in_words() as progress:
        path = restoring.newest(place)
        contents = restoring.look_into(path, progress)
        done = drilled(path, contents.revision, click.echo)
    for line in done.broken:
        click.echo(line)
    click.echo(
        f"{path}, made on {formatting.when(contents.made_at)}: {contents.said} restored in "
        f"{done.restored_in:,.1f} s, {done.held} rules found true and {len(done.broken)} broken "
        f"in {done.checked_in:,.1f} s."
    )
    sys.exit(2 if done.broken else 0)


@contextmanager
def _failing_in_words() -> Iterator[Progress]:
    progress = Progress()
    try:
        yield progress
    except Refusal as refusal:
        progress.end()
        sys.exit(refusal.message)
    except SQLAlchemyError as error:
        progress.end()
        sys.exit(why_refused(error))
    progress.end()


def _what_is_next(contents: Contents) -> Iterator[str]:
    if not restoring.is_newest(contents.revision):
        yield "It is of an older version. Next: flask db upgrade"
    if not has_our_secret(contents):
        yield (
            "COLLEGE_SECRET_KEY is another one than it was. Set COLLEGE_SECRET_KEY_BEFORE to the "
            "old one, or apps for the second step, links in letters that were sent and tutors' "
            "own calendars no longer work."
        )
    yield (
        "Mail is paused: some of what waits may have gone out before. Look at /office/messages, "
        "then let it go there or by: flask messages resume"
    )


def _seconds(began: float) -> str:
    return f"{monotonic() - began:,.1f} s"
