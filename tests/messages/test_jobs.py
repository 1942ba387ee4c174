"""A queue that is away undoes nothing: the promise stands, and a round will find it."""

import pytest
from flask import Flask
from sqlalchemy import select

from recovery_college.database import db
from recovery_college.messages.jobs import Jobs
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.worker import JOBS
from tests.messages.test_delivery import promise


def test_a_queue_that_is_away_is_logged_and_undoes_nothing(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "QUEUE_URL", "sqlite:////no/such/folder/queue.sqlite")
    monkeypatch.setitem(app.extensions, "jobs", Jobs(app, JOBS))
    promise("a")
    assert db.session.scalars(select(OutboxMessage.key)).all() == ["a"]
    assert "the worker could not be asked for deliver" in caplog.text
