"""What goes wrong in the middle of a rush: the database goes, or the run changes under it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter, sleep

import flask_migrate
import pytest
import requests
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.app import create_app
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.commands.capacity import edit_run
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State, TooFewPlaces
from recovery_college.operations.checks import CHECKS
from recovery_college.scheduling.models import Run
from tests import postgres
from tests.enrolment.crowd import Somebody, all_open, make_crowd, serving
from tests.enrolment.test_killing import half_made
from tests.enrolment.test_rush import College, make_open_run, states
from tests.factories import make_person

FULL = os.environ.get("PROOF") == "full"
RESTARTS, BETWEEN = 20 if FULL else 2, 50
EVERY = 0.02  # seconds between two who press
WELL_WITHIN = 5  # seconds after a restart
ROUNDS = 20 if FULL else 2
FIELDS = ("capacity", "term_id", "mode", "visibility", "drop_in", "joins_late")


def press_until_placed(somebody: Somebody) -> tuple[str, list[requests.Response]]:
    """Presses again and again, with the same form; gives where they are, and all the answers."""
    answers = []
    for _ in range(100):
        answers.append(somebody.press())
        if answers[-1].status_code == 302:
            return answers[-1].headers["Location"], answers
        sleep(0.1)
    raise AssertionError("never answered")


def broken() -> dict[str, list[str]]:
    return {name: rows for name, check in CHECKS.items() if (rows := check())}


@pytest.fixture
def fragile_college(queue_url: str) -> Iterator[College]:
    """On a PostgreSQL of its own, so that nobody else is disturbed."""
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("A server that is not ours is not restarted")
    with postgres.running() as url:
        environ = {"COLLEGE_SECRET_KEY": "for tests", "COLLEGE_DATABASE_URL": url}
        environ["COLLEGE_QUEUE_URL"] = queue_url
        app = create_app(environ)
        with app.app_context():
            db.create_all()
            flask_migrate.stamp()
            yield app, environ
            db.session.remove()
            db.engine.dispose()


def test_a_database_that_is_restarted_in_a_rush_loses_nothing_that_was_acknowledged(
    fragile_college: College,
) -> None:
    app, environ = fragile_college
    url, run_id = environ["COLLEGE_DATABASE_URL"], make_open_run(12)
    with serving(environ) as server, ThreadPoolExecutor(32) as pressing:
        crowd = make_crowd(app, RESTARTS * BETWEEN, server.site)
        all_open(crowd, run_id)
        db.session.remove()
        sent = []
        for number, somebody in enumerate(crowd):
            sent.append(pressing.submit(press_until_placed, somebody))
            sleep(EVERY)
            if number % BETWEEN == BETWEEN // 2:
                postgres.restart(url)
        came = [each.result() for each in sent]
    db.engine.dispose()
    away = [answer for _, answers in came for answer in answers if answer.status_code != 302]
    assert {(a.status_code, "Retry-After" in a.headers) for a in away} == {(503, True)}
    assert all("Nothing was lost" in answer.text for answer in away)
    made = db.session.scalars(select(Enrolment.id)).all()
    assert {place for place, _ in came} == {f"/enrolments/{id}" for id in made}
    assert (len(made), half_made(), broken()) == (len(crowd), 0, {})


def test_five_seconds_after_a_restart_all_is_well(fragile_college: College) -> None:
    app, environ = fragile_college
    run_id = make_open_run(12)
    with serving(environ) as server:
        crowd = make_crowd(app, 8, server.site)
        all_open(crowd, run_id)
        db.session.remove()
        postgres.restart(environ["COLLEGE_DATABASE_URL"])
        began = perf_counter()
        for somebody in crowd:
            press_until_placed(somebody)
        assert perf_counter() - began < WELL_WITHIN
    db.engine.dispose()


def test_places_that_change_while_ten_press_are_all_given_and_no_more(college: College) -> None:
    app, environ = college
    with serving(environ) as server, ThreadPoolExecutor(10) as pressing:
        for _ in range(ROUNDS):
            run_id, office = make_open_run(2), make_person().id
            crowd = make_crowd(app, 10, server.site)
            all_open(crowd, run_id)
            db.session.remove()
            sent = [pressing.submit(somebody.press) for somebody in crowd]
            for places in (4, 3, 7):
                resize(office, run_id, places)
            assert [each.result().status_code for each in sent] == [302] * 10
            db.session.remove()
            found = states(run_id)
            held = found[State.CONFIRMED] + found[State.OFFERED]
            assert (held, found[State.WAITING], broken()) == (7, 3, {})


def resize(office: int, run_id: int, places: int) -> None:
    """As many as that, unless more are held by now."""
    run = db.session.get_one(Run, run_id)
    values = {field: getattr(run, field) for field in FIELDS} | {"capacity": places}
    edit = Edit(values, prints_of(run, values))
    with suppress(TooFewPlaces):
        edit_run(db.session.get_one(Person, office), run, edit, the_college())
