"""Server processes die in the middle of a rush: what was acknowledged is there, whole and once."""

import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event, Thread
from time import sleep

import pytest
import requests
from sqlalchemy import String, cast, exists, func, literal, select

from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from tests.enrolment.crowd import Server, Somebody, all_open, make_crowd, serving
from tests.enrolment.test_rush import College, make_open_run

FULL = os.environ.get("PROOF") == "full"
KILLS = 100 if FULL else 3
PEOPLE = 1200 if FULL else 30
EVERY = 1 / 30  # seconds between two who press: about thirty a second
DOUBLE_CLICKS = 1000 if FULL else 10


def kill_some(server: Server, stop: Event, killed: list[int]) -> None:
    """One process after the other, each without a warning, as a machine does it."""
    chance = random.Random(7)  # noqa: S311  # the same every time
    while not stop.is_set() and len(killed) < KILLS:
        sleep(PEOPLE * EVERY / KILLS / 2)
        workers = server.workers()
        if workers:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
                killed.append(1)


def press_until_answered(somebody: Somebody) -> str:
    """Somebody whose page did not load presses again, with the same form."""
    for _ in range(60):
        with suppress(requests.RequestException):
            answer = somebody.press()
            if answer.status_code == 302:
                return answer.headers["Location"]
        sleep(0.2)
    raise AssertionError("never answered")


@pytest.fixture
def pressing() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as people:
        yield people


def half_made() -> int:
    """Without its step, its line in the trail, or its message."""
    subject = literal("enrolment:") + cast(Enrolment.id, String)
    parts = (
        exists().where(EnrolmentStep.enrolment_id == Enrolment.id),
        exists().where(AuditEntry.subject == subject),
        exists().where(OutboxMessage.thread == literal("enrolment:") + Enrolment.uid),
    )
    whole = parts[0] & parts[1] & parts[2]
    return db.session.scalars(select(func.count(Enrolment.id)).where(~whole)).one()


def test_no_acknowledged_place_is_lost_and_none_is_half_made_when_processes_are_killed(
    college: College, pressing: ThreadPoolExecutor
) -> None:
    app, environ = college
    run_id = make_open_run(12)
    with serving(environ) as server:
        crowd = make_crowd(app, PEOPLE, server.site)
        all_open(crowd, run_id)
        stop, killed = Event(), list[int]()
        killer = Thread(target=kill_some, args=(server, stop, killed))
        killer.start()
        sent = []
        for somebody in crowd:
            sent.append(pressing.submit(press_until_answered, somebody))
            sleep(EVERY)
        told = [each.result() for each in sent]
        stop.set()
        killer.join()
    assert len(killed) >= KILLS // 2
    made = db.session.execute(select(Enrolment.id, Enrolment.person_id)).all()
    acknowledged = {f"/enrolments/{id}" for id, _ in made}
    assert (len(told), set(told)) == (PEOPLE, acknowledged)
    assert {person for _, person in made} == {somebody.person_id for somebody in crowd}
    assert half_made() == 0
    assert {name: rows for name, check in CHECKS.items() if (rows := check())} == {}


def test_a_double_click_is_one_request(college: College, pressing: ThreadPoolExecutor) -> None:
    app, environ = college
    run_id = make_open_run(12)
    with serving(environ) as server:
        crowd = make_crowd(app, DOUBLE_CLICKS, server.site)
        all_open(crowd, run_id)
        clicks = [pressing.submit(somebody.press) for somebody in crowd for _ in range(2)]
        answers = [click.result() for click in clicks]
    assert {answer.status_code for answer in answers} == {302}
    pairs = zip(answers[::2], answers[1::2], strict=True)
    assert all(one.headers["Location"] == two.headers["Location"] for one, two in pairs)
    assert db.session.scalar(select(func.count(Enrolment.id))) == DOUBLE_CLICKS
