"""An enrolment over HTTP, everybody at one run, beside a bare page that does the least of it.

The least is the classic transaction over a hot row: hold it, look, write the place, count it,
promise a message, write the trail, commit. Both are pressed by the same clients in turn.
"""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from itertools import cycle, islice
from secrets import token_hex
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, text, update

from bench.load import CLIENTS
from bench.server import Server
from recovery_college import clock
from recovery_college.accounts.models import Person, Visit
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.database import db, transaction
from recovery_college.editing import prints_of
from recovery_college.scheduling.models import Run

MANY, FEW = 10_000, 20  # places: so many that nobody waits, and so few that most do
APART = range(1, 16)  # rows of `hot_run`, of which usually one is hot
HOT = (
    "DROP TABLE IF EXISTS hot_place, hot_message, hot_line, hot_run",
    "CREATE TABLE hot_run (id int PRIMARY KEY, capacity int, held int)",
    "CREATE TABLE hot_place (id serial PRIMARY KEY, run_id int, who int, UNIQUE (run_id, who))",
    "CREATE TABLE hot_message (id serial PRIMARY KEY, body text)",
    "CREATE TABLE hot_line (id serial PRIMARY KEY, words text)",
    "INSERT INTO hot_run SELECT n, 100000, 0 FROM generate_series(1, 16) AS n",
)


@dataclass(frozen=True)
class Press:
    """One request that is ready to be sent."""

    path: str
    body: str
    cookie: str


@dataclass(frozen=True)
class Rush:
    """How many a second, and milliseconds of the slowest in a hundred."""

    rate: float
    p99: float
    seconds: float


def prepare_hot_row() -> None:
    with db.engine.begin() as connection:
        for statement in HOT:
            connection.execute(text(statement))


def set_places(run_id: int, places: int) -> None:
    with transaction():
        db.session.execute(update(Run).where(Run.id == run_id).values(capacity=places))


def presses(app: Flask, runs: Sequence[int], many: int) -> Iterator[Press]:
    """So many students who have the form before them: their session, their token, their key.

    One run after the other has its turn.
    """
    keys, now = [fresh_key() for _ in range(many)], clock.now()
    with transaction():
        people = [_student(token_hex(4), now) for _ in range(many)]
        db.session.add_all(people)
        db.session.flush()
        times = {"began_at": now, "seen_at": now, "ends_at": now + timedelta(hours=9)}
        visit: dict[str, Any] = times | {"device": "Phone", "own_device": False}
        rows = [
            visit | {"person_id": person.id, "key_digest": digest(key)}
            for person, key in zip(people, keys, strict=True)
        ]
        db.session.execute(insert(Visit), rows)
        shown = json.dumps(prints_of(people[0], ("needs", "needs_shared")))
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    tokens = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
    for key, run_id in zip(keys, cycle(runs), strict=False):
        token = token_hex(20)
        session = {"_user_id": key, "csrf_token": token} if cookies else {}
        signed = cookies.dumps(session) if cookies else ""
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={signed!s}"
        typed = {"csrf_token": tokens.dumps(token), "form_key": token_hex(11), "seen": shown}
        yield Press(f"/runs/{run_id}/enrol", urlencode(typed), cookie)


def _student(name: str, now: datetime) -> Person:
    return Person(name=f"Student {name}", email=f"{name}@example.org", joined_at=now)


def bare_presses(many: int, runs: Sequence[int] = (1,)) -> Iterator[Press]:
    for run_id in islice(cycle(runs), many):
        yield Press("/hot", urlencode({"who": int(token_hex(3), 16), "run": run_id}), "")


def rush(server: Server, pressed: Iterator[Press], many: int, clients: int = CLIENTS) -> Rush:
    """`many` presses by so many clients; every one must be answered with a redirect."""
    ready = list(islice(pressed, many))
    shares = [ready[first::clients] for first in range(clients)]
    began = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        sent = [pool.submit(send, server.port, share) for share in shares]
        times = sorted(time for share in sent for time in share.result())
    seconds = perf_counter() - began
    return Rush(many / seconds, times[int(len(times) * 0.99)] * 1000, seconds)


def send(port: int, share: list[Press]) -> list[float]:
    times = []
    for press in share:
        began = perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": press.cookie}
        connection.request("POST", press.path, press.body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        times.append(perf_counter() - began)
        if answer.status != 302:
            raise RuntimeError(f"{press.path} answered {answer.status}")
    return times
