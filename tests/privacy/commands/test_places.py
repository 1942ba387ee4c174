"""What becomes of places when a record goes, or two records become one."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import accept, give_up
from recovery_college.enrolment.commands.dates import cancel_run
from recovery_college.enrolment.commands.enrolling import Request, enrol, enrol_together
from recovery_college.enrolment.models import Enrolment, EnrolmentStep, Pool
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.enrolment.rules.why import Why
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.commands.joining_records import merge
from recovery_college.privacy.merging import preview_of, state_of
from recovery_college.scheduling.models import Run
from tests.at_once import at_once
from tests.factories import NOW, make_course, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")
LATER = date(2027, 6, 14)
HAS, OFFERED, WAITS, LEFT = State.CONFIRMED, State.OFFERED, State.WAITING, State.GIVEN_UP


@pytest.fixture(autouse=True)
def in_may() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(student: Person, run: Run) -> Enrolment:
    return enrol(student, student, Request(run), the_college())


def told(person: Person) -> list[str]:
    keys = select(OutboxMessage.key).where(OutboxMessage.person_id == person.id)
    return [key.split(":")[0] for key in db.session.scalars(keys.order_by(OutboxMessage.id))]


def stands(*made: Enrolment) -> list[tuple[State, Why]]:
    for each in made:
        db.session.refresh(each)
    return [(each.state, each.steps[-1].why) for each in made]


def held(run: Run) -> int:
    asked = select(Pool.held).where(Pool.run_id == run.id, Pool.kind == PoolKind.ROOM)
    return db.session.scalars(asked).one()


def test_who_is_erased_leaves_their_place_to_the_next_and_hears_of_nothing_but_goodbye() -> None:
    full, waited = make_run(capacity=1), make_run(capacity=1)
    ada, bo = make_person("Ada Osei", email="ada@example.org"), make_person("Bo Lind")
    made = [ask(ada, full), ask(bo, waited), ask(ada, waited), ask(bo, full)]
    erase(ada, ada)
    assert stands(*made) == [
        (LEFT, Why.ERASED),
        (HAS, Why.PLACE_FREE),
        (LEFT, Why.ERASED),
        (OFFERED, Why.SOMEBODY_LEFT),
    ]
    assert [each.person_id for each in made] == [None, bo.id, None, bo.id]
    assert [held(full), held(waited)] == [1, 1]
    assert told(bo) == ["place_confirmed", "request_waits", "place_offered"]
    assert [key for key in db.session.scalars(select(OutboxMessage.key)) if "given" in key] == []


def test_an_offer_to_who_is_erased_goes_to_the_next() -> None:
    run, (ada, bo, cy) = make_run(capacity=1), (make_person() for _ in range(3))
    made = [ask(each, run) for each in (ada, bo, cy)]
    give_up(ada, made[0], the_college())
    erase(make_person("Olu", Role.MANAGER), bo)
    assert stands(*made) == [
        (LEFT, Why.GAVE_UP),
        (LEFT, Why.ERASED),
        (OFFERED, Why.OFFER_NOT_TAKEN),
    ]


def test_who_wanted_to_come_with_somebody_erased_comes_alone() -> None:
    run, (ada, bo, cy) = make_run(capacity=2), (make_person() for _ in range(3))
    ask(ada, run)
    pair = enrol_together(bo, [bo, cy], Request(run), the_college())
    erase(bo, bo)
    assert stands(*pair) == [(LEFT, Why.ERASED), (OFFERED, Why.SOMEBODY_LEFT)]
    assert pair[0].party is None


def test_a_course_that_is_over_still_counts(in_may: time_machine.Traveller) -> None:
    run, ada = make_run(), make_person("Ada Osei")
    place = ask(ada, run)
    uid = place.uid
    in_may.move_to(datetime(2027, 6, 8, 9, tzinfo=UTC))  # nobody has ended its places yet
    erase(ada, ada)
    assert (stands(place), place.person_id) == ([(State.COMPLETED, Why.RAN)], None)
    assert (held(run), place.uid == uid, place.form_key) == (1, False, None)
    steps = select(EnrolmentStep.why, EnrolmentStep.by_id).order_by(EnrolmentStep.id)
    assert db.session.execute(steps).all() == [(Why.PLACE_FREE, None), (Why.RAN, None)]


def test_a_companion_with_the_same_address_keeps_their_messages() -> None:
    run, email = make_run(capacity=1), "both@example.org"
    ada, bo = make_person("Ada Osei", email=email), make_person("Bo Osei", joined_at=None)
    with transaction():
        bo.email = email
    made = [ask(ada, run), ask(bo, run)]
    erase(ada, ada)
    assert stands(*made) == [(LEFT, Why.ERASED), (OFFERED, Why.SOMEBODY_LEFT)]
    assert told(bo) == ["request_waits", "place_offered"]


@pytest.mark.for_real
def test_whatever_happens_in_the_same_moment_nobody_erased_keeps_a_place(app: Flask) -> None:
    course = make_course()
    first, second = (make_run(course, first=day, capacity=2) for day in (date(2027, 6, 7), LATER))
    people, manager = [make_person() for _ in range(6)], make_person("Olu", Role.MANAGER)
    for run in (first, second):
        made = [ask(each, run) for each in people]
    seen, college, left = state_of(people[3], people[4]), the_college(), made[1].id
    ids, boss, gone = [each.id for each in people], manager.id, first.id

    def deed(do: Callable[..., object], *rows: tuple[type, int], **more: object) -> object:
        return do(*(db.session.get_one(kind, id) for kind, id in rows), **more)

    olu, kept, other = ((Person, id) for id in (boss, ids[3], ids[4]))
    came = at_once(
        app,
        *(partial(deed, partial(erase, None), (Person, id)) for id in ids[:3]),
        partial(deed, partial(merge, theirs=(), seen=seen), olu, kept, other),
        partial(deed, partial(cancel_run, college=college), olu, (Run, gone)),
        partial(deed, partial(give_up, college=college), olu, (Enrolment, left)),
    )
    assert [each for each in came if each and not isinstance(each, Refusal)] == []
    live = select(Enrolment.id).where(Enrolment.state.in_((HAS, OFFERED, WAITS)))
    assert db.session.scalars(live.where(Enrolment.person_id.is_(None))).all() == []
    assert held(second) == 2


def make_one(kept: Person, other: Person) -> None:
    manager = make_person("Olu Bankole", Role.MANAGER)
    merge(manager, kept, other, (), seen=state_of(kept, other))


@pytest.mark.parametrize("first", ["kept", "other"])
def test_of_two_requests_for_one_run_the_earlier_stays_in_line(
    first: str, in_may: time_machine.Traveller
) -> None:
    kept, other, run = make_person("Ada"), make_person("Ada O"), make_run(capacity=1)
    ask(make_person(), run)
    made = []
    for person in (kept, other) if first == "kept" else (other, kept):
        made.append(ask(person, run))
        in_may.shift(60)
    make_one(kept, other)
    assert stands(*made) == [(WAITS, Why.FULL), (LEFT, Why.MERGED)]
    assert [each.person_id for each in made] == [kept.id, kept.id]


def test_the_place_stays_and_a_second_one_goes_to_the_next() -> None:
    kept, other, cy, run = make_person("Ada"), make_person("Ada O"), make_person(), make_run()
    with transaction():
        run.capacity = 2
    made = [ask(each, run) for each in (kept, other, cy)]
    make_one(kept, other)
    assert stands(*made) == [
        (HAS, Why.PLACE_FREE),
        (LEFT, Why.MERGED),
        (OFFERED, Why.SOMEBODY_LEFT),
    ]
    assert (held(run), told(cy)) == (2, ["request_waits", "place_offered"])
    assert told(kept) == ["place_confirmed", "place_confirmed"]


def test_a_place_is_better_than_an_offer_and_an_offer_than_waiting() -> None:
    college = the_college()
    kept, other, cy, dee = (make_person() for _ in range(4))
    offers, waits = make_run(capacity=1), make_run(capacity=1)
    first = ask(dee, offers)
    made = [ask(kept, offers), ask(other, offers)]
    give_up(dee, first, college)  # it is offered to the one, and the other waits
    second = ask(cy, waits)
    made += [ask(other, waits), ask(kept, waits)]
    give_up(cy, second, college)
    accept(other, made[2], college)
    make_one(kept, other)
    assert stands(*made) == [
        (OFFERED, Why.SOMEBODY_LEFT),
        (LEFT, Why.MERGED),
        (HAS, Why.ACCEPTED),
        (LEFT, Why.MERGED),
    ]
    assert {each.person_id for each in made} == {kept.id}


def test_places_on_different_runs_move_and_the_preview_names_them() -> None:
    kept, other = make_person("Ada"), make_person("Ada O")
    made = [ask(kept, make_run()), ask(other, make_run()), ask(other, make_run(first=LATER))]
    preview = preview_of(kept, other)
    assert ("places that they asked for", 2) in preview.moves
    make_one(kept, other)
    assert stands(*made) == [(HAS, Why.PLACE_FREE)] * 3
    assert {each.person_id for each in made} == {kept.id}
