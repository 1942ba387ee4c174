"""Two hundred people want twelve places in the same moment, on four server processes."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from recovery_college import clock
from recovery_college.accounts.rules import Side
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS
from tests.breaking import BREAK
from tests.enrolment.crowd import (
    Server,
    all_open,
    all_press,
    make_crowd,
    serving,
)
from tests.factories import make_run, make_term, make_tutor

College = tuple[Flask, dict[str, str]]
FULL = os.environ.get("PROOF") == "full"
PEOPLE, PLACES = 200 if FULL else 40, 12
ROUNDS = 20 if FULL else 1
LAST_PLACE_PEOPLE, LAST_PLACE_ROUNDS = 50 if FULL else 20, 200 if FULL else 1
UNLOCKED_ROUNDS = 12  # until it is seen


def make_open_run(capacity: int) -> int:
    """Which begins in forty days by the real clock, for the servers have no other."""
    first = (clock.now() + timedelta(days=40)).date()
    term = make_term()
    with transaction():
        term.public_at = term.enrolment_opens_at = clock.now() - timedelta(days=1)
    pair = (make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL))
    id = make_run(capacity=capacity, first=first, term=term, tutors=pair).id
    db.session.remove()
    return id


def rush(app: Flask, server: Server, people: int, places: int) -> tuple[int, Counter[int]]:
    """All have the form open, and all press; gives the run, and the answers by their status."""
    run_id = make_open_run(places)
    crowd = make_crowd(app, people, server.site)
    db.session.remove()
    all_open(crowd, run_id)
    answers = all_press(crowd, at_once=people)
    return run_id, Counter(answer.status_code for answer in answers)


def states(run_id: int) -> Counter[State]:
    counted = select(Enrolment.state, func.count()).where(Enrolment.run_id == run_id)
    rows = db.session.execute(counted.group_by(Enrolment.state))
    return Counter(dict(rows.all()))


def order_of(run_id: int) -> list[int]:
    """Who asked, in the order of ids, which is that of their recorded instants."""
    asked = select(Enrolment.id, Enrolment.requested_at).where(Enrolment.run_id == run_id)
    rows = db.session.execute(asked.order_by(Enrolment.id)).all()
    instants = [at for _, at in rows]
    assert instants == sorted(instants)
    return [id for id, _ in rows]


def held(run_id: int) -> int | None:
    kinds = (PoolKind.ROOM, PoolKind.LINK)
    return db.session.scalar(
        select(func.sum(Pool.held)).where(Pool.run_id == run_id, Pool.kind.in_(kinds))
    )


def test_twelve_of_two_hundred_have_a_place_and_all_others_wait_in_the_order_of_their_instants(
    college: College,
) -> None:
    app, environ = college
    with serving(environ) as server:
        for _ in range(ROUNDS):
            run_id, answers = rush(app, server, PEOPLE, PLACES)
            wanted = {State.CONFIRMED: PLACES, State.WAITING: PEOPLE - PLACES}
            assert (answers, states(run_id)) == ({302: PEOPLE}, wanted)
            confirmed = select(Enrolment.id).where(
                Enrolment.run_id == run_id, Enrolment.state == State.CONFIRMED
            )
            first = db.session.scalars(confirmed.order_by(Enrolment.id)).all()
            assert list(first) == order_of(run_id)[:PLACES]
            assert held(run_id) == PLACES
            db.session.remove()
    assert db.session.scalar(select(func.count(EnrolmentStep.id))) == ROUNDS * PEOPLE
    told = select(func.count(OutboxMessage.id)).where(OutboxMessage.thread.like("enrolment:%"))
    assert db.session.scalar(told) == ROUNDS * PEOPLE
    assert {name: rows for name, check in CHECKS.items() if (rows := check())} == {}


def test_of_fifty_who_want_the_last_place_one_has_it(
    college: College,
) -> None:
    app, environ = college
    with serving(environ) as server:
        for _ in range(LAST_PLACE_ROUNDS):
            run_id, answers = rush(app, server, LAST_PLACE_PEOPLE, 1)
            wanted = {State.CONFIRMED: 1, State.WAITING: LAST_PLACE_PEOPLE - 1}
            assert (answers, states(run_id)) == ({302: LAST_PLACE_PEOPLE}, wanted)
            db.session.remove()


@pytest.mark.parametrize("guarded", [True, False] if FULL else [False])
def test_without_the_lock_the_database_stops_at_twelve_and_without_its_guard_it_is_one_too_many(
    college: College, guarded: bool
) -> None:
    """The negative control: a server that looks without locking, as others do."""
    app, environ = college
    if not guarded:
        _drop_the_guard()
    rounds: list[tuple[int, set[int]]] = []
    with serving(environ | {BREAK: "locks"}) as server:
        most = 3 if guarded else UNLOCKED_ROUNDS
        while len(rounds) < most and (guarded or not any(map(_went_wrong, rounds))):
            run_id, answers = rush(app, server, 60, PLACES)
            rounds.append((states(run_id)[State.CONFIRMED], set(answers)))
            db.session.remove()
    assert all(statuses <= {302, 422, 500, 503} for _, statuses in rounds)
    if guarded:
        assert max(sold for sold, _ in rounds) <= PLACES
    else:
        assert any(map(_went_wrong, rounds))


def _went_wrong(one: tuple[int, set[int]]) -> bool:
    """A busy machine may let them in one by one, so that it takes more than one rush to see."""
    sold, statuses = one
    return sold > PLACES or statuses != {302}


def _drop_the_guard() -> None:
    """PostgreSQL's check; SQLite's can't be dropped, so there it is the count that goes."""
    sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "DROP TRIGGER guard_place_added"
                if sqlite
                else "ALTER TABLE pool DROP CONSTRAINT ck_pool_never_too_many"
            )
        )
