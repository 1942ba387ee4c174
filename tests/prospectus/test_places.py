"""How many places are left, as the database counts them at this moment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.college.queries import the_college
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.capacity import set_aside, set_link_places
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import Way
from recovery_college.prospectus import queries
from recovery_college.prospectus.booking import Beside, Places
from recovery_college.prospectus.places import has_places, places_left
from recovery_college.scheduling.models import Run
from tests.factories import NOW, make_person, make_run

RELEASED = datetime(2027, 5, 20, 8, tzinfo=UTC)

pytestmark = [pytest.mark.usefixtures("app", "in_may")]


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ask(run: Run, **asked: Any) -> Enrolment:
    student = make_person()
    return enrol(student, student, Request(run, **asked), the_college())


def left(run: Run) -> tuple[int, bool, Places]:
    """By each of the ways in which pages ask."""
    number, has_some = db.session.execute(
        select(places_left(Run), has_places(Run)).where(Run.id == run.id)
    ).one()
    return number, bool(has_some), queries.beside([run]).places[run.id]


def test_a_place_that_is_held_or_offered_is_not_left() -> None:
    run = make_run(capacity=2)
    assert left(run) == (2, True, Places(room=2, in_all=2))
    ask(run)
    assert left(run) == (1, True, Places(room=1, in_all=2))
    last = ask(run)
    assert left(run) == (0, False, Places(room=0, in_all=2))
    waits = ask(run)
    give_up(make_person(), last, the_college())
    db.session.refresh(waits)
    assert (waits.state, left(run)) == ("offered", (0, False, Places(room=0, in_all=2)))


def test_nothing_is_left_while_somebody_waits_for_it() -> None:
    """On the day before, what comes free is offered by phone, and newcomers wait."""
    run = make_run(capacity=1)
    first = ask(run)
    waits = ask(run)
    with time_machine.travel("2027-06-06T12:00Z", tick=False):
        give_up(make_person(), first, the_college())
        assert queries.beside([run]).places == {run.id: Places(room=0, in_all=1)}
        assert left(run)[:2] == (0, False)
        give_up(make_person(), waits, the_college())
        assert left(run)[:2] == (1, True)


def test_whoever_asked_before_the_opening_is_not_in_the_queue_yet() -> None:
    run, dee = make_run(capacity=2), make_person()
    with transaction():
        run.term.enrolment_opens_at = RELEASED
    enrol(dee, make_person(), Request(run, way=Way.PHONE), the_college())
    assert left(run) == (2, True, Places(room=2, in_all=2))


def test_the_room_and_the_link_of_a_hybrid_run_are_counted_separately() -> None:
    run = make_run(capacity=1)
    with transaction():
        run.mode = Mode.HYBRID
    set_link_places(make_person(), run, 3, the_college())
    for by_link in (True, False, False):
        ask(run, by_link=by_link)
    assert left(run) == (2, True, Places(room=0, link=2, in_all=4))


def test_an_online_run_has_places_by_link_alone() -> None:
    run = make_run(capacity=3)
    with transaction():
        run.mode = Mode.ONLINE
    assert left(run) == (3, True, Places(link=3, in_all=3))


def test_places_that_are_set_aside_are_counted_apart_with_their_day() -> None:
    run = make_run(capacity=5)
    set_aside(make_person(), run, "Larch ward", 2, RELEASED)
    assert left(run) == (3, True, Places(room=3, kept=((RELEASED, 2),), in_all=5))


def test_a_drop_in_has_places_whatever_is_held() -> None:
    run = make_run(capacity=1)
    ask(run)
    with transaction():
        run.drop_in = True
    assert left(run)[:2] == (0, True)


def test_places_of_no_run_are_none() -> None:
    assert queries.beside([]) == Beside({}, {})
