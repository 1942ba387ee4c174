"""`flask worker`: what is done beside the web. Every job may run twice, and may be lost."""

import sys
from threading import Event
from time import monotonic

import click
from flask import current_app
from flask.cli import with_appcontext
from huey.consumer import Consumer
from sqlalchemy.exc import SQLAlchemyError

from recovery_college import clock
from recovery_college.attendance.commands.feedback import ask_how_it_was
from recovery_college.calendars.commands.teaching import follow_addresses
from recovery_college.database import db, why_refused
from recovery_college.desks.commands.digests import send_digests
from recovery_college.enrolment.commands.inviting import promise_due
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.commands.reminding import remind
from recovery_college.intake.commands.uploads import forget_old_uploads
from recovery_college.messages.delivery import Round
from recovery_college.messages.jobs import DELIVER, Job, jobs_of
from recovery_college.operations.delivering import deliver
from recovery_college.operations.queries import can_serve, queue_answers
from recovery_college.reports.commands import add_up_all
from recovery_college.scheduling.commands.covering import go_on_seeking
from recovery_college.tutors.commands.calendars import READ_CALENDARS, read_due_calendars

POLL_AT_MOST = 0.5  # seconds between two looks into the queue
EVERY_SECONDS = 10.0
STOPPING = Event()


class _Pulse:
    """Says that the worker is alive: every few seconds at most, however long a round may be."""

    def __init__(self) -> None:
        self._said_at = -EVERY_SECONDS

    def __call__(self) -> None:
        if monotonic() - self._said_at >= EVERY_SECONDS:
            self._said_at = monotonic()
            jobs_of(current_app).note_round(clock.now())


PULSE = _Pulse()


def _deliver() -> None:
    PULSE()
    deliver(_still_running)


def _read_calendars() -> None:
    """A message waits for one calendar at most, and for no more."""
    read_due_calendars(go_on=_deliver_meanwhile)


def _deliver_meanwhile() -> bool:
    _deliver()
    return not STOPPING.is_set()


def _still_running(_done: Round) -> bool:
    PULSE()
    return not STOPPING.is_set()


def _come_due() -> None:
    """Reminders first: an entry for the same calendar goes with the words about it."""
    remind()
    promise_due()


EVERY_MINUTE = {"minute": "*"}
EVERY_TEN_MINUTES = {"minute": "*/10"}
EVERY_HOUR = {"minute": "20"}
JOBS = (
    Job(DELIVER, _deliver, EVERY_MINUTE),
    Job("places", pass_time, EVERY_MINUTE),  # offers that end, places that come free
    Job("entries", _come_due, EVERY_TEN_MINUTES),  # reminders, and what is due in calendars
    Job("teaching entries", follow_addresses, EVERY_TEN_MINUTES),  # of who has another address
    Job("digest", send_digests, EVERY_TEN_MINUTES),
    Job("feedback", ask_how_it_was, EVERY_TEN_MINUTES),  # of runs that are over
    Job("cover", go_on_seeking, EVERY_TEN_MINUTES),
    Job(READ_CALENDARS, _read_calendars, EVERY_TEN_MINUTES),  # each of them every hour
    Job("uploads", forget_old_uploads, EVERY_HOUR),
    Job("reports", add_up_all, EVERY_HOUR),  # runs that are over, added up
)


class GentleConsumer(Consumer):
    """However it is told to stop, it finishes the message that it holds, and takes no other."""

    def stop(self, graceful: bool = True) -> None:
        STOPPING.set()
        super().stop(graceful=True)


@click.command
@with_appcontext
def worker() -> None:
    """Deliver messages and do what is due, until it is stopped by INT or TERM.

    It finishes the message that it holds first. Several may run beside each other.
    """
    _check_that_it_can_work()
    jobs = jobs_of(current_app)
    click.echo("The worker is at work: it delivers messages and does what is due.")
    jobs.ask(DELIVER)
    GentleConsumer(jobs.queue, workers=1, initial_delay=0.1, max_delay=POLL_AT_MOST).run()
    click.echo("The worker has stopped.")


def _check_that_it_can_work() -> None:
    try:
        ready = can_serve()
    except SQLAlchemyError as error:
        sys.exit(why_refused(error))
    if not ready:
        sys.exit("The database is not of this version. Run: flask db upgrade")
    if not queue_answers():
        sys.exit("The worker's queue can't be used: see COLLEGE_QUEUE_URL.")
    db.session.remove()
