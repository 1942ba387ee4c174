"""Places as a machine: whatever people do, in whatever order, what must be true stays true."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands import answering, capacity, dates, enrolling
from recovery_college.enrolment.commands.enrolling import Request
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import HELD, PoolKind, State, Way
from recovery_college.enrolment.rules import queue as rules
from recovery_college.errors import NotFound, Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.operations.checks import CHECKS as ALL
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import SessionState
from tests.breaking import broken, last_first, without_offers
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_room,
    make_run,
    make_term,
    make_tutor,
)

FULL = os.environ.get("PROOF") == "full"
SEQUENCES, STEPS = (2_000, 50) if FULL else (12, 12)
TO_FIND_OUT = 1000  # sequences at most, until what is broken is seen
PEOPLE, PLACES = 6, 2
FIRST = date(2027, 5, 24)  # three weeks on: near enough for calls and for the cut-off
RUN_FIELDS = ("capacity", "term_id", "mode", "visibility", "drop_in", "joins_late")
KEPT = (
    *(*RUN_FIELDS, "state", "starts_at", "ends_at", "weekday", "part"),
    *("regular", "session_count", "venue_id"),
)
Picked = st.integers(0, 99)
ON_ONE = pytest.mark.parametrize("make_database", ["sqlite"], indirect=True, scope="session")


class Places(RuleBasedStateMachine):
    """Six people, and two dates of one course with two places each."""

    traveller: Any
    world: dict[str, Any]

    @initialize(
        crowd=st.integers(0, PEOPLE),
        cap=st.sampled_from((0, 1, 3)),
        opens_in=st.sampled_from((-24, -24, 24)),
    )
    def begin(self, crowd: int, cap: int, opens_in: int) -> None:
        self.begin_with(crowd, cap, opens_in)

    def begin_with(self, crowd: int, cap: int, opens_in: int) -> None:
        """The rows of the last story go; the people and the dates stay. Some have come already."""
        self.traveller.move_to(NOW)
        self.cap = cap
        with transaction():
            self._clear()
            run = self.run(0)
            run.term.enrolment_opens_at = clock.now() + timedelta(hours=opens_in)
            db.session.merge(Setting(key="booking_cap_runs", value=str(cap)))
        self.before: dict[int, State] = {}
        self.waited: dict[int, list[tuple[rules.Place, int]]] = {}
        self.by_phone = False
        self.manager = db.session.get_one(Person, self.world["manager"])
        for number in range(crowd):
            self.enrol(number, 0, along=False)

    def _clear(self) -> None:
        """Whole pools first: the database refuses fewer places than none."""
        for table in (EnrolmentStep, Enrolment, OutboxMessage):
            db.session.execute(delete(table))
        db.session.execute(delete(Pool).where(Pool.kind == PoolKind.SET_ASIDE))
        db.session.expire_all()
        for run_id, kept in self.world["runs"].items():
            run = db.session.get_one(Run, run_id)
            pools = db.session.scalars(select(Pool).where(Pool.run_id == run_id)).all()
            for pool in pools:
                pool.capacity = None if pool.kind is PoolKind.CHAIRS else run.capacity
            db.session.flush()
            for field, value in kept.items():
                setattr(run, field, value)
            for session in run.sessions:
                session.state, session.live = SessionState.PLANNED, True
                session.cancelled_at = None
            db.session.flush()
        db.session.expire_all()

    def person(self, number: int) -> Person:
        return db.session.get_one(Person, self.world["people"][number % PEOPLE])

    def run(self, number: int) -> Run:
        ids = list(self.world["runs"])
        return db.session.get_one(Run, ids[number % len(ids)])

    def place(self, number: int) -> Enrolment | None:
        ids = db.session.scalars(select(Enrolment.id).order_by(Enrolment.id)).all()
        return db.session.get_one(Enrolment, ids[number % len(ids)]) if ids else None

    def do(self, deed: Callable[[], object]) -> None:
        """A refusal changes nothing; whoever waited before is remembered."""
        self.remember()
        with suppress(Refusal, NotFound):
            deed()

    def remember(self) -> None:
        db.session.expire_all()
        rows = db.session.scalars(select(Enrolment)).all()
        self.by_phone = False
        self.before = {row.id: row.state for row in rows}
        self.waited = {}
        for row in rows:
            alone = row.party is None and not row.with_supporter
            if row.state is State.WAITING and row.lot is not None and alone:
                self.waited.setdefault(row.run_id, []).append((row.asking.place, row.id))

    @rule(who=Picked, where=Picked, along=st.booleans())
    def enrol(self, who: int, where: int, along: bool) -> None:
        student, run = self.person(who), self.run(where)
        asked = Request(run, with_supporter=along)
        self.do(lambda: enrolling.enrol(student, student, asked, the_college()))

    @rule(who=Picked, where=Picked, hours=st.integers(0, 48))
    def enrol_by_phone(self, who: int, where: int, hours: int) -> None:
        arrived = clock.now() - timedelta(hours=hours)
        asked = Request(self.run(where), way=Way.PHONE, arrived_at=arrived)
        student = self.person(who)
        self.do(lambda: enrolling.enrol(self.manager, student, asked, the_college()))

    @rule(who=Picked, where=Picked)
    def enrol_together(self, who: int, where: int) -> None:
        pair, asked = [self.person(who), self.person(who + 1)], Request(self.run(where))
        self.do(lambda: enrolling.enrol_together(self.manager, pair, asked, the_college()))

    @rule(who=Picked, which=Picked)
    def join_party(self, who: int, which: int) -> None:
        student, first = self.person(who), self.place(which)
        if first is not None:
            asked, college = Request(first.run), the_college()
            self.do(lambda: enrolling.enrol_oneself(student, lambda: asked, college, first=first))

    @rule(which=Picked, where=Picked)
    def ask_instead(self, which: int, where: int) -> None:
        first = self.place(which)
        if first is not None and first.person is not None and first.is_live:
            asked, student = Request(self.run(where), instead_of=first), first.person
            self.do(lambda: enrolling.enrol(student, student, asked, the_college()))

    @rule(which=Picked)
    def give_up(self, which: int) -> None:
        found = self.place(which)
        if found is not None and found.person is not None:
            person = found.person
            self.do(lambda: answering.give_up(person, found, the_college()))

    @rule(which=Picked)
    def accept(self, which: int) -> None:
        found = self.place(which)
        if found is not None and found.person is not None:
            person = found.person
            self.do(lambda: answering.accept(person, found, the_college()))

    @rule(which=Picked)
    def call(self, which: int) -> None:
        found = self.place(which)
        if found is not None:
            self.do(lambda: answering.write_down_call(self.manager, found))

    @rule(which=Picked)
    def place_by_phone(self, which: int) -> None:
        found = self.place(which)
        if found is not None:
            self.do(lambda: answering.place_by_phone(self.manager, found, the_college()))
            self.by_phone = True

    @rule(where=Picked, places=st.integers(1, 5))
    def resize(self, where: int, places: int) -> None:
        run = self.run(where)
        values = {field: getattr(run, field) for field in RUN_FIELDS} | {"capacity": places}
        edit = Edit(values, prints_of(run, values))
        self.do(lambda: capacity.edit_run(self.manager, run, edit, the_college()))

    @rule(where=Picked, hours=st.integers(1, 100))
    def set_aside(self, where: int, hours: int) -> None:
        run, until = self.run(where), clock.now() + timedelta(hours=hours)
        self.do(lambda: capacity.set_aside(self.manager, run, "A ward", 1, until))

    @rule()
    def release_now(self) -> None:
        aside = select(Pool).where(Pool.kind == PoolKind.SET_ASIDE).order_by(Pool.id).limit(1)
        pool = db.session.scalar(aside)
        if pool is not None:
            self.do(lambda: capacity.release_now(self.manager, pool, the_college()))

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        self.do(pass_time)

    @rule()
    def the_clock_goes_back_an_hour(self) -> None:
        self.traveller.shift(timedelta(hours=-1))

    @rule(where=Picked, chance=st.integers(0, 5))
    def cancel(self, where: int, chance: int) -> None:
        run = self.run(where)
        if chance == 0:
            self.do(lambda: dates.cancel_run(self.manager, run, the_college()))

    @invariant()
    def what_flask_check_proves_holds(self) -> None:
        """At once, not only when the worker comes by; but for a cap that is free again, which
        it alone looks at."""
        if self.cap != 1:
            assert {name: rows for name, check in CHECKS.items() if (rows := check())} == {}
        pass_time()
        assert {name: rows for name, check in CHECKS.items() if (rows := check())} == {}

    @invariant()
    def nobody_was_overtaken(self) -> None:
        """Who has just been given a place was not behind anybody who goes on waiting alone."""
        db.session.expire_all()
        rows = {row.id: row for row in db.session.scalars(select(Enrolment))}
        if self.by_phone or self.cap == 1:
            return
        for row in rows.values():
            if row.state in HELD and self.before.get(row.id) in (None, State.WAITING):
                left = [
                    place
                    for place, id in self.waited.get(row.run_id, [])
                    if id in rows and rows[id].state is State.WAITING
                ]
                assert all(row.asking.place < place for place in left)

    @invariant()
    def no_confirmed_place_is_taken_back(self) -> None:
        """By anybody but its owner, who gave it up or moved, or the college, which cancelled."""
        rows = {row.id: row.state for row in db.session.scalars(select(Enrolment))}
        ends = {State.GIVEN_UP, State.CANCELLED, State.COMPLETED, State.CONFIRMED}
        held = [id for id, state in self.before.items() if state is State.CONFIRMED and id in rows]
        assert {rows[id] for id in held} <= ends


class FullHouse(Places):
    """Where what the controls break is found soonest: all have come, and who holds a place goes."""

    @initialize()
    def begin(self) -> None:
        self.begin_with(PEOPLE, 0, -24)

    @rule(which=st.integers(0, PLACES - 1))
    def let_go(self, which: int) -> None:
        self.give_up(which)


@pytest.fixture
def world(app: Flask) -> Iterator[dict[str, Any]]:
    with time_machine.travel(NOW, tick=False) as traveller:
        course, term = make_course(), make_term()
        pair = (make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL))
        runs = [
            make_run(
                course,
                term=term,
                room=make_room(),
                tutors=pair,
                first=FIRST + timedelta(weeks=week),
            )
            for week in range(2)
        ]
        with transaction():
            for run in runs:
                run.capacity = PLACES
        Places.traveller = traveller
        Places.world = {
            "runs": {run.id: {field: getattr(run, field) for field in KEPT} for run in runs},
            "people": [make_person(email=f"p{n}@example.org").id for n in range(PEOPLE)],
            "manager": make_person().id,
        }
        yield Places.world


def run_machine(machine: type[Places], sequences: int, *phases: Phase) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            phases=phases or tuple(Phase),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            print_blob=False,
        ),
    )


@pytest.mark.for_real  # or PostgreSQL would step over every row that ever stood
@pytest.mark.usefixtures("world")
def test_whatever_happens_the_count_is_true_and_nobody_is_overtaken() -> None:
    if broken():
        run_machine(FullHouse, TO_FIND_OUT, Phase.generate)
    run_machine(Places, SEQUENCES)
    assert {name: rows for name, check in ALL.items() if (rows := check())} == {}


@ON_ONE
@pytest.mark.usefixtures("world")
def test_a_queue_that_takes_the_last_first_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    last_first(monkeypatch.setattr)
    with pytest.raises(AssertionError):
        run_machine(FullHouse, TO_FIND_OUT, Phase.generate)


@ON_ONE
@pytest.mark.usefixtures("world")
def test_a_place_that_nobody_is_offered_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one."""
    without_offers(monkeypatch.setattr)
    with pytest.raises(AssertionError):
        run_machine(FullHouse, TO_FIND_OUT, Phase.generate)
