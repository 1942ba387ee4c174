"""Measure pages beside their limits, on both databases, in one run."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import create_engine, event, text

from bench import data, messages, places, registers
from bench.load import CLIENTS, Figure, load, tag_of
from bench.server import Server, serving
from bench.table import Line, keep, spread, written
from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.database import db
from tests import postgres

SEARCH = "/courses?q=sleep"
TIMES = f"/tutor/sessions/{data.SESSIONS}/times"  # of a pair with full calendars
SIGNED_IN = ("/my", "/tutor", "/office", TIMES)
MOST_PUBLIC, MOST_SIGNED_IN = 6, 10  # SQL statements of a page
MOST_TIMES = 18
HOT_RUN, FULL_RUN = 2, 3  # not the first, for which no room has so many places


def main() -> int:
    asked = _arguments()
    lines: list[Line] = []
    for database in asked.databases:
        with _database(database) as (url, process):
            lines += _measure(database, url, process, asked)
    sys.stderr.write("\r" + " " * 78 + "\r")
    sys.stdout.write(written(lines) + "\n")
    keep(lines, asked.json)
    sys.stdout.write(f"The same as JSON: {asked.json}\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 200, 2000, 20000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--requests", type=int, default=400, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("instance/bench.json"))
    return parser.parse_args()


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, int | None]]:
    """Its address, and the process that works for it."""
    if kind == "postgresql":
        with postgres.running() as url:
            yield url, _postmaster(url)
        return
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/bench.sqlite", None


def _postmaster(url: str) -> int:
    """The process that PostgreSQL says it is."""
    with create_engine(url).connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().splitlines()[0])


def _measure(kind: str, url: str, process: int | None, asked: argparse.Namespace) -> list[Line]:
    lines: list[Line] = []
    smallest = 0.0
    for size in asked.sizes:
        _say(f"{kind}: writing a college of {size:,} runs")
        statements, keys = _fill_and_count(url, size)
        environ = {"COLLEGE_DATABASE_URL": url, "BENCH_DATABASE_URL": url}
        with (
            TemporaryDirectory() as folder,
            serving("bench.bare:app", environ, process) as bare,
            serving("wsgi:app", environ | _queue_in(folder), process) as ours,
        ):
            figures = _rounds(bare, ours, asked, keys, f"{kind}: {size:,} runs")
            made = _lines(f"{kind} {size:,} runs: ", figures)
            smallest = smallest or made[1].spread.median
            growth = made[1].spread.median / smallest
            lines += made
            if size == asked.sizes[0]:
                lines += _messages_lines(f"{kind} {size:,} runs: ", url, asked)
                lines.append(_register_line(f"{kind} {size:,} runs: ", kind, asked))
                if kind == "postgresql":
                    lines += _places_lines(url, bare, ours, asked)
            lines.append(_search_line(f"{kind} {size:,} runs: ", environ, asked))
            lines += [
                _only(f"{kind} {size:,} runs: SQL statements of {path}", "", number, most)
                for path, (number, most) in statements.items()
            ]
            lines.append(
                _only(f"{kind} {size:,} runs: memory of a worker", "MB", ours.memory(), 100)
            )
            lines.append(
                _only(
                    f"{kind} {size:,} runs: /courses against {asked.sizes[0]} runs",
                    "x",
                    growth,
                    1.15,
                )
            )
    return lines


def _queue_in(folder: str) -> dict[str, str]:
    """Or every promise of a message would cost a vain try to ask the worker."""
    return {"COLLEGE_QUEUE_URL": f"sqlite:///{folder}/queue.sqlite"}


@dataclass(frozen=True)
class Keys:
    """The cookie of somebody signed in, and the address of somebody's private calendar."""

    cookie: str
    feed: str


def _fill_and_count(url: str, size: int) -> tuple[dict[str, tuple[int, int]], Keys]:
    """How many statements each page takes and may take; and what opens the private ones."""
    app = create_app({"COLLEGE_DATABASE_URL": url})
    with app.app_context():
        db.drop_all()
        db.create_all()
        data.fill(size, clock.now().date())
        data.fill_calendars(clock.now().date())
        feed = data.fill_a_feed(size)
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        cookie = data.sign_in_a_tutor_of_the_office(app)
        numbers = {"/courses": (_statements(app, "/courses"), MOST_PUBLIC)}
        numbers |= {page: (_statements(app, page, cookie), MOST_SIGNED_IN) for page in SIGNED_IN}
        numbers[TIMES] = (numbers[TIMES][0], MOST_TIMES)
        db.session.remove()
        db.engine.dispose()
    return numbers, Keys(cookie, feed)


def _statements(app: Flask, path: str, cookie: str = "") -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with app.app_context():  # or who is signed in would be remembered from the page before
        answer = app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
    event.remove(db.engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(seen)


def _rounds(
    bare: Server, ours: Server, asked: argparse.Namespace, keys: Keys, doing: str
) -> dict[str, list[Figure]]:
    """Everything in turn, round by round, so that a slow minute is slow for all."""
    tag, same = ({"If-None-Match": tag_of(ours, page)} for page in ("/courses", keys.feed))
    few = max(CLIENTS, asked.requests // 8)  # of what takes long
    figures: dict[str, list[Figure]] = {}
    for number in range(asked.rounds + 1):  # the first warms up and is not counted
        _say(f"{doing}, round {number} of {asked.rounds}")
        measured = {
            "hello": load(bare, "/hello", asked.requests),
            "rows": load(bare, "/rows", asked.requests),
            "courses": load(ours, "/courses", asked.requests),
            "unchanged": load(ours, "/courses", asked.requests, expect=304, headers=tag),
            "search": load(ours, SEARCH, asked.requests),
            "library": load(bare, "/library", few),
            "feed": load(ours, keys.feed, few),
            "feed unchanged": load(ours, keys.feed, asked.requests, expect=304, headers=same),
        }
        for page in SIGNED_IN:
            measured[page] = load(ours, page, asked.requests, headers={"Cookie": keys.cookie})
        if number:
            for name, figure in measured.items():
                figures.setdefault(name, []).append(figure)
    return figures


def _lines(college: str, figures: dict[str, list[Figure]]) -> list[Line]:
    def cpu(what: str, name: str, limit: str = "", goal: float | None = None) -> Line:
        ratio = _ratio(figures, name, limit) if limit else None
        costs = spread(figure.cpu for figure in figures[name])
        return Line(college + what, "ms CPU", costs, limit, ratio, goal)

    def seen(what: str, unit: str, values: list[float]) -> Line:
        return Line(college + what, unit, spread(values))

    return [
        cpu("bare page", "rows", "hello"),
        cpu("/courses", "courses", "rows", 4),
        cpu("/courses, unchanged (304)", "unchanged", "rows", 2),
        cpu("/courses?q=", "search", "courses", 2),
        *(cpu(page, page, "rows", 8) for page in SIGNED_IN),
        cpu(f"a calendar of {data.IN_A_FEED} sessions by the library", "library"),
        cpu(f"a calendar of {data.IN_A_FEED} sessions", "feed", "library", 1.3),
        cpu(f"a calendar of {data.IN_A_FEED}, unchanged (304)", "feed unchanged", "rows", 2),
        cpu('bare "hello"', "hello"),
        seen("bare page", "requests/s", [figure.rate for figure in figures["rows"]]),
        seen("/courses", "requests/s", [figure.rate for figure in figures["courses"]]),
        seen("/courses", "ms at p99", [figure.p99 for figure in figures["courses"]]),
    ]


def _places_lines(url: str, bare: Server, ours: Server, asked: argparse.Namespace) -> list[Line]:
    """Everybody at one run, beside a bare page over one hot row; and two hundred for twenty."""
    _say("postgresql: everybody wants a place")
    app = create_app({"COLLEGE_DATABASE_URL": url})
    with app.app_context():
        places.prepare_hot_row()
        places.set_places(HOT_RUN, places.MANY)
        places.set_places(FULL_RUN, places.FEW)
        many = asked.requests
        limit, made = [], []
        for number in range(asked.rounds + 1):  # the first warms up and is not counted
            hot = places.rush(bare, places.bare_presses(many), many)
            own = places.rush(ours, places.presses(app, HOT_RUN, many), many)
            if number:
                limit.append(hot.rate)
                made.append(own.rate)
        crowd = places.rush(ours, places.presses(app, FULL_RUN, 200), 200, clients=32)
        db.session.remove()
        db.engine.dispose()
    share = median(ours / theirs for ours, theirs in zip(made, limit, strict=True))
    what = "postgresql: an enrolment over HTTP"
    return [
        Line("postgresql: bare Flask over a hot row", "requests/s", spread(limit)),
        Line(what, "requests/s", spread(made), "hot row", 1 / share, 5),
        _only("postgresql: 200 people for 20 places", "s", crowd.seconds, 1.6),
        _only("postgresql: the same with 32 clients, p99", "ms", crowd.p99, 250),
    ]


def _messages_lines(college: str, url: str, asked: argparse.Namespace) -> list[Line]:
    """Nothing else is asked of the machine meanwhile."""
    _say(f"{college}mail")
    mail = messages.measure(url, HOT_RUN, asked.requests)
    return [
        Line(f"{college}from an enrolment to its mail", "ms", spread(mail.waits), goal=2000),
        _only(f"{college}a message, when many wait for one worker", "ms", mail.each, 5),
    ]


def _register_line(college: str, kind: str, asked: argparse.Namespace) -> Line:
    """In a college of its own."""
    _say(f"{college}registers")
    with _database(kind) as (url, _process):
        costs = registers.measure(url, asked.rounds * 4)
    return Line(f"{college}a register of twenty, saved", "ms CPU", spread(costs), goal=15)


def _search_line(college: str, environ: dict[str, str], asked: argparse.Namespace) -> Line:
    """Finding a time for a pair with full calendars, by itself."""
    command = [sys.executable, "-m", "bench.search", str(asked.rounds), str(asked.requests // 8)]
    settings = os.environ | environ
    done = subprocess.run(command, env=settings, check=True, capture_output=True)  # noqa: S603  # ours
    pairs: list[tuple[float, float]] = json.loads(done.stdout)
    ratio = median(search / rows for search, rows in pairs)
    costs = spread(search for search, _ in pairs)
    return Line(f"{college}finding a time, without its page", "ms CPU", costs, "rows", ratio, 8)


def _ratio(figures: dict[str, list[Figure]], name: str, limit: str) -> float:
    """Round by round, so that it holds when the machine's speed drifts."""
    pairs = zip(figures[name], figures[limit], strict=True)
    return median(ours.cpu / theirs.cpu for ours, theirs in pairs)


def _only(what: str, unit: str, value: float, goal: float) -> Line:
    return Line(what, unit, spread([value]), goal=goal)


def _say(doing: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r" + doing.ljust(78))
    else:
        sys.stderr.write(doing + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    sys.exit(main())
