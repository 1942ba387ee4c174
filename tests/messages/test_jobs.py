"""The worker as it is really run: another process, a real queue, real SMTP, and kill -9."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db, transaction
from recovery_college.messages import outbox
from recovery_college.messages.jobs import DELIVER, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import (
    Channel,
    MessageKind,
    MessageState,
    Recipient,
    Words,
)
from tests.conftest import MakeDatabase
from tests.post_office import PostOffice, post_office

FULL = os.environ.get("PROOF") == "full"
KILLS, MESSAGES, WORKERS = (100, 5_000, 2) if FULL else (3, 60, 2)
PATIENCE = 600 if FULL else 60  # seconds
THREADS = 20
FIVE_MINUTES, TWO_SECONDS = 300, 2
Start = Callable[[int], "subprocess.Popen[bytes]"]
WORKER = """
import sys
from datetime import timedelta
from flask.cli import main
from recovery_college.messages import delivery
delivery.LEASE = timedelta(seconds={lease})
sys.argv = ["flask", "worker"]
main()
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as there:
        yield there


@pytest.fixture
def environ(make_database: MakeDatabase, office: PostOffice, tmp_path: Path) -> dict[str, str]:
    return {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite",
        "COLLEGE_MAIL_SERVER": "127.0.0.1",
        "COLLEGE_MAIL_PORT": str(office.port),
    }


@pytest.fixture
def college(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        flask_migrate.stamp()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts `flask worker` with leases of so many seconds, and ends it at the end."""
    with ExitStack() as ends:

        def started(lease: int) -> "subprocess.Popen[bytes]":
            worker = subprocess.Popen(
                [sys.executable, "-c", WORKER.format(lease=lease)],
                cwd=ROOT,
                env=os.environ | environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ends.callback(worker.wait)
            ends.callback(worker.kill)
            return worker

        yield started


def promise(first: int, end: int) -> None:
    for number in range(first, end):
        with transaction():
            to = Recipient(Channel.EMAIL, f"p{number}@example.org", None)
            words = Words("Harbour", f"message {number}", MessageKind.SIGN_IN)
            key, thread = str(number), str(number % THREADS)
            outbox.queue(to, words, key=key, thread=thread, at=clock.now())


def wait_until(reached: Callable[[], bool], app: Flask | None = None) -> None:
    """With an application, the workers are asked to look every now and then."""
    until = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < until
        if app is not None:
            jobs_of(app).ask(DELIVER)
        time.sleep(0.1)


def count_sent() -> int:
    db.session.rollback()
    sent = select(func.count(OutboxMessage.id)).where(OutboxMessage.state == MessageState.SENT)
    return db.session.scalars(sent).one()


@pytest.mark.usefixtures("college")
def test_a_promise_is_kept_within_moments_of_its_commit(start: Start, office: PostOffice) -> None:
    start(FIVE_MINUTES)
    promise(0, 1)
    wait_until(lambda: len(office.letters) == 1)
    waits = []
    for number in range(1, 8):
        promise(number, number + 1)
        since = time.monotonic()
        wait_until(partial(_have_come, office, number + 1))
        waits.append(time.monotonic() - since)
    assert sorted(waits)[len(waits) // 2] < 2


def test_workers_that_are_killed_lose_nothing_and_repeat_only_what_they_held(
    college: Flask, start: Start, office: PostOffice
) -> None:
    promise(0, MESSAGES)
    workers = [start(TWO_SECONDS) for _ in range(WORKERS)]
    for kill in range(KILLS):
        wait_until(partial(_have_come, office, kill * MESSAGES // (KILLS + 1)), college)
        workers[kill % WORKERS].send_signal(signal.SIGKILL)
        workers[kill % WORKERS] = start(TWO_SECONDS)
    wait_until(lambda: count_sent() == MESSAGES, college)
    said = [int(str(letter.get_payload()).split()[-1]) for letter in office.read]
    assert set(said) == set(range(MESSAGES))
    assert len(said) - MESSAGES <= KILLS
    assert len(set(office.letters)) == MESSAGES  # a repeat is the same to the byte
    first = list(dict.fromkeys(said))
    for thread in range(THREADS):
        assert [n for n in first if n % THREADS == thread] == list(range(thread, MESSAGES, THREADS))


def test_a_job_that_fails_is_logged_by_name_and_a_queue_that_is_away_undoes_nothing(
    college: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    college.config["QUEUE_URL"] = "sqlite:////no/such/folder/queue.sqlite"
    promise(0, 1)
    assert db.session.scalars(select(func.count(OutboxMessage.id))).one() == 1
    assert "the worker could not be asked for deliver" in caplog.text


def _have_come(office: PostOffice, count: int) -> bool:
    return len(office.letters) >= count
