"""A college of its own, with a mail server and real workers, which keep what they do."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.messages.jobs import jobs_of
from tests.conftest import MakeDatabase
from tests.post_office import PostOffice, post_office

Start = Callable[..., int]
FORKING = """
import os, signal, sys
from dataclasses import replace
from datetime import timedelta
from flask.cli import main
from recovery_college import app
from recovery_college.messages import delivery
from recovery_college.operations import worker
from tests.breaking import break_what_was_asked
break_what_was_asked()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    lease, rounds = map(int, line.split())
    process = os.fork()
    if process:
        print(process, flush=True)
        continue
    delivery.LEASE = timedelta(seconds=lease)
    if not rounds:
        app.JOBS = tuple(replace(job, every=None) for job in worker.JOBS)
    sys.argv = ["flask", "worker"]
    sys.stdin = sys.stdout = open(os.devnull, "r+")
    main()
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as there:
        yield there


@pytest.fixture
def environ(make_database: MakeDatabase, office: PostOffice, tmp_path: Path) -> dict[str, str]:
    """On PostgreSQL the queue is there as well."""
    url = make_database()
    sqlite = url.startswith("sqlite")
    queue = f"sqlite:///{tmp_path}/queue.sqlite" if sqlite else url.replace("+psycopg", "")
    return {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": url,
        "COLLEGE_QUEUE_URL": queue,
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
        jobs_of(app).queue.storage.close()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """Starts `flask worker` with leases of so many seconds; gives its process.

    They are split off one process that has read the program already, and end with the test.
    Without `rounds` it does nothing by itself, but only what it is asked.
    """
    command = [sys.executable, "-c", FORKING]
    forking = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    started = []

    def starting(lease: int, *, rounds: bool = True) -> int:
        assert forking.stdin
        assert forking.stdout
        forking.stdin.write(f"{lease} {rounds:d}\n")
        forking.stdin.flush()
        started.append(int(forking.stdout.readline()))
        return started[-1]

    yield starting
    for process in started:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    forking.communicate()
