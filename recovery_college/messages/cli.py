"""`flask messages send`: one round of delivery, by hand."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import formatting
from recovery_college.college.queries import the_college
from recovery_college.database import why_refused
from recovery_college.messages import queries
from recovery_college.messages.delivery import deliver_due


@click.group
def messages() -> None:
    """What the college has promised to tell people."""


@messages.command
@with_appcontext
def send() -> None:
    """Send what is due now. Exit: 0 all went, 1 something did not."""
    try:
        done = deliver_due(paused=the_college().mail_paused, say=click.echo)
        waiting = queries.count_waiting()
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    click.echo(
        f"{formatting.count(done.sent, 'message')} sent, {done.put_off} put off, "
        f"{done.need_somebody} in need of somebody; {waiting:,} waiting."
    )
    if done.put_off or done.need_somebody:
        sys.exit("See /office/messages for what did not go, and why.")
