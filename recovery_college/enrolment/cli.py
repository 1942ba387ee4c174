"""`flask messages receive`: a mail server brings one mail that came to the college's address."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from recovery_college.calendars.incoming import LARGEST, Arrived, read
from recovery_college.database import why_refused
from recovery_college.enrolment.commands import replying

TRY_AGAIN = 75  # what every mail server takes for "keep it, and come again" (sysexits.h)
READ_WITHIN = 20  # seconds, whatever a stranger has written
CHUNK = 65_536


@click.command
@with_appcontext
def receive() -> None:
    """Take one mail from standard input, as a mail server's pipe gives it.

    Exit: 0 it is filed, whatever it says; 75 the database is away, so bring it again.
    """
    try:
        replying.receive(_read(_whole(sys.stdin.buffer)))
    except SQLAlchemyError as error:
        click.echo(why_refused(error), err=True)
        sys.exit(TRY_AGAIN)


def _whole(given: BinaryIO) -> bytes:
    """One byte more than is read says that it is too large; the rest is let through unread, for a
    mail server takes a pipe that closes for a failure.
    """
    raw = given.read(LARGEST + 1)
    while given.read(CHUNK):
        pass
    return raw


def _read(raw: bytes) -> Arrived:
    with _within(READ_WITHIN):
        return read(raw)


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """What takes longer is given up, and filed as what can't be read."""

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
