"""All recovery colleges of the world for ten years in one PostgreSQL, and what its reports cost.

By default 200,000 runs in thirty terms, 1,000,000 sessions, 2,500,000 places, 10,000,000 marks:
`python -m bench.world --part 0.01` writes a hundredth of them. Prints milliseconds of each report
of one term and of everything, its SQL statements, how long a download's first bytes take, and how
much the process has grown, each beside its goal.
"""

import argparse
import csv
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import false, insert, select, text

from bench.colleges import STEPS
from bench.data import sign_in_a_tutor_of_the_office
from bench.table import Line, keep, spread, written
from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.app import create_app
from recovery_college.college.queries import the_college
from recovery_college.database import Model, db
from recovery_college.reports.adding_up import COLUMNS, sums_of_runs
from recovery_college.reports.answers_counted import sums_of_answers
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.models import AnswerTally, RunTally, StudentTally
from recovery_college.reports.people_added_up import KEPT, sums_of_people
from recovery_college.reports.tutors_added_up import names_of, sums_of_tutors
from recovery_college.scheduling.models import Run
from tests import postgres
from tests.conftest import counted

RUNS, TERMS, STUDENTS, COURSES, TUTORS, VENUES = 200_000, 30, 1_000_000, 2_000, 14_000, 2_200
SESSIONS, PLACES = 5, 12.5  # of a run
A_TERM, EVERYTHING, FIRST_BYTES, GROWTH = 150, 500, 1_000, 50  # milliseconds, and megabytes
MOST, LONG_FILE, LONG_FILE_GROWTH = 10, 5, 15  # SQL statements; times a bare file; megabytes
A_LINE_A_RUN = """
SELECT course.title, run.starts_at, run.ends_at, tally.ran, tally.taken, tally.paired,
tally.both, tally.cancelled, tally.unrecorded, tally.lived_minutes, tally.professional_minutes,
run.id
FROM run JOIN course ON course.id = run.course_id JOIN run_tally AS tally ON tally.run_id = run.id
ORDER BY course.title, run.starts_at, run.id"""


def main() -> int:
    asked = _arguments()
    lines: list[Line] = []
    with _server(asked.url) as url:
        for line in measure(url, 0 if asked.written else asked.part):
            lines.append(line)
            sys.stderr.write(f"{line.what}: {line.spread.median:,.0f} {line.unit}\n")
    sys.stdout.write(written(lines) + "\n")
    keep(lines, asked.json)
    return 0


def measure(url: str, part: float) -> Iterator[Line]:
    """Each line as it is known. `part` of the world is written before, unless it is nothing."""
    app = create_app({"COLLEGE_DATABASE_URL": url})
    gc.freeze()  # as a web process does
    with app.app_context():
        if part:
            fill(part)
        yield from _measured(app)
        db.session.remove()
        db.engine.dispose()


def fill(part: float) -> None:
    """Without triggers and without looking at keys, which are right by how they are made."""
    sizes = {
        "runs": max(300, int(RUNS * part)),
        "terms": TERMS,
        "students": max(1_000, int(STUDENTS * part)),
        "courses": max(40, int(COURSES * part)),
        "tutors": max(44, int(TUTORS * part)),
        "venues": max(10, int(VENUES * part)),
        "sessions": SESSIONS,
    }
    sizes["places"] = int(sizes["runs"] * PLACES)
    Model.metadata.create_all(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for number, (what, statement) in enumerate(STEPS.items(), 1):
            _say(f"[{number} of {len(STEPS)}] writing {what}")
            connection.execute(text(statement), sizes)
        _say("adding up the runs that are over")
        over = select(Run.id).where(Run.ends_at < clock.now())
        sums = sums_of_runs(over, clock.now(), the_college().completion_percent)
        connection.execute(insert(RunTally).from_select(COLUMNS, sums))
        for kept, rows in sums_of_tutors(over, clock.now()).items():
            connection.execute(insert(kept).from_select(names_of(kept), rows))
        _say("adding up the students")
        people = sums_of_people(select(Person.id), clock.now())
        connection.execute(insert(StudentTally).from_select(KEPT, people))
        answers = sums_of_answers().add_columns(false())
        keys = ("term_id", "question", "answer", "students", "folding")
        connection.execute(insert(AnswerTally).from_select(keys, answers))
        for table in Model.metadata.sorted_tables:
            if "id" in table.c and table.name != "feedback":
                last = f"setval(pg_get_serial_sequence('{table.name}', 'id'), max(id))"
                connection.execute(text(f"SELECT {last} FROM {table.name}"))  # noqa: S608
    _say("letting the database look at its tables")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _measured(app: Flask) -> Iterator[Line]:
    browser = app.test_client(use_cookies=False)
    cookie = sign_in_a_tutor_of_the_office(app)
    asked = {"a term": ("term=15", A_TERM), "everything": ("term=0", EVERYTHING)}
    before = _megabytes()
    for name in REPORTS:
        for words, (query, goal) in asked.items():
            _say(f"asking for {name}, {words}")
            read = partial(_read, browser, f"/office/reports/{name}?{query}", cookie)
            times = [_milliseconds(read) for _ in range(4)]
            yield Line(f"{name}, {words}", "ms", spread(times[1:]), goal=goal)
            with counted() as statements:
                read()
            selects = [each for each in statements if each.startswith(("SELECT", "WITH"))]
            number = float(len(selects))
            yield Line(f"{name}, {words}: SQL", "statements", spread([number]), goal=MOST)
        first = _milliseconds(
            partial(_first, browser, f"/office/reports/{name}.csv?term=15", cookie)
        )
        yield Line(f"{name}: first bytes of CSV", "ms", spread([first]), goal=FIRST_BYTES)
    yield Line("growth of the process", "MB", spread([_megabytes() - before]), goal=GROWTH)
    yield from _long_file(browser, cookie)


def _long_file(browser: FlaskClient, cookie: str) -> Iterator[Line]:
    """Every run of everything as CSV, beside a cursor and the csv module over as many lines."""
    before = _megabytes()
    address = "/office/reports/co-delivery.csv?term=0"
    ours, lines = [], 0
    for _ in range(3):
        began = perf_counter()
        lines = _whole(browser, address, cookie)
        ours.append((perf_counter() - began) * 1000)
    what = f"co-delivery: a CSV of {lines:,} lines"
    yield Line(f"{what}: growth", "MB", spread([_megabytes() - before]), goal=LONG_FILE_GROWTH)
    bare = [_milliseconds(_by_cursor) for _ in ours]
    ratio = median(file / limit for file, limit in zip(ours, bare, strict=True))
    yield Line(what, "ms", spread(ours), "cursor + csv", ratio, LONG_FILE)


def _whole(browser: FlaskClient, address: str, cookie: str) -> int:
    """How many lines there are, read as they come."""
    with browser.application.app_context():
        answer = browser.get(address, headers={"Cookie": cookie}, buffered=False)
        return sum(part.count(b"\n") for part in answer.iter_encoded())


def _by_cursor() -> None:
    """Of each run what a line of the report has: twelve columns."""
    made, streamed = StringIO(), db.engine.connect().execution_options(stream_results=True)
    with streamed as connection:
        csv.writer(made).writerows(connection.execute(text(A_LINE_A_RUN)))


def _read(browser: FlaskClient, address: str, cookie: str) -> None:
    with browser.application.app_context():  # or it would remember the page before
        answer = browser.get(address, headers={"Cookie": cookie})
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _first(browser: FlaskClient, address: str, cookie: str) -> None:
    with browser.application.app_context():
        answer = browser.get(address, headers={"Cookie": cookie}, buffered=False)
        next(iter(answer.response))
        answer.close()


def _milliseconds(deed: Callable[[], object]) -> float:
    began = perf_counter()
    deed()
    return (perf_counter() - began) * 1000


def _megabytes() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with postgres.running() as made:
        yield made


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.world", description=__doc__)
    parser.add_argument("--part", type=float, default=1.0, help="of the world, as in 0.01")
    parser.add_argument("--url", default="", help="an empty PostgreSQL; else one is made")
    parser.add_argument("--written", action="store_true", help="it is there already: measure only")
    parser.add_argument("--json", type=Path, default=Path("instance/world.json"))
    return parser.parse_args()


def _say(doing: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {doing}\n")


if __name__ == "__main__":
    raise SystemExit(main())
