"""The grown-up set-up: no process keeps anything to itself, and any may die at any moment."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from email import message_from_bytes
from pathlib import Path
from threading import Event
from time import sleep

import flask_migrate
import psycopg
import pytest
import requests
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts import passwords
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.app import create_app
from recovery_college.college.commands import go_live
from recovery_college.config import ROOT
from recovery_college.courses.models import Course
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.jobs import jobs_of
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from tests.clients import Seen, beside, enrol, look_around
from tests.enrolment.crowd import Somebody, cookie_of, make_crowd
from tests.enrolment.test_killing import half_made
from tests.enrolment.test_rush import make_open_run
from tests.factories import make_person, make_visit
from tests.grown_up import GrownUp, Phone, Piece, grown_up, migrate_to_the_next
from tests.intake.workbooks import college as small_workbook
from tests.intake.workbooks import meets, write
from tests.operations.test_worker import without_quiet_hours
from tests.operations.waiting import FULL, wait_until
from tests.post_office import words_in

LASTS = 300 if FULL else 4  # seconds
EVERY = 0.1  # seconds between two who press
PEOPLE = int(LASTS / EVERY)
BETWEEN_KILLS = (2.0, 5.0) if FULL else (0.6, 0.6)
PATIENCE = 60  # seconds
GOOD = "seven green boats"
UPGRADING = 200 if FULL else 30  # who enrol meanwhile
TRIES = 10  # wrong passwords, and then it rests
ALLOWED = {"302", "200", "503", "ConnectionError", "ChunkedEncodingError", "SSLError"}
BACKENDS = """SELECT pid FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GrownUp]:
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("A server that is not ours is not killed")
    home = tmp_path_factory.mktemp("grown-up")
    with pytest.MonkeyPatch.context() as patch, grown_up(home, make_tables) as started:
        patch.setenv("REQUESTS_CA_BUNDLE", started.certificate)
        wait_until(started.is_up)
        yield started


def make_tables(environ: dict[str, str]) -> None:
    app = create_app(environ)
    with app.app_context():
        db.create_all()
        flask_migrate.stamp()
        without_quiet_hours()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def college(whole: GrownUp) -> Iterator[Flask]:
    """The same college, to look into from outside."""
    app = create_app(whole.environ)
    with app.app_context():
        yield app
        jobs_of(app).queue.storage.close()
        db.session.remove()
        db.engine.dispose()


def phone_of(app: Flask, person: Person | None = None) -> Phone:
    phone = Phone(str(app.config["SESSION_COOKIE_NAME"]))
    if person:
        phone.kept[phone.name] = cookie_of(app, make_visit(person).key)
        db.session.remove()
    return phone


def somebody_with_password(address: str) -> Person:
    person = make_person(email=address)
    with transaction():
        assert person.sign_in
        person.sign_in.password_hash = passwords.hashed(GOOD)
    return person


def come_in(phone: Phone, group: str, address: str, password: str) -> requests.Response:
    return phone.post(f"{group}/sign-in", email=address, password=password, how="password")


def test_who_came_in_at_one_group_goes_on_at_the_other(whole: GrownUp, college: Flask) -> None:
    """Signing in, a calendar's address, a link in a mail that either worker sends."""
    one, other = whole.groups
    somebody_with_password("ada@example.org")
    phone = phone_of(college)
    assert come_in(phone, one, "ada@example.org", GOOD).status_code == 302
    assert [phone.get(f"{group}/my").status_code for group in whole.groups] == [200, 200]
    phone.post(f"{other}/my/calendar", name="Phone")
    feed = re.search(r"/calendar/[\w.-]+\.ics", phone.get(f"{one}/my/calendar").text)
    assert feed
    anybody = phone_of(college)
    assert [anybody.get(group + feed[0]).status_code for group in whole.groups] == [200, 200]
    phone = phone_of(college)
    phone.post(f"{other}/sign-in", email="ada@example.org", how="link")
    wait_until(lambda: "ada@example.org" in whole.office.recipients)
    link = re.search(r"/sign-in/link/\S+", words_in(whole.office.read()[-1]))
    assert link
    assert phone.post(one + link[0]).status_code == 302
    assert phone.get(f"{other}/my").status_code == 200


def test_tries_are_counted_together(whole: GrownUp, college: Flask) -> None:
    somebody_with_password("bo@example.org")
    for number in range(TRIES):
        group = whole.groups[number % 2]
        assert come_in(phone_of(college), group, "bo@example.org", "wrong").status_code == 422
    for group in whole.groups:
        assert come_in(phone_of(college), group, "bo@example.org", GOOD).status_code == 422


def test_a_workbook_that_one_group_was_sent_is_taken_by_the_other(
    whole: GrownUp, college: Flask, tmp_path: Path
) -> None:
    one, other = whole.groups
    olu = phone_of(college, make_person("Olu Bankole", Role.MANAGER, email="olu@example.org"))
    book = write(tmp_path / "ours.xlsx", small_workbook(meets())).read_bytes()
    files = {"workbook": ("ours.xlsx", book)}
    at = olu.post(f"{one}/office/import", files=files).headers["Location"]
    assert "Sleep well" not in db.session.scalars(select(Course.title)).all()
    taken = olu.post(f"{other}{at}/take", seen_at=other + at)
    assert (taken.status_code, taken.headers["Location"]) == (302, at)
    assert "Sleep well" in db.session.scalars(select(Course.title)).all()


def backends(url: str) -> list[int]:
    """The processes of PostgreSQL that answer the college."""
    with psycopg.connect(url) as connection:
        return [process for (process,) in connection.execute(BACKENDS)]


Kinds = dict[str, Callable[[], list[int]]]


def kinds_of(whole: GrownUp) -> Kinds:
    return {
        "web process": lambda: [child for web in whole.webs for child in web.children],
        "web master": lambda: [web.id for web in whole.webs],
        "worker": lambda: [worker.id for worker in whole.workers],
        "proxy process": lambda: whole.proxy.children,
        "database": lambda: backends(whole.environ["COLLEGE_DATABASE_URL"]),
        "proxy master": lambda: [whole.proxy.id],
    }


def kill_some(whole: GrownUp, killed: Counter[str], stop: Event) -> None:
    """One of each kind first and, in the full count, then any; each without a warning."""
    chance, kinds = random.Random(7), kinds_of(whole)  # noqa: S311  # the same every time
    wanted = list(kinds)
    while (wanted or FULL) and not stop.wait(chance.uniform(*BETWEEN_KILLS)):
        kind = wanted[0] if wanted else chance.choice(list(kinds))
        with suppress(IndexError, ProcessLookupError, psycopg.Error):  # it is away just now
            os.kill(chance.choice(kinds[kind]()), signal.SIGKILL)
            killed[kind] += 1
            del wanted[:1]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_any_one_process_may_die_and_nothing_is_lost_or_doubled(
    whole: GrownUp, college: Flask
) -> None:
    go_live(make_person())  # which a workbook had paused
    run_id = make_open_run(12)
    crowd = make_crowd(college, PEOPLE, whole.site)
    db.session.remove()
    seen, killed = Seen(), Counter[str]()
    with ExitStack() as ends, ThreadPoolExecutor(64) as pressing:
        ends.enter_context(beside(kill_some, whole, killed))
        ends.enter_context(beside(look_around, whole.site, seen))
        sent = []
        for somebody in crowd:
            sent.append(pressing.submit(enrol, somebody, run_id, seen))
            sleep(EVERY)
        told = [each.result() for each in sent]
    db.engine.dispose()
    assert set(killed) == set(kinds_of(whole))
    assert (faults_of(whole), seen.unclean, set(seen.answers) - ALLOWED) == ([], [], set())
    nothing_is_lost_or_doubled(crowd, told)
    every_letter_comes_and_once(whole, crowd, killed["worker"] + killed["database"])
    checked = subprocess.run(
        [sys.executable, "-m", "flask", "check"],
        cwd=ROOT,
        env=os.environ | whole.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def faults_of(whole: GrownUp) -> list[str]:
    """What the web says of itself; that the database was away is none."""
    log = (whole.home / "web.log").read_text()
    return [line for line in log.splitlines() if "fault " in line]


def nothing_is_lost_or_doubled(crowd: list[Somebody], told: list[str]) -> None:
    rows = db.session.execute(select(Enrolment.person_id, Enrolment.id)).all()
    made = {row.person_id: row.id for row in rows}
    assert told == [f"/enrolments/{made[somebody.person_id]}" for somebody in crowd]
    assert (len(made), half_made()) == (len(crowd), 0)


def every_letter_comes_and_once(whole: GrownUp, crowd: list[Somebody], deaths: int) -> None:
    """Of those whose worker died a second one may come, to the byte the same; in the small count
    nobody waits for it, since a claim is given up after three minutes only."""
    promised = select(OutboxMessage.state).where(OutboxMessage.thread.like("enrolment:%"))

    def claimed_by_the_dead() -> int:
        db.session.rollback()
        states = Counter(db.session.scalars(promised).all())
        assert states.total() == len(crowd)
        return len(crowd) - states[MessageState.SENT]

    wait_until(lambda: claimed_by_the_dead() <= (0 if FULL else deaths))
    to = Counter(each for each in whole.office.recipients if each.startswith("student"))
    assert len(crowd) - deaths * (not FULL) <= len(to) <= len(crowd)
    assert to.total() - len(to) <= deaths
    letters = set(whole.office.letters)  # of one moment: others still come
    assert len(letters) == len({message_from_bytes(each)["Message-ID"] for each in letters})


def start_again(web: Piece, group: str) -> None:
    """Gently, and the other group is left alone until this one serves."""
    before = web.id
    web.end()
    wait_until(lambda: web.id != before)
    assert requests.get(f"{group}/readyz", timeout=PATIENCE).status_code == 200


def test_an_upgrade_lets_nobody_wait_in_vain(
    whole: GrownUp, college: Flask, tmp_path: Path
) -> None:
    """The tables first, under the code that serves; then one group after the other."""
    run_id = make_open_run(12)
    crowd = make_crowd(college, UPGRADING, whole.site)
    db.session.remove()
    db.engine.dispose()
    seen = Seen()
    with beside(look_around, whole.site, seen), ThreadPoolExecutor(16) as pressing:
        sent = [pressing.submit(enrol, each, run_id, seen) for each in crowd[: UPGRADING // 2]]
        migrate_to_the_next(whole, tmp_path / "migrations")
        sent += [pressing.submit(enrol, each, run_id, seen) for each in crowd[UPGRADING // 2 :]]
        for web, group in zip(whole.webs, whole.groups, strict=True):
            start_again(web, group)
        told = [each.result() for each in sent]
    assert (faults_of(whole), seen.unclean) == ([], [])
    assert set(seen.answers) == {"200", "302"}
    assert len(set(told)) == UPGRADING
