"""All recovery colleges of the world for ten years in one PostgreSQL, and what its reports cost.

By default 200,000 runs in thirty terms, 1,000,000 sessions, 2,500,000 places, 10,000,000 marks:
`python -m bench.world --part 0.01` writes a hundredth of them. Prints milliseconds of each report
of one term and of everything, its SQL statements, how long a download's first bytes take, and how
much the process has grown, each beside its goal.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from bench.data import sign_in_a_tutor_of_the_office
from bench.table import Line, keep, spread, written
from recovery_college import clock
from recovery_college.app import create_app
from recovery_college.database import Model, db
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.models import RunTally
from recovery_college.reports.tallies import sums_of_runs
from recovery_college.scheduling.models import Run
from tests import postgres
from tests.conftest import counted

RUNS, TERMS, STUDENTS, COURSES, TUTORS, VENUES = 200_000, 30, 1_000_000, 2_000, 10_000, 2_200
SESSIONS, PLACES = 5, 12.5  # of a run
A_TERM, EVERYTHING, FIRST_BYTES, GROWTH = 150, 500, 1_000, 50  # milliseconds, and megabytes
MOST = 10  # SQL statements
# One row a line of what a college writes down; who came and who taught goes round in hundreds.
STEPS = {
    "terms": """
INSERT INTO term (id, name, slug, starts_on, ends_on, public_at, enrolment_opens_at)
SELECT n, 'Term ' || n, 'term-' || n, d, d + 80, d, d FROM generate_series(1, :terms) AS n,
LATERAL (SELECT date '2016-09-12' + (n - 1) * 121 AS d) AS at""",
    "strands": """
INSERT INTO strand (id, name, slug, look, position)
SELECT n, 'Strand ' || n, 'strand-' || n, 'wave', n FROM generate_series(1, 6) AS n""",
    "courses": """
INSERT INTO course (id, title, slug, strand_id, state, mode, summary, description, learn, suits,
session_like, content_note, bring, first_session_needed, first_course_needed, search_title,
search_text, search_near)
SELECT n, 'Course ' || n, 'course-' || n, n % 6 + 1, 'published', 'in_person', '', '', '', '', '',
'', '', false, false, '', '', '' FROM generate_series(1, :courses) AS n""",
    "venues": """
INSERT INTO venue (id, name, slug, online, address, getting_there, buses, parking, toilets,
door_photo_words) SELECT n, 'Venue ' || n, 'venue-' || n, false, '', '', '', '', '', ''
FROM generate_series(1, :venues) AS n""",
    "rooms": """
INSERT INTO room (id, venue_id, name, exclusive, outside)
SELECT n, n, 'Room', false, false FROM generate_series(1, :venues) AS n""",
    "people": """
INSERT INTO person (id, name, called, pronouns, phone, address, contact_by, contact_when, discreet,
neutral, invites, needs, needs_shared, emergency_contact, earlier, search, made_at, active_at)
SELECT n, 'Person ' || n, '', '', '', '', 'email', '', true, false, 'week', '', false, '',
'', '', now(), now() FROM generate_series(1, :students + :tutors) AS n""",
    "tutors": """
INSERT INTO tutor (id, person_id, role, gap_minutes, no_evenings, prepare_minutes, debrief_minutes,
shown_as) SELECT n, :students + n, '', 0, false, 0, 0, 'not_named'
FROM generate_series(1, :tutors) AS n""",
    "runs": """
INSERT INTO run (id, course_id, term_id, capacity, mode, state, visibility, link_key, drop_in,
joins_late, starts_at, ends_at, weekday, part, regular, session_count, venue_id)
SELECT n, n % :courses + 1, t, 16, CASE n % 10 WHEN 0 THEN 'online' ELSE 'in_person' END,
'published', 'public', 'key-' || n, false, false, s, s + interval '28 days 2 hours', n % 5,
(ARRAY['morning', 'afternoon', 'evening'])[n % 3 + 1], true, :sessions, n % :venues + 1
FROM generate_series(1, :runs) AS n, LATERAL (SELECT (n - 1) * :terms / :runs + 1 AS t) AS term,
LATERAL (SELECT (date '2016-09-12' + (t - 1) * 121 + n % 5 + time '10:00') AT TIME ZONE
'Europe/London' AS s) AS at""",
    "pools": """
INSERT INTO pool (id, run_id, kind, name, capacity, held)
SELECT n, n, CASE n % 10 WHEN 0 THEN 'link' ELSE 'room' END, '', 16, 12
FROM generate_series(1, :runs) AS n""",
    "sessions": """
INSERT INTO session (id, run_id, kind, number, starts_at, ends_at, room_id, room_exclusive, link,
state, live, paired, alone_reason, alone_words, cancel_reason, taken)
SELECT (r.id - 1) * :sessions + k, r.id, 'teaching', k, s, s + interval '2 hours', r.venue_id,
false, '', CASE (r.id + k) % 33 WHEN 0 THEN 'cancelled' ELSE 'planned' END, (r.id + k) % 33 <> 0,
(r.id + k) % 14 <> 0, '', '', '', (r.id + k) % 25 <> 0
FROM run AS r, generate_series(1, :sessions) AS k,
LATERAL (SELECT r.starts_at + (k - 1) * interval '7 days' AS s) AS at""",
    "places": """
INSERT INTO enrolment (id, uid, person_id, run_id, pool_id, state, supporter, with_supporter,
requested_at, lot, came_by, behind)
SELECT n, 'uid-' || n, n::bigint * 7919 % :students + 1, r.id, r.id,
CASE n % 12 WHEN 0 THEN 'given_up' WHEN 1 THEN 'expired' ELSE 'completed' END, 'none', false,
r.starts_at - interval '20 days' - n % 900 * interval '1 hour', 0, 'online', false
FROM generate_series(1, :places) AS n
JOIN run AS r ON r.id = (n - 1)::bigint * :runs / :places + 1""",
    "steps of places": """
INSERT INTO enrolment_step (id, enrolment_id, state, why, at)
SELECT id, id, CASE WHEN state = 'expired' THEN 'waiting' ELSE 'confirmed' END, 'place_free',
requested_at FROM enrolment
UNION ALL SELECT :places + id, id, state, 'gave_up', requested_at + interval '9 days'
FROM enrolment WHERE state IN ('given_up', 'expired')""",
    "marks": """
INSERT INTO mark (id, session_id, run_id, enrolment_id, state, stands, marked_at, kept_at)
SELECT row_number() OVER (), s.id, s.run_id, e.id, CASE WHEN h < 58 THEN 'present' WHEN h < 63
THEN 'late' WHEN h < 66 THEN 'early' WHEN h < 82 THEN 'told' ELSE 'unheard' END, true, s.ends_at,
s.ends_at FROM session AS s JOIN enrolment AS e ON e.run_id = s.run_id AND e.state = 'completed',
LATERAL (SELECT (s.id % 100 * 37 + e.id % 100 * 61) % 100 AS h) AS hundred
WHERE s.taken AND s.state = 'planned'""",
    "tutors\u2019 marks": """
INSERT INTO tutor_mark (id, session_id, tutor_id, side, state, stands, marked_at, kept_at)
SELECT s.id * 2 + k, s.id, (s.run_id * 2 + k) % :tutors + 1,
CASE k WHEN 0 THEN 'lived' ELSE 'professional' END,
CASE WHEN (s.id * 37 + k) % 100 < 5 THEN 'away' ELSE 'present' END, true, s.ends_at, s.ends_at
FROM session AS s, generate_series(0, 1) AS k WHERE s.taken AND s.state = 'planned'""",
    "tallies": """
INSERT INTO session_tally (session_id, present, late, early, told, unheard, lived, professional,
tutors) SELECT m.session_id, m.p, m.l, m.e, m.t, m.u, w.l, w.p, 2 FROM (SELECT session_id,
count(*) FILTER (WHERE state = 'present') AS p, count(*) FILTER (WHERE state = 'late') AS l,
count(*) FILTER (WHERE state = 'early') AS e, count(*) FILTER (WHERE state = 'told') AS t,
count(*) FILTER (WHERE state = 'unheard') AS u FROM mark GROUP BY session_id) AS m
JOIN (SELECT session_id, count(*) FILTER (WHERE side = 'lived' AND state <> 'away') AS l,
count(*) FILTER (WHERE side = 'professional' AND state <> 'away') AS p FROM tutor_mark
GROUP BY session_id) AS w ON w.session_id = m.session_id""",
}


def main() -> int:
    asked = _arguments()
    lines: list[Line] = []
    with _server(asked.url) as url:
        app = create_app({"COLLEGE_DATABASE_URL": url})
        with app.app_context():
            if not asked.written:
                fill(asked.part)
            for line in _measured(app):
                lines.append(line)
                sys.stderr.write(f"{line.what}: {line.spread.median:,.0f} {line.unit}\n")
    sys.stdout.write(written(lines) + "\n")
    keep(lines, asked.json)
    return 0


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
        columns = [each.name for each in RunTally.__table__.columns]
        sums = sums_of_runs(select(Run.id).where(Run.ends_at < clock.now()), clock.now())
        connection.execute(insert(RunTally).from_select(columns, sums))
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
