"""Whoever guesses learns nothing, from no clock either, and shuts nobody out.

Real argon2, real databases, and for guesses at the same moment real server processes.
"""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from statistics import median

import flask_migrate
import pytest
import requests
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from recovery_college import clock
from recovery_college.accounts import passwords
from recovery_college.accounts.commands.signing_in import make_link
from recovery_college.accounts.models import Person, Throttle, Visit
from recovery_college.app import create_app
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.conftest import ON_SQLITE, Browse, MakeDatabase
from tests.enrolment.crowd import serving
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("with_real_hashes")
FULL = os.environ.get("PROOF") == "full"
TRIES = 200 if FULL else 9  # of a known address, and of an unknown one
FAR = 0.05 if FULL else 0.50  # how far the medians may lie apart
NOISE = 0.005  # seconds: what no clock over a network tells apart
GUESSES = 50
GOOD = "seven green boats"
Ask = Callable[[str], TestResponse]
NETWORK = count()
TOKEN = re.compile(r'(?<=value=")[\w.-]{40,}(?=")')


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def known(number: int) -> str:
    return f"known{number}@example.org"


def unknown(number: int) -> str:
    return f"other{number}@example.org"


def from_somewhere() -> dict[str, str]:
    """Each try comes from another network, so that none is stopped."""
    return {"REMOTE_ADDR": f"10.{next(NETWORK) % 250}.{next(NETWORK) % 250}.1"}


def said(answer: TestResponse, email: str) -> tuple[int, str | None, int, str]:
    """All that somebody sees, but the address that they typed and the token of their form."""
    body = TOKEN.sub("", answer.text.replace(email, "their address"))
    return answer.status_code, answer.location, len(answer.data), body


def medians(ask: Ask) -> tuple[float, float]:
    """Seconds for a known and for an unknown address, asked in no order, and told the same."""
    addresses = [(name, n) for name in (known, unknown) for n in range(TRIES)]
    random.Random(7).shuffle(addresses)  # noqa: S311  # the same every time
    times: dict[Callable[[int], str], list[float]] = {known: [], unknown: []}
    told: dict[Callable[[int], str], set[object]] = {known: set(), unknown: set()}
    for name, number in addresses:
        since = time.perf_counter()
        answer = ask(name(number))
        times[name].append(time.perf_counter() - since)
        told[name].add(said(answer, name(number)))
    assert told[known] == told[unknown]
    return median(times[known]), median(times[unknown])


def cannot_be_told_apart(one: float, other: float) -> bool:
    return abs(one - other) <= max(FAR * max(one, other), NOISE)


def make_known() -> None:
    kept = passwords.hashed(GOOD)
    for number in range(TRIES):
        person = make_person(email=known(number))
        with transaction():
            assert person.sign_in
            person.sign_in.password_hash = kept


@ON_SQLITE
@pytest.mark.usefixtures("app", "in_may")
def test_a_wrong_password_takes_as_long_whether_the_address_is_known(browse: Browse) -> None:
    make_known()

    def ask(email: str) -> TestResponse:
        typed = {"email": email, "password": "a wrong guess", "how": "password"}
        answer = browse().post("/sign-in", data=typed, environ_base=from_somewhere())
        assert answer.status_code == 422
        return answer

    assert cannot_be_told_apart(*medians(ask))


@ON_SQLITE
@pytest.mark.usefixtures("app", "in_may")
def test_a_link_takes_as_long_whether_the_address_is_known(browse: Browse) -> None:
    make_known()

    def ask(email: str) -> TestResponse:
        typed = {"email": email, "how": "link"}
        answer = browse().post("/sign-in", data=typed, environ_base=from_somewhere())
        assert answer.location == "/sign-in/sent"
        return answer

    assert cannot_be_told_apart(*medians(ask))


@ON_SQLITE
@pytest.mark.usefixtures("app", "in_may")
def test_joining_takes_as_long_whether_the_address_is_known(browse: Browse) -> None:
    make_known()

    def ask(email: str) -> TestResponse:
        browser, here = browse(), from_somewhere()
        name = {"name": "Ada Osei", "over_18": "y"}
        assert browser.post("/join", data=name, environ_base=here).location == "/join/reach"
        shown = seen(browser.get("/join/reach").text)
        typed = {"email": email, "contact_by": "email", "discreet": "y", "seen": shown}
        answer = browser.post("/join/reach", data=typed, environ_base=here)
        assert answer.location == "/join/helps"
        agreed = browser.post("/join/agreement", data={"version": "", "yes": "y"})
        assert agreed.location == "/join/done"
        return browser.get("/join/done")

    assert cannot_be_told_apart(*medians(ask))


@pytest.fixture
def college(
    make_database: MakeDatabase, queue_url: str, with_real_hashes: None
) -> Iterator[tuple[Flask, str]]:
    environ = {
        "COLLEGE_SECRET_KEY": "for tests",
        "COLLEGE_DATABASE_URL": make_database(),
        "COLLEGE_QUEUE_URL": queue_url,
    }
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        flask_migrate.stamp()
        ada = make_person("Ada Osei", email="ada@example.org")
        with transaction():
            assert ada.sign_in
            ada.sign_in.password_hash = passwords.hashed(GOOD)
        db.session.remove()
        with serving(environ) as server:
            yield app, server.site
        db.session.remove()
        db.engine.dispose()


def token_in(page: str) -> str:
    return page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def press(site: str, address: str, **typed: str) -> requests.Response:
    """Somebody opens a page, fills in what it asks, and sends it."""
    with requests.Session() as browser:
        page = browser.get(f"{site}{address}", timeout=60)
        data = typed | {"csrf_token": token_in(page.text)}
        return browser.post(f"{site}{address}", data=data, timeout=60, allow_redirects=False)


def test_fifty_guesses_at_once_over_four_processes_close_the_account_once(
    college: tuple[Flask, str],
) -> None:
    _app, site = college

    def guess(number: int) -> int:
        wrong = f"a wrong guess {number}"
        answer = press(site, "/sign-in", email="ada@example.org", password=wrong, how="password")
        return answer.status_code

    with ThreadPoolExecutor(GUESSES) as guessers:
        statuses = list(guessers.map(guess, range(GUESSES)))
    assert statuses == [422] * GUESSES
    said = select(func.count(AuditEntry.id)).where(AuditEntry.verb == "throttled")
    assert db.session.scalars(said).one() == 1
    assert db.session.scalars(select(func.count(OutboxMessage.id))).one() == 1
    blocked = db.session.scalars(select(Throttle).where(Throttle.blocked_until.is_not(None)))
    assert [row.tries >= 10 for row in blocked] == [True]
    right = press(site, "/sign-in", email="ada@example.org", password=GOOD, how="password")
    assert right.status_code == 422
    ada = db.session.scalars(select(Person)).one()
    key = make_link(None, ada, "ada@example.org")
    assert press(site, f"/sign-in/link/{key}").status_code == 302
    visits = select(func.count(Visit.id)).where(Visit.ends_at > clock.now())
    assert db.session.scalars(visits).one() == 1
