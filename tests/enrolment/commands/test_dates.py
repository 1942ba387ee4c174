"""A run or a session moves, or will not be, and its students hear of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.commands.people import ask_to_ring_first
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.editing import Edit, prints_of
from recovery_college.enrolment.checks import CHECKS
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.dates import cancel_run, move_run, move_session
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State, Supporter, TooFewPlaces
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Room, Run
from tests.enrolment.asking import ask, change, places, promised, stands
from tests.factories import FIRST, NOW, make_course, make_person, make_room, make_run

pytestmark = pytest.mark.usefixtures("app")
HAS, OFFERED, WAITS = State.CONFIRMED, State.OFFERED, State.WAITING


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def olu(app: object) -> Person:
    return make_person("Olu", Role.MANAGER)


def person_of(enrolment: Enrolment) -> Person:
    assert enrolment.person
    return enrolment.person


def requests_on(run: Run) -> list[tuple[int | None, datetime, State, Why]]:
    found = db.session.scalars(
        select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    )
    return [(e.person_id, e.requested_at, e.state, e.steps[-1].why) for e in found]


def to_room(run: Run, room: Room) -> None:
    session = run.sessions[0]
    typed: dict[str, object] = {"day": FIRST, "starts": time(10), "ends": time(12), "link": ""}
    typed["room_id"] = room.id
    edit = Edit(typed, prints_of(session, typed))
    move_session(make_person(), session, edit, the_college())


def test_a_cancelled_run_frees_all_tells_all_and_asks_first_for_the_next_date(
    olu: Person, in_may: time_machine.Traveller
) -> None:
    course = make_course()
    run, after = (
        make_run(course, first=day, capacity=2) for day in (date(2027, 6, 7), date(2027, 7, 5))
    )
    asked_at = datetime(2027, 5, 3, 9, tzinfo=UTC)
    ada, bo, cy = (ask(make_person(), run) for _ in range(3))
    in_may.move_to("2027-05-04T09:00Z", tick=False)
    there = ask(make_person(), after)
    ask_to_ring_first(olu, person_of(bo), person_of(there), date(2027, 8, 1))
    cancel_run(olu, run, the_college())
    assert stands(ada, bo, cy) == [(State.CANCELLED, Why.RUN_CANCELLED)] * 3
    assert places(run) == {"room": (0, 2), "chairs": (0, None)}
    assert promised().count("run_cancelled") == 3
    assert requests_on(after)[1:] == [
        (ada.person_id, asked_at, OFFERED, Why.CHOSEN_FIRST),
        (bo.person_id, asked_at, WAITS, Why.LOST_OTHER),
    ]
    assert [name for name, check in CHECKS.items() if check()] == []


def test_a_larger_room_is_offered_at_once_to_who_needs_a_chair(olu: Person) -> None:
    run = make_run(capacity=1)
    change(run.sessions[0].room, places=1)
    first = ask(make_person(), run)
    pair = ask(make_person(), run, with_supporter=True)
    give_up(person_of(first), first, the_college())
    assert stands(pair) == [(WAITS, Why.FULL)]
    to_room(run, make_room())
    assert stands(pair) == [(OFFERED, Why.MORE_PLACES)]
    assert pair.supporter is Supporter.CHAIR


def test_a_room_without_a_chair_for_who_has_one_is_refused(olu: Person) -> None:
    run = make_run(capacity=2)
    ask(make_person(), run, with_supporter=True)
    small = make_room()
    change(small, places=2)
    with pytest.raises(TooFewPlaces, match="1 supporter sits on chairs"):
        to_room(run, small)


def test_an_offer_of_a_run_that_moves_ends_before_its_new_cut_off_and_says_so(
    olu: Person,
) -> None:
    run = make_run(capacity=1, first=date(2027, 5, 24))
    first, second = ask(make_person(), run), ask(make_person(email="ben@example.org"), run)
    give_up(person_of(first), first, the_college())
    db.session.refresh(second)
    change(second, answer_by=datetime(2027, 5, 21, 9, tzinfo=UTC))
    change(run.term, starts_on=date(2027, 5, 1))
    move_run(olu, run, -1, the_college())
    db.session.refresh(second)
    assert second.answer_by == datetime(2027, 5, 16, 9, tzinfo=UTC)
    body = db.session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.key.like("dates_changed:%"))
    ).one()
    assert "We still hold a place for you until" in body
    assert "Your place is still yours" not in body
