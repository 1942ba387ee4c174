"""`flask import`: what it understood, what it can't take, what it took."""

import sys
from pathlib import Path
from time import monotonic
from typing import NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.database import why_refused
from recovery_college.errors import Refusal
from recovery_college.intake import commands
from recovery_college.intake.rules.reading import Reading, read_sheets
from recovery_college.intake.rules.report import Report, findings, understanding
from recovery_college.intake.workbook import Workbook, read_workbook

QUIET_FOR = 1.0  # seconds before it is worth saying how far it has come
A_LINE_EVERY = 3.0  # seconds, where lines can't be written over


@click.command("import")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Say what would be taken, and change nothing.")
@with_appcontext
def import_workbook(path: Path, check: bool) -> None:
    """Take in a college's workbook: courses, venues, tutors, students, dates, places."""
    progress = Progress()
    try:
        workbook = read_workbook(path, progress)
        reading = read_sheets(workbook.sheets)
        _say(understanding(reading.understood))
        report = _run(workbook, reading, progress, check=check)
    except Refusal as refusal:
        _stop(progress, refusal.message)
    except SQLAlchemyError as error:
        _stop(progress, why_refused(error))
    progress.end()
    _say(findings(report, checking=check))


def _stop(progress: "Progress", why: str) -> NoReturn:
    progress.end()
    click.echo(why, err=True)
    sys.exit(1)


def _say(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _run(workbook: Workbook, reading: Reading, progress: "Progress", *, check: bool) -> Report:
    if check:
        return commands.check(None, reading, progress)
    return commands.take(None, reading, workbook.digest, progress)


class Progress:
    """How far a long import has come, on the error stream: one line that is written over."""

    def __init__(self) -> None:
        self._since = self._said_at = monotonic()
        self._width = 0

    def __call__(self, what: str, count: int) -> None:
        now = monotonic()
        often = 0.1 if sys.stderr.isatty() else A_LINE_EVERY
        if now - self._since < QUIET_FOR or now - self._said_at < often:
            return
        self._said_at = now
        line = f"{what}: {count:,}"
        if sys.stderr.isatty():
            click.echo(f"\r{line:<{self._width}}", err=True, nl=False)
            self._width = max(self._width, len(line))
        else:
            click.echo(line, err=True)

    def end(self) -> None:
        if self._width:
            click.echo(f"\r{'':<{self._width}}\r", err=True, nl=False)
