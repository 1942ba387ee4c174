"""Many people on many server processes at once: real HTTP, with their sessions and their tokens."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert

from bench.server import free_port, wait_for
from recovery_college import clock
from recovery_college.accounts.models import Person, Visit
from recovery_college.accounts.rules import SHORT_VISIT
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.config import ROOT
from recovery_college.database import db, transaction
from tests.breaking import BREAK, broken

COOKIE = "college"
PROCESSES = 4
AT_ONCE = 32  # who press in the same moment, as seen by one machine
PATIENCE = 60  # seconds


@dataclass
class Server:
    """Gunicorn and its processes; whichever is killed, another takes its place."""

    process: subprocess.Popen[bytes]
    site: str

    def workers(self) -> list[int]:
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path) as listed:  # noqa: PTH123  # the system's own file
            return [int(each) for each in listed.read().split()]


@contextmanager
def serving(environ: dict[str, str], by: Sequence[str] = ()) -> Iterator[Server]:
    """Processes that know nothing of one another, without the guard that is broken, if one is.

    `by` is a program that starts them. They are killed at the end, for all have their answers by
    then, and five interpreters that tidy up before they go take longer than a rush.
    """
    port = free_port()
    is_whole = not (environ.get(BREAK) or broken())
    application = "wsgi:app" if is_whole else "tests.broken:app"
    command = [*by, sys.executable, "-m", "gunicorn", application, "-w", str(PROCESSES)]
    command += ["-b", f"127.0.0.1:{port}", "--preload", "--log-level", "critical"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, start_new_session=True)
    try:
        wait_for(port)
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


@dataclass
class Somebody:
    """One who has the form open in front of them."""

    site: str
    person_id: int
    cookie: str
    cookie_name: str = COOKIE
    address: str = ""
    form: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, run_id: int) -> requests.Response:
        self.address = f"{self.site}/runs/{run_id}/enrol"
        kept = {self.cookie_name: self.cookie}
        page = requests.get(self.address, cookies=kept, timeout=PATIENCE)
        fields = re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', page.text)
        self.form = {name: value.replace("&#34;", '"') for name, value in fields}
        self.cookies = {self.cookie_name: page.cookies.get(self.cookie_name) or self.cookie}
        return page

    def press(self) -> requests.Response:
        return requests.post(
            self.address,
            data=self.form,
            cookies=self.cookies,
            headers={"Referer": self.address},
            timeout=PATIENCE,
            allow_redirects=False,
        )


def make_crowd(app: Flask, many: int, site: str) -> list[Somebody]:
    """So many students, each with a device on which they are signed in."""
    now = clock.now()
    keys = [fresh_key() for _ in range(many)]
    with transaction():
        first = [_student(n, now) for n in range(many)]
        db.session.add_all(first)
        db.session.flush()
        ids = [person.id for person in first]
        visit = {"began_at": now, "seen_at": now, "ends_at": now + SHORT_VISIT, "device": "Phone"}
        rows = [
            visit | {"person_id": id, "key_digest": digest(key), "own_device": False}
            for id, key in zip(ids, keys, strict=True)
        ]
        db.session.execute(insert(Visit), rows)
    name = str(app.config["SESSION_COOKIE_NAME"])
    return [
        Somebody(site, id, cookie_of(app, key), name) for id, key in zip(ids, keys, strict=True)
    ]


def _student(number: int, now: datetime) -> Person:
    address = f"student{number}@example.org"
    return Person(name=f"Student {number}", email=address, joined_at=now)


def cookie_of(app: Flask, key: str) -> str:
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer
    return str(serializer.dumps({"_user_id": key}))


def all_open(crowd: Sequence[Somebody], run_id: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(lambda somebody: somebody.open(run_id), crowd))


def all_press(crowd: Sequence[Somebody], *, at_once: int = AT_ONCE) -> list[requests.Response]:
    with ThreadPoolExecutor(at_once) as people:
        return list(people.map(lambda somebody: somebody.press(), crowd))
