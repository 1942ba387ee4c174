"""A college of its own for server processes, which keep what they do."""

from collections.abc import Iterator

import flask_migrate
import pytest
from flask import Flask

from recovery_college.app import create_app
from recovery_college.database import db
from tests.conftest import MakeDatabase


@pytest.fixture
def college(make_database: MakeDatabase, queue_url: str) -> Iterator[tuple[Flask, dict[str, str]]]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        flask_migrate.stamp()
        yield app, environ
        db.session.remove()
        db.engine.dispose()
