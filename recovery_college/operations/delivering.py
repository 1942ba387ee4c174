"""A round of delivery, by the worker or by hand (`flask messages send`)."""

import sys
from collections.abc import Callable
from time import monotonic

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import formatting
from recovery_college.calendars.commands import teaching
from recovery_college.college.commands import go_live
from recovery_college.college.queries import the_college
from recovery_college.database import why_refused
from recovery_college.desks.commands.otherwise import go_otherwise
from recovery_college.enrolment.commands.inviting import keep_up
from recovery_college.messages import queries
from recovery_college.messages.delivery import Round, deliver_due

LOOKS_UP = 2  # seconds after which a long round sees what is new


def deliver(go_on: Callable[[Round], bool]) -> Round:
    """What calendars are to hear is promised first, so that it goes with the words about it.

    What failed for good goes another way. A long round looks for all that anew every few seconds,
    and for whether mail has been paused.
    """
    done, part = Round(), None
    while part is None or part.is_cut:
        keep_up()
        teaching.keep_up()
        part = _Part(done, go_on)
        done += deliver_due(paused=the_college().mail_paused, go_on=part)
        go_otherwise()
    return done


class _Part:
    """Of a round: it ends by itself after a while, and the rest comes after it."""

    def __init__(self, before: Round, go_on: Callable[[Round], bool]) -> None:
        self._before, self._go_on = before, go_on
        self._until = monotonic() + LOOKS_UP
        self.is_cut = False

    def __call__(self, done: Round) -> bool:
        goes_on = self._go_on(self._before + done)
        self.is_cut = goes_on and monotonic() >= self._until
        return goes_on and not self.is_cut


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


@messages.command
@with_appcontext
def resume() -> None:
    """Let go what was kept back, as a manager can at /office/messages/live."""
    try:
        waiting, addresses = queries.count_waiting(), queries.count_addresses()
        go_live(None)
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    click.echo(
        f"Messages go out from now on: {formatting.count(waiting, 'message')} to "
        f"{formatting.count(addresses, 'address', 'addresses')}."
    )


class _SaysHowFar:
    """Each second, and never tires."""

    def __init__(self) -> None:
        self.said_at = monotonic()

    def __call__(self, done: Round) -> bool:
        if monotonic() - self.said_at >= 1:
            self.said_at = monotonic()
            click.echo(f"{done.sent:,} sent so far")
        return True
