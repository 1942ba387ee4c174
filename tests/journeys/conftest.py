"""One small college on a server of its own, kept for all journeys, since they change nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page

from recovery_college.app import create_app
from recovery_college.database import db
from tests import browser
from tests.conftest import MakeDatabase
from tests.factories import NOW
from tests.small_college import make_small_college

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture(scope="session")
def college(make_database: MakeDatabase) -> Iterator[Flask]:
    environ = {"COLLEGE_SECRET_KEY": "for tests", "COLLEGE_DATABASE_URL": make_database()}
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        make_small_college()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def live_url(college: Flask) -> Iterator[str]:
    with browser.serving(college) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, live_url: str) -> Iterator[Visit]:
    """Opens a page of its own, as in `visit(width=320, scripts=False)`."""
    with time_machine.travel(NOW, tick=False), ExitStack() as visits:
        yield lambda width=browser.DESK, *, scripts=True: visits.enter_context(
            browser.visitor(chromium, live_url, width=width, scripts=scripts)
        )
