"""A round of delivery, by the worker or by hand (`flask messages send`)."""

import sys
from collections.abc import Callable
from time import monotonic

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import formatting
from recovery_college.college.queries import the_college
from recovery_college.database import why_refused
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.messages import queries
from recovery_college.messages.delivery import Round, deliver_due


def deliver(go_on: Callable[[Round], bool]) -> Round:
    """What calendars are to hear is promised first, so that it goes with the words about it."""
    keep_up()
    return deliver_due(paused=the_college().mail_paused, go_on=go_on)


@click.group
def messages() -> None:
    """What the college has promised to tell people."""


@messages.command
@with_appcontext
def send() -> None:
    """Send what is due now. Exit: 0 nothing went wrong, 1 something could not be sent."""
    try:
        done = deliver(_SaysHowFar())
        waiting = queries.count_waiting()
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    click.echo(
        f"{formatting.count(done.sent, 'message')} sent, {done.put_off} put off, "
        f"{done.need_somebody} in need of somebody; {waiting:,} waiting."
    )
    if done.kept:
        click.echo(
            f"{formatting.count(done.kept, 'message')} kept until mail (COLLEGE_MAIL_SERVER) or "
            "texts (COLLEGE_NOTIFY_API_KEY) can be sent."
        )
    if done.put_off or done.need_somebody:
        sys.exit("See /office/messages for what did not go, and why.")


class _SaysHowFar:
    """Each second, and never tires."""

    def __init__(self) -> None:
        self.said_at = monotonic()

    def __call__(self, done: Round) -> bool:
        if monotonic() - self.said_at >= 1:
            self.said_at = monotonic()
            click.echo(f"{done.sent:,} sent so far")
        return True
