"""What it costs to save a register of twenty: milliseconds of CPU in one process.

Each round is a session of its own: all twenty and both tutors are marked at once, over HTTP.
"""

import re
from collections.abc import Iterator
from time import process_time

import time_machine
from flask import Flask

from bench.data import signed_in
from recovery_college.app import create_app
from recovery_college.database import db
from tests.attendance.registering import MORNING, make_taught, pair_of

STUDENTS = 20


def measure(url: str, rounds: int) -> list[float]:
    """The first warms up and is not counted."""
    app = create_app({"COLLEGE_DATABASE_URL": url}, WTF_CSRF_ENABLED=False)
    with app.app_context(), time_machine.travel(MORNING, tick=True):
        db.create_all()
        found = list(_saved(app, rounds + 1))
        db.session.remove()
        db.engine.dispose()
    return found[1:]


def _saved(app: Flask, rounds: int) -> Iterator[float]:
    for number in range(rounds):
        run = make_taught(STUDENTS, f"Register {number}", capacity=STUDENTS)
        cookie = signed_in(app, pair_of(run)[0])
        address = f"/tutor/sessions/{run.sessions[0].id}/register"
        db.session.remove()
        with app.app_context():
            yield _save(app, address, cookie)


def _save(app: Flask, address: str, cookie: str) -> float:
    browser, headers = app.test_client(use_cookies=False), {"Cookie": cookie}
    page = browser.get(address, headers=headers).text
    lines = set(re.findall(r'name="([et]\d+)"', page))
    began = process_time()
    answer = browser.post(address, data=dict.fromkeys(lines, "present"), headers=headers)
    used = (process_time() - began) * 1000
    if len(lines) != STUDENTS + 2 or answer.status_code != 302:
        raise RuntimeError(f"{len(lines)} lines, and {answer.status_code}")
    return used
