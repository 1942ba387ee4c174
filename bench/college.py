"""A college of each size on one database: its pages, its places, its mail, its registers."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from statistics import median
from tempfile import TemporaryDirectory

from bench import apart, lasting, messages, pages, places, registers
from bench.databases import database, queue_in
from bench.pages import Served
from bench.progress import say
from bench.server import Server, serving
from bench.table import Line, only, spread
from recovery_college.app import create_app
from recovery_college.database import db

HOT_RUN, FULL_RUN = 2, 3  # not the first, for which no room has so many places
MEMORY, GROWTH = 100, 1.05  # megabytes of a worker at rest, and how much more it may have later


def measure(kind: str, url: str, process: int | None, asked: Namespace) -> list[Line]:
    """Of each size; what does not depend on it, of the first alone."""
    lines: list[Line] = []
    smallest = 0.0
    for size in asked.sizes:
        name = f"{kind} {size:,} runs: "
        say(f"{kind}: writing a college of {size:,} runs")
        written = pages.write(url, size)
        environ = {"COLLEGE_DATABASE_URL": url, "BENCH_DATABASE_URL": url}
        with (
            TemporaryDirectory() as folder,
            serving("bench.bare:app", environ, process) as bare,
            serving("wsgi:app", environ | queue_in(folder), process) as ours,
        ):
            served = Served(name, url, written, bare, ours)
            figures = pages.rounds(served, asked.requests, asked.rounds)
            lines += pages.lines(name, figures)
            lines += pages.statement_lines(name, written)
            lines += _memory_lines(name, ours)
            if size == asked.sizes[0]:
                lines += _once(kind, served, asked)
            lines.append(_search_line(name, environ, asked))
            cost = median(figure.cpu for figure in figures["courses"])
            smallest = smallest or cost
            against = f"{name}/courses against {asked.sizes[0]} runs"
            lines.append(only(against, "x", cost / smallest, 1.15))
    return lines


def _memory_lines(name: str, ours: Server) -> list[Line]:
    own = Line(f"{name}what one worker more takes", "MB", spread([ours.own_memory()]))
    return [only(f"{name}memory of a worker", "MB", ours.memory(), MEMORY), own]


def _once(kind: str, served: Served, asked: Namespace) -> list[Line]:
    name, url = served.name, served.url
    lines = _messages_lines(name, url, asked)
    lines.append(_register_line(name, kind, asked))
    if kind == "postgresql":
        lines += _places_lines(served, asked)
        lines += apart.lines(url, served.ours.database, asked.requests, asked.rounds)
    if not asked.lasting:
        return lines
    say(f"{name}{asked.lasting:,} requests, and what is left of them")
    grown = lasting.growth(served.ours, served.written, asked.lasting)
    what = f"{name}memory of a worker after {asked.lasting:,} requests more"
    return [*lines, only(what, "x", grown, GROWTH)]


def _places_lines(served: Served, asked: Namespace) -> list[Line]:
    """Everybody at one run, beside a bare page over one hot row; and two hundred for twenty."""
    say("postgresql: everybody wants a place")
    app = create_app({"COLLEGE_DATABASE_URL": served.url})
    with app.app_context():
        places.prepare_hot_row()
        places.set_places(HOT_RUN, places.MANY)
        places.set_places(FULL_RUN, places.FEW)
        many = asked.requests
        limit, made = [], []
        for number in range(asked.rounds + 1):  # the first warms up and is not counted
            hot = places.rush(served.bare, places.bare_presses(many), many)
            own = places.rush(served.ours, places.presses(app, [HOT_RUN], many), many)
            if number:
                limit.append(hot.rate)
                made.append(own.rate)
        crowd = places.rush(served.ours, places.presses(app, [FULL_RUN], 200), 200, clients=32)
        db.session.remove()
        db.engine.dispose()
    share = median(ours / theirs for ours, theirs in zip(made, limit, strict=True))
    what = "postgresql: an enrolment over HTTP"
    return [
        Line("postgresql: bare Flask over a hot row", "requests/s", spread(limit)),
        Line(what, "requests/s", spread(made), "hot row", 1 / share, 5),
        only("postgresql: 200 people for 20 places", "s", crowd.seconds, 1.6),
        only("postgresql: the same with 32 clients, p99", "ms", crowd.p99, 250),
    ]


def _messages_lines(name: str, url: str, asked: Namespace) -> list[Line]:
    """Nothing else is asked of the machine meanwhile."""
    say(f"{name}mail")
    mail = messages.measure(url, HOT_RUN, asked.requests)
    return [
        Line(f"{name}from an enrolment to its mail", "ms", spread(mail.waits), goal=2000),
        only(f"{name}a message, when many wait for one worker", "ms", mail.each, 5),
    ]


def _register_line(name: str, kind: str, asked: Namespace) -> Line:
    """In a college of its own."""
    say(f"{name}registers")
    with database(kind) as (url, _process):
        costs = registers.measure(url, asked.rounds * 4)
    return Line(f"{name}a register of twenty, saved", "ms CPU", spread(costs), goal=15)


def _search_line(name: str, environ: dict[str, str], asked: Namespace) -> Line:
    """Finding a time for a pair with full calendars, by itself."""
    command = [sys.executable, "-m", "bench.search", str(asked.rounds), str(asked.requests // 8)]
    settings = os.environ | environ
    done = subprocess.run(command, env=settings, check=True, capture_output=True)  # noqa: S603  # ours
    pairs: list[tuple[float, float]] = json.loads(done.stdout)
    ratio = median(search / rows for search, rows in pairs)
    costs = spread(search for search, _ in pairs)
    return Line(f"{name}finding a time, without its page", "ms CPU", costs, "rows", ratio, 8)
