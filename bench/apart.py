"""Enrolments spread over many runs: what a second process adds, beside what it adds to bare Flask.

What holds each other up is then only the database's log and the processors of this machine.
"""

from collections.abc import Mapping
from tempfile import TemporaryDirectory

from flask import Flask

from bench.databases import queue_in
from bench.places import APART, MANY, bare_presses, presses, rush, set_places
from bench.progress import say
from bench.server import serving
from bench.table import Line, spread
from recovery_college.app import create_app
from recovery_college.database import db

RUNS = [n for n in range(4, 20) if n % 10]  # of each tenth somebody waits
PROCESSES = (1, 2)
NEAR = 1.15  # bare Flask may gain so much more


def lines(url: str, process: int | None, many: int, rounds: int) -> list[Line]:
    app = create_app({"COLLEGE_DATABASE_URL": url})
    with app.app_context():
        for run_id in RUNS:
            set_places(run_id, MANY)
        each = [_gains(app, url, process, many) for _ in range(rounds)]
        db.session.remove()
        db.engine.dispose()
    ours, bare = (spread(gain[name] for gain in each) for name in ("ours", "bare"))
    what = f"postgresql: {len(RUNS)} runs, rate of 2 processes against 1"
    return [
        Line(f"{what}, bare Flask", "x", bare),
        Line(what, "x", ours, "bare Flask", bare.median / ours.median, NEAR),
    ]


def _gains(app: Flask, url: str, process: int | None, many: int) -> Mapping[str, float]:
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    for workers in PROCESSES:
        say(f"postgresql: {len(RUNS)} runs, {workers} of us")
        environ = {"COLLEGE_DATABASE_URL": url, "BENCH_DATABASE_URL": url}
        with (
            TemporaryDirectory() as folder,
            serving("bench.bare:app", environ, process, workers) as bare,
            serving("wsgi:app", environ | queue_in(folder), process, workers) as ours,
        ):
            for count in (many // 4, many):  # the first warms up and is not counted
                limit = rush(bare, bare_presses(count, APART), count)
                own = rush(ours, presses(app, RUNS, count), count)
            rates["bare"].append(limit.rate)
            rates["ours"].append(own.rate)
    return {name: two / one for name, (one, two) in rates.items()}
