"""`flask worker`: what is done beside the web. Every job may run twice, and may be lost."""

import click
from flask import current_app
from flask.cli import with_appcontext

from recovery_college.college.queries import the_college
from recovery_college.messages.delivery import deliver_due
from recovery_college.messages.jobs import DELIVER, POLL_AT_MOST, Job, jobs_of


def _deliver() -> None:
    deliver_due(paused=the_college().mail_paused)


EVERY_MINUTE = {"minute": "*"}
JOBS = (Job(DELIVER, _deliver, EVERY_MINUTE),)


@click.command
@with_appcontext
def worker() -> None:
    """Deliver messages and do what is due, until it is stopped (INT lets it finish first)."""
    queue = jobs_of(current_app).queue
    click.echo("The worker is at work: it delivers messages and does what is due.")
    queue.create_consumer(workers=1, initial_delay=0.1, max_delay=POLL_AT_MOST).run()
