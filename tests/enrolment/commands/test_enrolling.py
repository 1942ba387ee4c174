"""Asking for a place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.enrolling import (
    Request,
    enrol,
    enrol_oneself,
    enrol_together,
)
from recovery_college.enrolment.commands.opening import draw_lots
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import CapReached, EnrolmentClosed, FormUsed, State, Way
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.at_once import at_once
from tests.conftest import counted
from tests.factories import NOW, make_person, make_room, make_run, make_term

OPENS = datetime(2027, 5, 10, 8, tzinfo=UTC)

pytestmark = [pytest.mark.usefixtures("app", "in_may")]


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ask(student: Person, run: Run, **asked: object) -> Enrolment:
    return enrol(student, student, Request(run, **asked), the_college())  # type: ignore[arg-type]


def promised() -> list[str]:
    keys = db.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id))
    return [key.split(":")[0] for key in keys]


def test_the_last_place_and_then_the_queue() -> None:
    run, ada, ben = make_run(capacity=1), make_person("", email="a@example.org"), make_person()
    made = [ask(student, run) for student in (ada, ben)]
    assert [each.state for each in made] == [State.CONFIRMED, State.WAITING]
    assert promised() == ["place_confirmed", "request_waits"]


def test_a_place_given_up_is_offered_to_the_next_at_once() -> None:
    run, ada, ben = make_run(capacity=1), make_person(), make_person()
    first, second = ask(ada, run), ask(ben, run)
    give_up(ada, first, the_college())
    db.session.refresh(second)
    assert [s.why for s in second.steps] == [Why.FULL, Why.SOMEBODY_LEFT]
    offered = second.state
    accept(ben, second, the_college())
    assert [offered, second.state] == [State.OFFERED, State.CONFIRMED]
    again = ask(ada, run)
    assert (again.state, again.id == first.id) == (State.WAITING, False)


def test_who_asks_for_a_place_is_here_again_whoever_typed_it_in() -> None:
    long_ago = datetime(2024, 5, 3, 9, tzinfo=UTC)
    ada, bo = (make_person(active_at=long_ago) for _ in range(2))
    run, desk = make_run(), make_person(active_at=long_ago)
    ask(ada, run)
    enrol(desk, bo, Request(run, way=Way.PHONE), the_college())
    for each in (ada, bo, desk):
        db.session.refresh(each)
    here = datetime(2027, 5, 3, 9, tzinfo=UTC)
    assert [each.active_at for each in (ada, bo, desk)] == [here, here, long_ago]


def test_two_who_come_together_wait_for_two_places() -> None:
    run = make_run(capacity=2)
    people = [make_person() for _ in range(5)]
    college = the_college()
    first, second = ask(people[0], run), ask(people[1], run)
    pair = enrol_together(people[2], people[2:4], Request(run), college)
    single = ask(people[4], run)
    assert {each.state for each in (*pair, single)} == {State.WAITING}
    give_up(people[0], first, college)
    db.session.refresh(single)
    assert single.state is State.OFFERED  # passed over, and they keep their position
    give_up(people[4], single, college)
    give_up(people[1], second, college)
    for each in pair:
        db.session.refresh(each)
    assert [each.state for each in pair] == [State.OFFERED, State.OFFERED]


def test_a_request_of_before_the_opening_has_no_lot_until_lots_are_drawn() -> None:
    run, dee, ada = make_run(), make_person(), make_person()
    with transaction():
        run.term.enrolment_opens_at = OPENS
    asked = enrol(dee, ada, Request(run, way=Way.PHONE), the_college())
    db.session.expire_all()
    assert (asked.state, asked.lot, asked.requested_at) == (State.WAITING, None, OPENS)
    with time_machine.travel(OPENS, tick=False):
        assert draw_lots(run, the_college()) == 1
    db.session.expire_all()
    assert (asked.state, bool(asked.lot)) == (State.CONFIRMED, True)


def test_a_clock_that_is_set_back_an_hour_puts_nobody_ahead() -> None:
    run = make_run(capacity=1)
    first, second = ask(make_person(), run), ask(make_person(), run)
    with time_machine.travel("2027-05-03T08:00Z", tick=False):
        third = ask(make_person(), run)
    fourth = ask(make_person(), run)
    made = [first, second, third, fourth]
    assert sorted(made, key=lambda each: each.asking.place) == made
    assert third.requested_at == datetime(2027, 5, 3, 9, tzinfo=UTC)


def test_a_call_counts_from_when_it_came_and_never_from_tomorrow() -> None:
    run, dee = make_run(capacity=1), make_person()
    ask(make_person(), run)
    online = ask(make_person(), run)
    came_at = datetime(2027, 5, 3, 8, 30, tzinfo=UTC)
    called = enrol(
        dee, make_person(), Request(run, way=Way.PHONE, arrived_at=came_at), the_college()
    )
    assert (called.requested_at, called.asked_by_id) == (came_at, dee.id)
    assert called.asking.place < online.asking.place
    late = Request(run, way=Way.PHONE, arrived_at=datetime(2027, 5, 3, 10, tzinfo=UTC))
    with pytest.raises(Refusal, match="still to come"):
        enrol(dee, make_person(), late, the_college())


def test_enrolment_closes_as_the_first_session_begins_or_the_second_if_people_join_late() -> None:
    run, other = make_run(), make_run(sessions=2)
    with transaction():
        other.joins_late = True
    with time_machine.travel("2027-06-07T08:59:59Z", tick=False):
        assert ask(make_person(), run).state is State.CONFIRMED
    with time_machine.travel("2027-06-07T09:00Z", tick=False):
        with pytest.raises(EnrolmentClosed, match="already started"):
            ask(make_person(), run)
        assert ask(make_person(), other).state is State.CONFIRMED
    with (
        time_machine.travel("2027-06-14T09:00Z", tick=False),
        pytest.raises(EnrolmentClosed, match="already started"),
    ):
        ask(make_person(), other)


def test_three_places_a_term_and_no_more_and_as_many_as_wished_without_a_cap() -> None:
    term, ada = make_term(), make_person()
    runs = [make_run(term=term) for _ in range(4)]
    for run in runs[:3]:
        ask(ada, run)
    with pytest.raises(CapReached):
        ask(ada, runs[3])
    uncapped = replace(the_college(), booking_cap_runs=0)
    assert enrol(ada, ada, Request(runs[3]), uncapped).state is State.CONFIRMED


def test_one_form_is_one_request_even_when_its_place_was_given_up() -> None:
    run, ada = make_run(), make_person()
    first = ask(ada, run, form_key="one")
    assert ask(ada, run, form_key="one").id == ask(ada, run, form_key="two").id == first.id
    give_up(ada, first, the_college())
    assert ask(ada, run, form_key="one").state is State.GIVEN_UP
    assert ask(ada, run, form_key="three").id != first.id


def test_a_form_that_somebody_else_has_sent_is_to_be_opened_again() -> None:
    run = make_run()
    ask(make_person(), run, form_key="one")
    with pytest.raises(FormUsed, match="Open it again"):
        ask(make_person(), run, form_key="one")


def test_who_joins_a_party_has_no_place_before_the_one_they_join() -> None:
    run, term = make_run(capacity=2), make_term()
    ada, bo, others = make_person(), make_person(), [make_person() for _ in range(2)]
    with transaction():
        run.term = term
    held = [ask(each, run) for each in others]
    first = ask(ada, run)
    for _ in range(3):
        ask(ada, make_run(term=term))
    for each, place in zip(others, held, strict=True):
        give_up(each, place, the_college())
    joined = enrol_oneself(bo, lambda: Request(run), the_college(), first=first)
    db.session.refresh(first)
    assert {first.state, joined.state} == {State.WAITING}
    assert first.party == joined.party


def test_two_of_whom_one_brings_a_supporter_need_three_places_where_no_chair_is_left() -> None:
    room, people = make_room(), [make_person(), make_person()]
    run = make_run(capacity=2, room=room)
    with transaction():
        room.places = 2
    request = Request(run, with_supporter=True)
    pair = enrol_together(people[0], people, request, the_college())
    assert [each.state for each in pair] == [State.WAITING, State.WAITING]


def test_asking_costs_as_much_with_one_who_waits_as_with_many() -> None:
    costs = set()
    for waiting in (1, 40):
        run, ada = make_run(capacity=1), make_person()
        for _ in range(waiting + 1):
            ask(make_person(), run)
        with counted() as statements:
            ask(ada, run)
        costs.add(len(statements))
    assert len(costs) == 1


@pytest.mark.for_real
def test_of_ten_who_press_in_one_moment_one_has_the_last_place(app: Flask) -> None:
    run, college = make_run(capacity=1), the_college()
    run_id, ids = run.id, [make_person().id for _ in range(10)]

    def press(id: int) -> State:
        ada = db.session.get_one(Person, id)
        return enrol(ada, ada, Request(db.session.get_one(Run, run_id)), college).state

    came = at_once(app, *(partial(press, id) for id in ids))
    assert sorted(map(str, came)) == ["confirmed", *["waiting"] * 9]


@pytest.mark.for_real
def test_giving_up_while_somebody_asks_leaves_no_place_free_and_nobody_out(app: Flask) -> None:
    run, college = make_run(capacity=1), the_college()
    first = ask(make_person(), run)
    run_id, first_id, ada_id, bo_id = run.id, first.id, first.person_id, make_person().id

    def leave() -> None:
        give_up(
            db.session.get_one(Person, ada_id), db.session.get_one(Enrolment, first_id), college
        )

    def press() -> State:
        bo = db.session.get_one(Person, bo_id)
        return enrol(bo, bo, Request(db.session.get_one(Run, run_id)), college).state

    came = at_once(app, leave, press)
    assert came[0] is None
    last = db.session.scalars(select(Enrolment).order_by(Enrolment.id.desc()).limit(1)).one()
    assert last.state in (State.CONFIRMED, State.OFFERED)
    assert [name for name, check in CHECKS.items() if check()] == []


def test_who_would_come_with_somebody_that_has_a_place_already_waits_for_nobody() -> None:
    run, ada, bo = make_run(capacity=2), make_person(), make_person()
    first = ask(ada, run)
    pair = enrol_together(bo, [bo, ada], Request(run), the_college())
    assert [each.state for each in pair] == [State.CONFIRMED, State.CONFIRMED]
    assert (pair[1].id, pair[0].party) == (first.id, None)


def test_who_would_come_with_somebody_that_waits_already_joins_them() -> None:
    run, ada, bo = make_run(capacity=1), make_person(), make_person()
    taken, waiting = ask(make_person(), run), ask(ada, run)
    pair = enrol_together(bo, [bo, ada], Request(run), the_college())
    assert [each.state for each in pair] == [State.WAITING, State.WAITING]
    assert (pair[1].id, len({each.party for each in pair}), taken.party) == (waiting.id, 1, None)


def test_of_three_the_two_who_are_not_there_come_together_or_not_at_all() -> None:
    run, people = make_run(capacity=2), [make_person() for _ in range(3)]
    first = ask(people[0], run)
    made = enrol_together(people[1], people, Request(run, form_key="k" * 16), the_college())
    assert [each.state for each in made] == [State.CONFIRMED, State.WAITING, State.WAITING]
    assert (made[0].id, made[1].party == made[2].party is not None) == (first.id, True)


def test_whoever_comes_joins_the_one_that_waits_and_not_the_one_that_has_a_place() -> None:
    run, people = make_run(capacity=1), [make_person() for _ in range(3)]
    ask(people[0], run)
    waiting = ask(people[1], run)
    made = enrol_together(people[2], people, Request(run), the_college())
    assert [each.state for each in made] == [State.CONFIRMED, State.WAITING, State.WAITING]
    assert made[1].id == waiting.id
    assert len({each.party for each in made[1:]}) == 1
