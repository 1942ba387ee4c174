"""Each check finds what breaks it, even what the database would have refused, and nothing else."""

from collections.abc import Iterator
from datetime import date, time

import pytest
import time_machine
from sqlalchemy import text

from recovery_college.accounts.rules import Side
from recovery_college.database import db, drop_guards
from recovery_college.scheduling.checks import CHECKS
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Tutor
from tests.factories import NOW, make_room, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")

ROOMS, TUTORS, PAIRED, COUNTED, SIDES, FITS, IN_STEP = CHECKS.values()
TO_THE_SAME_TIME = """UPDATE session SET starts_at = (SELECT starts_at FROM session WHERE id = :to),
ends_at = (SELECT ends_at FROM session WHERE id = :to) WHERE id = :id"""


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def say(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()
    db.session.expire_all()


def make_pair() -> tuple[Tutor, Tutor]:
    return make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)


def test_a_room_twice_at_once() -> None:
    room, online = make_room(), make_room(exclusive=False)
    one, other = make_run(room=room, sessions=2), make_run(room=room, at=time(14))
    make_run(room=room, at=time(12))
    make_run(room=online)
    make_run(room=online)
    assert ROOMS() == []
    drop_guards(db.session.connection())
    say(TO_THE_SAME_TIME, id=other.sessions[0].id, to=one.sessions[0].id)
    assert ROOMS() == [f"session:{other.sessions[0].id}"]
    say("UPDATE session SET live = false WHERE id = :id", id=one.sessions[0].id)
    assert ROOMS() == []


def test_a_long_session_clashes_with_every_one_that_begins_in_it() -> None:
    room = make_room()
    whole_day, *others = (make_run(room=room, at=time(hour)) for hour in (8, 10, 12, 15))
    drop_guards(db.session.connection())
    say(
        "UPDATE session SET ends_at = (SELECT starts_at FROM session WHERE id = :last) "
        "WHERE id = :id",
        id=whole_day.sessions[0].id,
        last=others[-1].sessions[0].id,
    )
    assert ROOMS() == [f"session:{run.sessions[0].id}" for run in others[:2]]


def test_a_tutor_twice_at_once() -> None:
    tutor = make_tutor()
    one, other = make_run(tutors=(tutor,)), make_run(tutors=(tutor,), at=time(14))
    assert TUTORS() == []
    drop_guards(db.session.connection())
    say(TO_THE_SAME_TIME, id=other.sessions[0].id, to=one.sessions[0].id)
    assert TUTORS() == [f"delivery:{other.sessions[0].deliveries[0].id}"]
    say("UPDATE delivery SET state = 'declined' WHERE session_id = :id", id=one.sessions[0].id)
    assert TUTORS() == []


def test_a_session_that_is_to_come_without_its_pair() -> None:
    make_run(tutors=make_pair())
    make_run(tutors=(make_tutor(),), first=date(2027, 4, 5))
    dated = make_run().sessions[0]
    say("UPDATE session SET pair_by_on = '2027-05-10' WHERE id = :id", id=dated.id)
    assert PAIRED() == []
    half = make_run(tutors=make_pair()).sessions[0]
    say("UPDATE delivery SET state = 'asked' WHERE side = 'lived' AND session_id = :id", id=half.id)
    assert PAIRED() == [f"session:{half.id}"]
    say("UPDATE run SET state = 'draft' WHERE id = :id", id=half.run_id)
    assert PAIRED() == []


def test_a_tutor_on_a_side_that_they_do_not_bring() -> None:
    tutor, _ = make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)
    past, coming = (make_run(tutors=(tutor,), first=date(2027, m, 5)) for m in (4, 7))
    assert SIDES() == []
    say("UPDATE delivery SET side = 'professional'")
    assert SIDES() == [f"delivery:{coming.sessions[0].deliveries[0].id}"]
    say("INSERT INTO tutor_side (tutor_id, side) VALUES (:id, 'professional')", id=tutor.id)
    assert SIDES() == []
    say("DELETE FROM tutor_side WHERE tutor_id = :id", id=tutor.id)
    assert SIDES() == [f"delivery:{coming.sessions[0].deliveries[0].id}"]
    say("UPDATE delivery SET state = 'asked' WHERE session_id = :id", id=coming.sessions[0].id)
    assert (SIDES(), past.sessions[0].deliveries[0].state) == ([], DeliveryState.ACCEPTED)
    say("UPDATE delivery SET state = 'accepted'")
    say("UPDATE session SET state = 'cancelled', live = false")
    assert SIDES() == []


def test_more_places_than_the_room_holds() -> None:
    make_run(capacity=20)
    run = make_run(sessions=2)
    say("UPDATE run SET capacity = 21 WHERE id = :id", id=run.id)
    assert FITS() == [f"run:{run.id}"]


@pytest.mark.parametrize(
    "change",
    [
        "starts_at = ends_at",
        "ends_at = starts_at",
        "weekday = 3",
        "part = 'evening'",
        "regular = NOT regular",
        "session_count = 1",
        "venue_id = NULL",
    ],
)
def test_a_line_in_the_prospectus_that_is_out_of_step(change: str) -> None:
    make_run(sessions=3)
    run = make_run(sessions=3)
    assert IN_STEP() == []
    say(f"UPDATE run SET {change} WHERE id = :id", id=run.id)
    assert IN_STEP() == [f"run:{run.id}"]


def test_a_run_that_lost_its_sessions_is_out_of_step() -> None:
    run = make_run()
    say("UPDATE session SET state = 'cancelled', live = false WHERE run_id = :id", id=run.id)
    assert IN_STEP() == [f"run:{run.id}"]


def test_a_session_that_wrongly_counts_as_paired() -> None:
    run = make_run(tutors=make_pair(), sessions=2)
    assert COUNTED() == []
    say("UPDATE session SET paired = :no WHERE id = :id", no=False, id=run.sessions[1].id)
    assert COUNTED() == [f"session:{run.sessions[1].id}"]
