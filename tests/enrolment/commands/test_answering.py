"""Saying yes or no, on a page or on the phone, and what may have changed since somebody asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from recovery_college.accounts.commands.people import ask_to_ring_first
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import (
    accept,
    accept_by_phone,
    give_up,
    place_by_phone,
    write_down_call,
)
from recovery_college.enrolment.commands.passing import end_offer
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import CapReached, NotYours, OfferOver, State
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.at_once import at_once
from tests.enrolment.asking import ask, promised, stands
from tests.factories import NOW, make_course, make_person, make_run, make_term

pytestmark = pytest.mark.usefixtures("app")
HAS, OFFERED, WAITS = State.CONFIRMED, State.OFFERED, State.WAITING
LATE = "2027-06-06T12:00Z"  # the run begins the day after at 10, and the cut-off has passed


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def full_run(waiting: int, **run: object) -> tuple[Run, Enrolment, list[Enrolment]]:
    made = make_run(capacity=1, **run)  # type: ignore[arg-type]
    first = ask(make_person(), made)
    return made, first, [ask(make_person(), made) for _ in range(waiting)]


def person_of(enrolment: Enrolment) -> Person:
    assert enrolment.person
    return enrolment.person


def test_an_answer_says_what_became_of_the_offer(in_may: time_machine.Traveller) -> None:
    _run, first, (second, third) = full_run(2)
    college = the_college()
    give_up(person_of(first), first, college)
    accept(person_of(second), second, college)
    accept(person_of(second), second, college)
    assert promised().count("place_confirmed") == 2
    give_up(person_of(second), second, college)
    with pytest.raises(OfferOver, match="given up already"):
        accept(person_of(second), second, college)
    assert stands(third) == [(OFFERED, Why.SOMEBODY_LEFT)]
    assert third.answer_by
    in_may.move_to(third.answer_by, tick=False)
    with pytest.raises(OfferOver, match="went to the next person"):
        accept(person_of(third), third, college)


def test_the_cap_is_looked_at_again_when_somebody_says_yes() -> None:
    term, ada, college = make_term(), make_person(), the_college()
    offers = []
    for _ in range(2):
        run, first, _ = full_run(0, term=term)
        offers.append(ask(ada, run))
        give_up(person_of(first), first, college)
    for _ in range(2):
        ask(ada, make_run(term=term))
    assert stands(*offers) == [(OFFERED, Why.SOMEBODY_LEFT)] * 2
    accept(ada, offers[0], college)
    with pytest.raises(CapReached):
        accept(ada, offers[1], college)


def test_somebody_with_as_many_places_as_they_may_have_is_offered_the_date_they_would_move_to() -> (
    None
):
    term, ada, course = make_term(), make_person(), make_course()
    for _ in range(2):
        ask(ada, make_run(term=term))
    old = ask(ada, make_run(course, term=term))
    run, first, _ = full_run(0, term=term, course=course, first=date(2027, 6, 14))
    new = ask(ada, run, instead_of=old)
    assert stands(old, new) == [(HAS, Why.PLACE_FREE), (WAITS, Why.FULL)]
    give_up(person_of(first), first, the_college())
    assert stands(old, new) == [(HAS, Why.PLACE_FREE), (OFFERED, Why.SOMEBODY_LEFT)]
    accept(ada, new, the_college())
    assert stands(old, new) == [(State.GIVEN_UP, Why.MOVED), (HAS, Why.ACCEPTED)]


def test_two_who_are_not_to_be_together_and_both_wait_are_not_both_stopped() -> None:
    _run, first, (second, third) = full_run(2)
    olu, college = make_person("Olu", Role.MANAGER), the_college()
    ask_to_ring_first(olu, person_of(second), person_of(third), date(2027, 8, 1))
    give_up(person_of(first), first, college)
    accept(person_of(second), second, college)
    give_up(person_of(second), second, college)
    accept(person_of(third), third, college)
    assert stands(third) == [(HAS, Why.ACCEPTED)]


def test_who_is_to_ring_first_hears_only_that_and_a_manager_says_yes_for_them() -> None:
    _run, first, (second,) = full_run(1)
    olu, dee, college = make_person("Olu", Role.MANAGER), make_person(), the_college()
    give_up(person_of(first), first, college)
    ask_to_ring_first(olu, person_of(second), None, date(2027, 8, 1))
    with pytest.raises(NotYours, match=f"^{college.ring_first_words}$"):
        accept(person_of(second), second, college)
    with pytest.raises(NotYours, match=r"^A manager books this one"):
        accept_by_phone(dee, second, college)
    accept_by_phone(olu, second, college)
    assert stands(second) == [(HAS, Why.BY_PHONE)]


def test_after_the_cut_off_the_office_calls_in_order(in_may: time_machine.Traveller) -> None:
    _run, first, (second, third) = full_run(2)
    dee, college = make_person(), the_college()
    in_may.move_to(LATE, tick=False)
    give_up(person_of(first), first, college)
    assert stands(second, third) == [(WAITS, Why.FULL)] * 2
    with pytest.raises(Refusal, match=r"^Somebody is ahead of them"):
        place_by_phone(dee, third, college)
    write_down_call(dee, second)
    place_by_phone(dee, third, college)
    assert stands(second, third) == [(WAITS, Why.FULL), (HAS, Why.BY_PHONE)]
    with pytest.raises(Refusal, match="no place left"):
        place_by_phone(dee, second, college)


def test_nobody_need_be_called_who_could_not_take_the_place(in_may: time_machine.Traveller) -> None:
    _run, first, (second, third) = full_run(2)
    olu, college = make_person("Olu", Role.MANAGER), the_college()
    ask_to_ring_first(olu, person_of(second), None, date(2027, 8, 1))
    in_may.move_to(LATE, tick=False)
    give_up(person_of(first), first, college)
    place_by_phone(make_person(), third, college)
    assert stands(third) == [(HAS, Why.BY_PHONE)]


def test_a_call_without_a_number_is_a_message(in_may: time_machine.Traveller) -> None:
    run = make_run(capacity=1)
    first = ask(make_person(), run)
    people = [make_person(email="ada@example.org"), make_person(phone="01632 960001")]
    waits = [ask(each, run) for each in people]
    in_may.move_to("2027-06-02T09:00Z", tick=False)
    for each in (first, *waits):
        give_up(person_of(each), each, the_college())
    rows = db.session.query(OutboxMessage).filter(OutboxMessage.key.like("place_offered:%"))
    told = [(row.channel.value, row.address) for row in rows.order_by(OutboxMessage.id)]
    assert told == [("email", "ada@example.org"), ("call", "01632 960001")]


@pytest.mark.for_real
def test_a_yes_in_the_moment_in_which_the_time_is_over(
    app: Flask, in_may: time_machine.Traveller
) -> None:
    _run, first, (second, third) = full_run(2)
    college = the_college()
    give_up(person_of(first), first, college)
    db.session.refresh(second)
    assert second.answer_by == datetime(
        2027, 5, 10, 9, tzinfo=UTC
    )  # five days by post, a holiday first
    in_may.move_to(second.answer_by, tick=False)
    ids, ada_id = (second.id, third.id), person_of(second).id

    def say_yes() -> None:
        accept(db.session.get_one(Person, ada_id), _again(ids[0]), college)

    def end() -> None:
        end_offer(_again(ids[0]), college)

    came = at_once(app, say_yes, end, end)
    assert (type(came[0]), came[1:]) == (OfferOver, [None, None])
    assert stands(*map(_again, ids)) == [
        (State.EXPIRED, Why.TIME_OVER),
        (OFFERED, Why.OFFER_NOT_TAKEN),
    ]


def _again(id: int) -> Enrolment:
    return db.session.get_one(Enrolment, id)
