"""Cover: asked for in waves, first come first in, on real databases by many at once."""

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling import pairing
from recovery_college.scheduling.checks import CHECKS
from recovery_college.scheduling.commands import asking, covering
from recovery_college.scheduling.commands.asking import Wanted
from recovery_college.scheduling.models import CoverCall, Delivery, Session
from recovery_college.scheduling.rules import CoverFilled, CoverState, DeliveryState, PairState
from recovery_college.scheduling.rules.covering import CoverSought
from recovery_college.scheduling.substitutes import substitutes
from recovery_college.tutors.models import BusyCalendar, BusyTime, Teaches, Tutor, TutorAway
from recovery_college.tutors.rules import Step
from tests.conftest import counted
from tests.factories import NOW, make_person, make_run
from tests.scheduling.commands.test_asking import letters, teacher

FULL = os.environ.get("PROOF") == "full"
ACCEPTS = 40
ROUNDS = 500 if FULL else 20
QUAY = College(name="Quay College", cover_wave_tutors=2)
S = DeliveryState
GUARDED = (
    "No tutor is in two sessions at once",
    "Every session that counts as paired has both sides",
)


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Hart", Role.DESK, email="dee@example.org")


def half(*others: Tutor) -> Session:
    """Tia's half is there; the professional one is open."""
    return make_run(tutors=(teacher(Side.LIVED, name="Tia Bell"), *others)).sessions[0]


def knows(session: Session, *tutors: Tutor, step: Step = Step.READY) -> None:
    with transaction():
        for tutor in tutors:
            row = Teaches(tutor_id=tutor.id, course_id=session.run.course_id, step=step)
            db.session.add(row)


def asked(call: CoverCall) -> list[Delivery]:
    rows = select(Delivery).where(Delivery.cover_id == call.id).order_by(Delivery.id)
    return list(db.session.scalars(rows))


def test_one_press_asks_the_best_few_on_that_same_side(dee: Person) -> None:
    session = half()
    other = teacher(Side.LIVED)
    new, knowing, leading = (teacher(Side.PROFESSIONAL) for _ in range(3))
    knows(session, knowing)
    knows(session, leading, step=Step.LEADING)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    assert [each.tutor_id for each in asked(call)] == [leading.id, knowing.id]
    assert "the first to say yes has it" in letters(leading)[-1]
    assert letters(new) == letters(other) == []
    assert (call.waves, call.next_wave_at) == (1, clock.now() + timedelta(hours=4))


def test_the_first_to_say_yes_has_it_and_the_others_are_told_kindly(dee: Person) -> None:
    session = half()
    one, other = teacher(Side.PROFESSIONAL), teacher(Side.PROFESSIONAL)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    first, second = asked(call)
    asking.accept(one.person, first, QUAY)
    assert (first.session.pair, second.state, call.state) == (
        PairState.PAIRED,
        S.COVERED,
        CoverState.FILLED,
    )
    assert "Thank you all the same" in letters(other)[-1]
    with pytest.raises(CoverFilled):
        asking.accept(other.person, second, QUAY)


def test_somebody_who_is_asked_beside_it_ends_the_search_too(dee: Person) -> None:
    session = half()
    teacher(Side.PROFESSIONAL)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    late = teacher(Side.PROFESSIONAL)
    wanted = Wanted(late, Side.PROFESSIONAL)
    (extra,) = asking.ask_for_session(dee, session, wanted, QUAY)
    asking.accept(dee, extra, QUAY)
    assert [each.state for each in asked(call)] == [S.COVERED]


def test_after_some_hours_the_next_are_asked_and_nobody_twice(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    session = half()
    for _ in range(3):
        teacher(Side.PROFESSIONAL)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    covering.go_on_seeking()
    assert len(asked(call)) == 2
    in_may.shift(timedelta(hours=4))
    covering.go_on_seeking()
    assert len({each.tutor_id for each in asked(call)}) == len(asked(call)) == 3
    assert (call.waves, call.next_wave_at) == (2, None)


def test_when_the_time_is_over_the_office_is_offered_other_ways(
    dee: Person, in_may: time_machine.Traveller
) -> None:
    session = half()
    cal = teacher(Side.PROFESSIONAL)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    in_may.move_to(session.starts_at - timedelta(hours=24))
    covering.go_on_seeking()
    assert (call.state, [each.state for each in asked(call)]) == (
        CoverState.GIVEN_UP,
        [S.STOOD_DOWN],
    )
    assert "not needed any more" in letters(cal)[-1]
    assert call.session.cover_is_over
    kinds = [row.kind for row in pairing.matters(clock.now(), most=5)]
    assert kinds == ["no_cover"]


def test_where_nobody_could_the_search_ends_at_once(dee: Person) -> None:
    session = half()
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    assert (call.state, asked(call)) == (CoverState.GIVEN_UP, [])


def test_a_half_that_is_there_or_being_looked_for_is_not_asked_for(dee: Person) -> None:
    session = half()
    teacher(Side.PROFESSIONAL)
    covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    with pytest.raises(CoverSought):
        covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    with pytest.raises(Refusal, match="there already"):
        covering.seek_cover(dee, session, Side.LIVED, QUAY)


def test_the_office_stops_it_and_whoever_was_asked_hears(dee: Person) -> None:
    session = half()
    cal = teacher(Side.PROFESSIONAL)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    covering.stop_seeking(dee, call)
    assert (call.state, asked(call)[0].state) == (CoverState.CLOSED, S.STOOD_DOWN)
    assert "not needed any more" in letters(cal)[-1]
    with pytest.raises(Refusal, match="Nobody is being asked"):
        covering.stop_seeking(dee, call)


def test_who_is_away_busy_elsewhere_or_over_their_limit_is_not_asked(dee: Person) -> None:
    session = half()
    away, busy, there, over, free = (teacher(Side.PROFESSIONAL) for _ in range(5))
    day = date(2027, 6, 7)
    make_run(tutors=(there,), at=time(11))
    make_run(tutors=(over,), first=date(2027, 6, 8))
    calendar = BusyCalendar(tutor_id=busy.id, added_at=clock.now())
    with transaction():
        over.sessions_a_week = 1
        db.session.add_all([TutorAway(tutor_id=away.id, starts_on=day, ends_on=day), calendar])
        db.session.flush()
        db.session.add(
            BusyTime(
                calendar_id=calendar.id,
                tutor_id=busy.id,
                starts_at=session.starts_at + timedelta(minutes=90),
                ends_at=session.ends_at + timedelta(minutes=90),
            )
        )
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, QUAY)
    assert [each.tutor_id for each in asked(call)] == [free.id]


def test_where_the_office_wants_it_a_passed_date_asks_by_itself_once(
    dee: Person, in_may: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = half()
    teacher(Side.PROFESSIONAL)
    with transaction():
        session.pair_by_on = date(2027, 5, 4)
    wants = College(name="Quay College", cover_by_itself=True)
    monkeypatch.setattr(covering, "the_college", lambda: wants)
    covering.go_on_seeking()
    in_may.move_to("2027-05-05T09:00Z")
    for _ in range(3):
        covering.go_on_seeking()
    calls = db.session.scalars(select(CoverCall)).all()
    assert [(call.session_id, call.side, call.opened_by_id) for call in calls] == [
        (session.id, Side.PROFESSIONAL, None)
    ]


def test_it_asks_the_database_as_often_for_one_tutor_as_for_thirty() -> None:
    session, often = half(), []
    for many in (1, 29):
        for _ in range(many):
            make_run(tutors=(teacher(Side.PROFESSIONAL),), at=time(15))
        db.session.expire_all()
        db.session.refresh(session)
        with counted() as statements:
            found = substitutes(session, Side.PROFESSIONAL, QUAY)
        often.append(len(statements))
    assert len(found) == 30
    assert often[0] == often[1] <= 16


@pytest.mark.for_real
def test_forty_who_say_yes_in_the_same_moment_are_one_holder_and_thirty_nine_kind_answers(
    app: Flask, dee: Person
) -> None:
    session = half()
    for _ in range(ACCEPTS):
        teacher(Side.PROFESSIONAL)
    many = College(name="Quay College", cover_wave_tutors=ACCEPTS)
    call = covering.seek_cover(dee, session, Side.PROFESSIONAL, many)
    ids = [each.id for each in asked(call)]
    db.session.remove()

    def say_yes(id: int) -> str:
        with app.app_context():
            try:
                delivery = pairing.delivery(id)
                asking.accept(delivery.tutor.person, delivery, many)
            except CoverFilled as kind:
                return kind.message
            finally:
                db.session.remove()
            return "has it"

    with ThreadPoolExecutor(ACCEPTS) as pool:
        answers = list(pool.map(say_yes, ids))
    assert sorted(answers) == sorted(["has it"] + [CoverFilled().message] * (ACCEPTS - 1))
    states = select(Delivery.state, func.count()).where(Delivery.cover_id == call.id)
    rows = db.session.execute(states.group_by(Delivery.state))
    assert {row[0]: row[1] for row in rows} == {S.ACCEPTED: 1, S.COVERED: ACCEPTS - 1}
    thanked = select(func.count(OutboxMessage.id)).where(OutboxMessage.key.like("tutor_covered:%"))
    assert db.session.scalars(thanked).one() == ACCEPTS - 1


@pytest.mark.for_real
def test_random_assigning_by_many_at_once_never_puts_a_tutor_in_two_places(
    app: Flask, dee: Person
) -> None:
    """Sessions that overlap in pairs, tutors who are asked for all of them."""
    tutors = [teacher() for _ in range(4)]
    runs = [make_run(at=time(9 + number)) for number in range(6)]
    ids = [
        asking.ask_for_session(dee, run.sessions[0], Wanted(tutor, Side.LIVED), QUAY)[0].id
        for run in runs
        for tutor in tutors
    ]
    dee_id, chance = dee.id, random.Random(4)  # noqa: S311  # the same every time
    db.session.remove()

    def assign(id: int) -> str:
        with app.app_context():
            try:
                delivery, office = pairing.delivery(id), db.session.get_one(Person, dee_id)
                if delivery.state is S.ACCEPTED:
                    asking.stand_down(office, delivery)
                    _ask_again(id)
                else:
                    asking.accept_anyway(office, delivery)
            except Refusal as refusal:
                return type(refusal).__name__
            finally:
                db.session.remove()
            return "done"

    def _ask_again(id: int) -> None:
        with transaction():
            db.session.get_one(Delivery, id).state = S.ASKED

    said: list[str] = []
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(4) as pool:
            said += pool.map(assign, chance.sample(ids, 4))
        assert [rows() for name, rows in CHECKS.items() if name in GUARDED] == [[], []]
        db.session.remove()
    assert set(said) >= {"done", "TutorTaken"}
