"""Commands for whoever looks after the college's machine."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import formatting
from recovery_college.accounts.commands.factors import seal_apps_anew
from recovery_college.database import why_refused
from recovery_college.errors import Refusal
from recovery_college.keys import our_secret
from recovery_college.operations.checks import CHECKS
from recovery_college.operations.demo import load_demo
from recovery_college.operations.queries import is_migrated
from recovery_college.tutors.commands.calendars import seal_links_anew

SHOWN = 20  # rows of one broken invariant; the rest are counted


@click.command
@with_appcontext
def check() -> None:
    """Prove everything that must always be true. Exit: 0 all hold, 2 broken, 1 could not look."""
    try:
        sys.exit(_audit())
    except SQLAlchemyError:
        sys.exit("Could not look: the database does not answer.")


@click.command
@with_appcontext
def demo() -> None:
    """Fill an empty database with an invented college, in which a term is running today."""
    try:
        lines = load_demo()
    except Refusal as refusal:
        sys.exit(refusal.message)
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    for line in lines:
        click.echo(line)


@click.command
@with_appcontext
def reseal() -> None:
    """Seal anew, under COLLEGE_SECRET_KEY, what was sealed under the key before it."""
    try:
        apps, links = seal_apps_anew(our_secret()), seal_links_anew()
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    of_apps = formatting.count(apps, "app for the second step", "apps for the second step")
    of_links = formatting.count(links, "link to a calendar", "links to calendars")
    click.echo(
        f"Sealed anew: {of_apps}, {of_links}. Links in letters go on needing the key before, "
        "until what they are about is over."
    )


def _audit() -> int:
    if not is_migrated():
        sys.exit("Could not look: the database is not of this version. Run: flask db upgrade")
    broken = 0
    for invariant, rows_against in CHECKS.items():
        rows = rows_against()
        broken += bool(rows)
        click.echo(f"VIOLATED  {invariant}: {_some(rows)}" if rows else f"ok        {invariant}")
    return 2 if broken else 0


def _some(rows: list[str]) -> str:
    more = f" and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return ", ".join(rows[:SHOWN]) + more
