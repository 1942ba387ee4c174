"""A queue that is away undoes nothing: the promise stands, and a round will find it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from recovery_college.app import create_app
from recovery_college.config import ROOT
from recovery_college.database import db
from recovery_college.messages.jobs import Jobs, jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.worker import JOBS
from tests.conftest import MakeDatabase
from tests.messages.test_delivery import promise


def test_a_queue_that_is_away_is_logged_and_undoes_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "QUEUE_URL", "sqlite:////no/such/folder/queue.sqlite")
    monkeypatch.setitem(app.extensions, "jobs", Jobs(app, JOBS))
    promise("a")
    assert db.session.scalars(select(OutboxMessage.key)).all() == ["a"]
    assert "the worker could not be asked for deliver" in caplog.text


def test_workers_that_begin_at_once_on_an_empty_queue_find_it_made(
    make_database: MakeDatabase,
) -> None:
    """As on a machine where a college was just restored: its queue is not in a backup."""
    url = make_database().replace("+psycopg", "")
    settings = {"COLLEGE_DATABASE_URL": url, "COLLEGE_QUEUE_URL": url}
    apps = [create_app(settings) for _ in range(3)]
    together = Barrier(len(apps), timeout=60)

    def begin(app: Flask) -> int:
        together.wait()
        queue = jobs_of(app).queue
        waiting = int(queue.pending_count())
        queue.storage.close()
        return waiting

    with ThreadPoolExecutor(len(apps)) as beside:
        assert list(beside.map(begin, apps)) == [0, 0, 0]


def test_a_process_on_sqlite_loads_no_driver_of_postgresql(tmp_path: Path) -> None:
    """huey would, and it takes ten megabytes; a queue is made, as by the first promise."""
    url = f"sqlite:///{tmp_path}/college.sqlite"
    asked = (
        "import os, sys, wsgi; from recovery_college.messages.jobs import jobs_of;"
        "jobs_of(wsgi.app).queue.pending_count(); print('psycopg' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"COLLEGE_DATABASE_URL": url, "COLLEGE_QUEUE_URL": url},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "False\n"
