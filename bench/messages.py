"""From a press on a real server to a mail server on this machine, by one real worker."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import flask_migrate
from sqlalchemy import update

from bench import places
from bench.server import serving
from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.college.models import Setting
from recovery_college.database import db, transaction
from recovery_college.messages import outbox
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    Channel,
    MessageKind,
    MessageState,
    Recipient,
    Words,
)
from tests.post_office import PostOffice, post_office

PATIENCE = 120  # seconds
PRESSES = 12  # the first of them, for which all is made ready, is not counted


@dataclass(frozen=True)
class Mail:
    """Milliseconds from each press to the mail server, and of each message when many wait."""

    waits: list[float]
    each: float


def measure(url: str, run_id: int, many: int) -> Mail:
    """The queue and all else as it is set up by default."""
    with TemporaryDirectory() as folder, post_office() as office:
        environ = {
            "COLLEGE_DATABASE_URL": url,
            "COLLEGE_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite",
            "COLLEGE_MAIL_SERVER": "127.0.0.1",
            "COLLEGE_MAIL_PORT": str(office.port),
        }
        app = create_app(environ)
        with app.app_context():
            _prepare(run_id)
            with serving("wsgi:app", environ) as server, _worker(environ):
                pressed = places.presses(app, [run_id], PRESSES)
                waits = [_wait(server.port, press, office) for press in pressed]
                each = _drain(office, many)
            db.session.remove()
            db.engine.dispose()
    return Mail(waits[1:], each)


def _prepare(run_id: int) -> None:
    """Nothing waits, and it is never night."""
    flask_migrate.stamp()
    places.set_places(run_id, places.MANY)
    with transaction():
        waiting = OutboxMessage.state == MessageState.WAITING
        db.session.execute(update(OutboxMessage).where(waiting).values(state=MessageState.DROPPED))
        for setting in ("quiet_from", "quiet_until"):
            db.session.merge(Setting(key=setting, value="00:00:00"))


@contextmanager
def _worker(environ: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "flask", "worker"]
    process = subprocess.Popen(  # noqa: S603  # our own
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(port: int, press: places.Press, office: PostOffice) -> float:
    before, began = len(office.letters), perf_counter()
    places.send(port, [press])
    return (_when(lambda: len(office.letters) > before) - began) * 1000


def _drain(office: PostOffice, many: int) -> float:
    """All are promised in one moment; the first quarter warms up and is not counted."""
    before, warm = len(office.letters), many // 4
    with transaction():
        for number in range(many):
            to = Recipient(Channel.EMAIL, f"p{number}@example.org", None)
            words = Words("Harbour", "Hello\n" * 40, MessageKind.SIGN_IN)
            key = f"bench {before} {number}"
            outbox.queue(to, words, key=key, thread=key, at=clock.now())
    began = _when(lambda: len(office.letters) >= before + warm)
    ended = _when(lambda: len(office.letters) >= before + many)
    return (ended - began) / (many - warm) * 1000


def _when(reached: Callable[[], bool]) -> float:
    until = perf_counter() + PATIENCE
    while not reached():
        if perf_counter() > until:
            raise RuntimeError(f"No mail came within {PATIENCE} seconds.")
        sleep(0.005)
    return perf_counter()
