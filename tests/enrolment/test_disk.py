"""SQLite's disk is full, may not be written to, or is locked: a pause that loses nothing."""

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import pytest
import requests
from sqlalchemy import func, select

from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from tests.conftest import ON_SQLITE
from tests.enrolment.crowd import Server, all_open, all_press, make_crowd, serving
from tests.enrolment.test_faults import broken, press_until_placed
from tests.enrolment.test_killing import half_made
from tests.enrolment.test_rush import College, make_open_run

pytestmark = ON_SQLITE
FULL = os.environ.get("PROOF") == "full"
PEOPLE = 8  # twice as many as there are processes: each waits five seconds for a lock
WELL_WITHIN = 5  # seconds after it is over
LOCKED = 30  # seconds
PLACED = 302
OBEDIENT = ("setpriv", "--bounding-set=-dac_override") if os.geteuid() == 0 else ()
"""Even as root they may write only what is not forbidden."""
Fault = Callable[[Server, Path], AbstractContextManager[None]]


@contextmanager
def a_full_disk(server: Server, _file: Path) -> Iterator[None]:
    """No file of theirs may grow or be written to, as where no room is left."""
    some, none = resource.getrlimit(resource.RLIMIT_FSIZE), 0
    _let_grow(server, (none, some[1]))
    yield
    _let_grow(server, some)


def _let_grow(server: Server, limits: tuple[int, int]) -> None:
    """First the one of whom the others come, for some may be about to."""
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
    for each in server.workers():
        resource.prlimit(each, resource.RLIMIT_FSIZE, limits)


@contextmanager
def a_file_to_read(_server: Server, file: Path) -> Iterator[None]:
    """Nobody may write to it, as after a restore by another user."""
    file.chmod(0o444)
    yield
    file.chmod(0o644)


@contextmanager
def a_lock(_server: Server, file: Path) -> Iterator[None]:
    """Somebody else writes, and takes their time."""
    taken, enough = Event(), Event()

    def write() -> None:
        other = sqlite3.connect(file, timeout=LOCKED, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        taken.set()
        enough.wait(LOCKED)
        other.rollback()
        other.close()

    writing = Thread(target=write)
    writing.start()
    assert taken.wait(LOCKED)
    yield
    if FULL:
        writing.join()
    enough.set()
    writing.join()


def check_paused(answers: Sequence[requests.Response]) -> None:
    assert answers
    said = {(each.status_code, "Retry-After" in each.headers) for each in answers}
    assert said == {(503, True)}
    assert all("Nothing was lost" in each.text for each in answers)


def made() -> int:
    db.session.remove()
    return db.session.scalars(select(func.count(Enrolment.id))).one()


@pytest.mark.parametrize(
    "fault", [a_full_disk, a_file_to_read, a_lock] if FULL else [a_file_to_read]
)
def test_who_presses_meanwhile_is_told_so_and_has_their_place_when_it_is_over(
    college: College, fault: Fault
) -> None:
    app, environ = college
    run_id = make_open_run(12)
    with serving(environ, OBEDIENT) as server:
        crowd = make_crowd(app, PEOPLE, server.site)
        db.session.remove()
        with fault(server, Path(environ["COLLEGE_DATABASE_URL"].removeprefix("sqlite:///"))):
            all_open(crowd, run_id)
            answers = all_press(crowd)
            if fault is a_file_to_read:  # a process that had it open already writes, and rightly so
                answers = [each for each in answers if each.status_code != PLACED]
            check_paused(answers)
            assert requests.get(f"{server.site}/courses", timeout=WELL_WITHIN).ok
        began = perf_counter()
        for somebody in crowd:
            press_until_placed(somebody)
        assert perf_counter() - began < WELL_WITHIN
    assert (made(), half_made(), broken()) == (PEOPLE, 0, {})
