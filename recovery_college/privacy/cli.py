"""`flask retention`: what has been kept long enough goes; the worker does it every night."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import clock
from recovery_college.college.queries import the_college
from recovery_college.database import why_refused
from recovery_college.privacy import queries
from recovery_college.privacy.commands.retaining import keep_no_longer


@click.group
def retention() -> None:
    """Nothing is kept for ever."""


@retention.command
@click.option("--dry-run", is_flag=True, help="Say how many it would be, and change nothing.")
@with_appcontext
def run(dry_run: bool) -> None:
    """Tell people thirty days before, forget those who were told, sweep what has had its time."""
    try:
        lines = _expected() if dry_run else _done()
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    for line in lines:
        click.echo(line)


def _expected() -> list[str]:
    now, college = clock.now(), the_college()
    return [
        f"{len(queries.people_to_tell(now, college)):,} people to be told",
        f"{len(queries.people_to_forget(now, college)):,} people to be forgotten",
        f"{len(queries.unfinished(now)):,} unfinished joinings",
        f"{len(queries.people_whose_needs_go(now, college)):,} people's needs to be forgotten",
        f"{len(queries.staff_long_gone(now, college)):,} tutors and office people to be looked at",
    ]


def _done() -> list[str]:
    done = keep_no_longer(click.echo)
    return [f"{many:,} {what}" for what, many in sorted(done.items())] or ["Nothing was due."]
