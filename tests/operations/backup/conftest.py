"""A college with something in it, and empty databases to restore it into."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from recovery_college.app import create_app
from recovery_college.database import db
from tests import postgres
from tests.conftest import MakeDatabase
from tests.factories import NOW
from tests.small_college import make_small_college

KEY = "a key that only tests have, 0123456789"
Said = tuple[int, str]
Elsewhere = Callable[..., Flask]


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def environ(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """With the programs of the server, if it is ours, where they are looked for."""
    url = environ["COLLEGE_DATABASE_URL"]
    if url.startswith("postgresql") and "TEST_DATABASE_URL" not in os.environ:
        path = f"{postgres.programs_of(url)}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", path)
    return environ | {"COLLEGE_BACKUP_KEY": KEY}


@pytest.fixture
def full(college: Flask) -> Flask:
    make_small_college(courses=2)
    db.session.commit()
    return college


@pytest.fixture
def elsewhere(environ: dict[str, str], make_database: MakeDatabase) -> Iterator[Elsewhere]:
    """Makes an application on an empty database."""
    with ExitStack() as made:

        @contextmanager
        def standing(**settings: str) -> Iterator[Flask]:
            app = create_app(environ | {"COLLEGE_DATABASE_URL": make_database()} | settings)
            with app.app_context():
                yield app
                db.session.remove()
                db.engine.dispose()

        yield lambda **settings: made.enter_context(standing(**settings))


def said(app: Flask, *command: str | Path) -> Said:
    """The exit code, and what is said, of a command in a context of its own."""
    result = app.test_cli_runner().invoke(args=[str(word) for word in command])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output
