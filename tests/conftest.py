"""An application on each database, undone after every test, and browsers to visit it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, cast

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from hypothesis import settings
from playwright.sync_api import Browser as Chromium
from sqlalchemy import event, inspect
from sqlalchemy.exc import InvalidRequestError
from werkzeug.test import TestResponse

from recovery_college.accounts import passwords
from recovery_college.accounts.models import Person
from recovery_college.app import create_app
from recovery_college.database import db
from tests import breaking, postgres
from tests.browser import chromium as running_chromium
from tests.factories import make_visit
from tests.small_college import make_small_college

Browse = Callable[..., "Browser"]
MakeDatabase = Callable[[], str]
HASHER = passwords.HASHER  # the program's own
READING = ContextVar("READING", default=False)
ON_SQLITE = pytest.mark.parametrize("make_database", ["sqlite"], indirect=True, scope="session")
"""For what depends on no database, or is tried elsewhere on both: the suite has ten minutes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--break", choices=sorted(breaking.GUARDS), help="go without this guard")


def pytest_configure(config: pytest.Config) -> None:
    """What a test starts goes without the guard as well."""
    os.environ[breaking.BREAK] = config.getoption("--break") or ""
    breaking.break_what_was_asked()


settings.register_profile("small", deadline=None, max_examples=40)
settings.register_profile("full", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("PROOF", "small"))


class Browser(FlaskClient):
    """Each request has a context and a session of its own, never the test's."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Reads all of an answer, as a server does even where the visitor does not."""
        _let_go()
        with self.application.app_context():
            return super().open(*args, **{"buffered": True} | kwargs)

    def post(self, address: Any, *args: Any, **kwargs: Any) -> TestResponse:
        """Sends the token that a form would have carried; `csrf=False` leaves it out."""
        if kwargs.pop("csrf", True) and isinstance(address, str):
            kwargs["data"] = {"csrf_token": self.token()} | dict(kwargs.get("data") or {})
        return super().post(address, *args, **kwargs)

    def token(self) -> str:
        with self.session_transaction() as kept:
            kept["csrf_token"] = "c" * 40
        with self.application.test_request_context():
            session["csrf_token"] = "c" * 40
            return str(generate_csrf())

    def sign_in(self, person: Person, **visit: Any) -> "Browser":
        """As if they had come in by the door."""
        key = make_visit(person, **visit).key
        with self.session_transaction() as kept:
            kept["_user_id"] = key
        return self


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Argon2id at its cheapest; only tests `with_real_hashes` are about what it costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture
def with_real_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Also of nobody's password, which is hashed once."""
    monkeypatch.setattr(passwords, "HASHER", HASHER)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def make_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeDatabase]:
    """Makes an empty database and gives its address, once for each kind."""
    if request.param == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('database')}/college.sqlite"
        return
    server = request.getfixturevalue("postgresql_server")
    with ExitStack() as made:
        yield lambda: made.enter_context(postgres.fresh_database(server))


@pytest.fixture(scope="session")
def database_url(make_database: MakeDatabase) -> str:
    return make_database()


@pytest.fixture(scope="session")
def queue_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('queue')}/queue.sqlite"


@pytest.fixture(scope="session")
def made_app(database_url: str, queue_url: str) -> Iterator[Flask]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": database_url,
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ, TESTING=True)
    app.test_client_class = Browser
    with app.app_context():
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        db.create_all()
        flask_migrate.stamp()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(made_app: Flask, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application over a database as it was made; nothing of a test stays."""
    for_real = request.node.get_closest_marker("for_real")
    with made_app.app_context(), _rebuilt() if for_real else _undone():
        yield made_app


@pytest.fixture
def browse(app: Flask) -> Browse:
    """A browser, in which somebody is signed in if a person is given."""

    def browsing(person: Person | None = None, **visit: Any) -> Browser:
        browser = cast(Browser, app.test_client())
        return browser.sign_in(person, **visit) if person else browser

    return browsing


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with running_chromium() as started:
        yield started


@pytest.fixture(scope="session")
def standing_college(make_database: MakeDatabase, queue_url: str) -> Iterator[Flask]:
    """A small college that stands for all tests which change nothing: see `small_college`."""
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        make_small_college()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def _let_go() -> None:
    """End the test's session; what its rows say now stays readable, and is not counted."""
    reading = READING.set(True)
    for row in list(db.session):
        if inspect(row).expired:
            with suppress(InvalidRequestError):  # it has been deleted
                db.session.refresh(row)
    READING.reset(reading)
    db.session.remove()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that the database is sent meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not READING.get():
            statements.append(statement)

    event.listen(db.engines[None], "before_cursor_execute", note)
    yield statements
    event.remove(db.engines[None], "before_cursor_execute", note)


def held(statements: list[str]) -> list[str]:
    """The tables whose rows were locked, in this order. SQLite locks everything at once."""
    locks = [s for s in statements if "FOR NO KEY UPDATE" in s]
    return [s.split("FROM ", 1)[1].split()[0] for s in locks]


@contextmanager
def _undone() -> Iterator[None]:
    """Everything happens on one connection, inside a transaction that is rolled back."""
    engines = cast(dict[str | None, Any], db.engines)
    engine = engines[None]
    with engine.connect() as connection:
        outer = connection.begin()
        engines[None] = connection
        try:
            yield
        finally:
            db.session.remove()
            outer.rollback()
            engines[None] = engine


@contextmanager
def _rebuilt() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.remove()
        db.drop_all()
        db.create_all()
