"""The office sees who is on a run, and does what they say on the phone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.college.queries import the_college
from recovery_college.courses.rules import Mode
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def place(run: Run, name: str, **fields: object) -> Enrolment:
    person = make_person(name, **fields)  # type: ignore[arg-type]
    return enrol(person, person, Request(run), the_college())


def state_of(enrolment: Enrolment) -> State:
    return db.session.scalars(select(Enrolment.state).where(Enrolment.id == enrolment.id)).one()


def headings(office: Browser, run: Run) -> list[str]:
    page = office.get(f"/office/runs/{run.id}/places").text
    return [" ".join(re.sub("<[^>]+>", "", each).split()) for each in _H23.findall(page)]


_H23 = re.compile(r"<h[23][^>]*>(.*?)</h[23]>", re.DOTALL)


def test_those_on_a_run_stand_by_what_can_be_done_for_them(office: Browser) -> None:
    run = make_run(capacity=1)
    first, _, _ = place(run, "Ada"), place(run, "Bo"), place(run, "Cy")
    assert headings(office, run)[:5] == [
        "Waiting list",
        "Bo, number 1 of 2 in line",
        "Cy, number 2 of 2 in line",
        "With a place",
        "Ada",
    ]
    office.post(f"/office/enrolments/{first.id}/give-up")
    assert headings(office, run)[:6] == [
        "Offered a place",
        "Bo",
        "Waiting list",
        "Cy, number 1 of 1 in line",
        "Ended",
        "Ada",
    ]


def test_the_run_says_how_many_and_leads_to_them(office: Browser) -> None:
    run = make_run(capacity=1)
    place(run, "Ada"), place(run, "Bo")
    page = office.get(f"/office/runs/{run.id}").text
    assert "1 with a place, 0 offered, 1 waiting" in page
    assert f'href="/office/runs/{run.id}/places"' in page


def test_somebody_whose_record_is_elsewhere_has_no_name_and_no_way_in(office: Browser) -> None:
    run, nia = make_run(), make_person("Nia", Role.MANAGER)
    hidden = place(run, "Ada Osei", restricted_to_id=nia.id, email="ada@example.org")
    page = office.get(f"/office/runs/{run.id}/places").text
    assert "Somebody whose record is with one manager" in page
    assert "Ada" not in page
    assert "ada@example.org" not in page
    assert f"/office/enrolments/{hidden.id}" not in page
    assert office.get(f"/office/enrolments/{hidden.id}").status_code == 404
    assert office.post(f"/office/enrolments/{hidden.id}/give-up").status_code == 404
    assert state_of(hidden) is State.CONFIRMED


def test_one_who_phoned_gives_up_and_the_next_says_yes(office: Browser) -> None:
    run = make_run(capacity=1)
    first, second = place(run, "Ada"), place(run, "Bo")
    answer = office.post(f"/office/enrolments/{first.id}/give-up")
    assert (answer.status_code, answer.location) == (302, f"/office/runs/{run.id}/places")
    assert (state_of(first), state_of(second)) == (State.GIVEN_UP, State.OFFERED)
    office.post(f"/office/enrolments/{second.id}/not-reached")
    assert "Called, and not reached" in office.get(f"/office/runs/{run.id}/places").text
    office.post(f"/office/enrolments/{second.id}/yes")
    assert state_of(second) is State.CONFIRMED


def test_after_the_cut_off_free_places_go_out_by_phone_in_order(office: Browser) -> None:
    run = make_run(capacity=1)
    assert run.starts_at
    first, second, third = place(run, "Ada"), place(run, "Bo"), place(run, "Cy")
    page = f"/office/runs/{run.id}/places"
    assert "Phone those who wait" not in office.get(page).text
    with time_machine.travel(run.starts_at - timedelta(hours=5), tick=False):
        office = _again(office)
        office.post(f"/office/enrolments/{first.id}/give-up")
        assert "Phone those who wait" in office.get(page).text
        refused = office.post(f"/office/enrolments/{third.id}/place")
        assert (refused.status_code, state_of(third)) == (409, State.WAITING)
        office.post(f"/office/enrolments/{second.id}/not-reached")
        office.post(f"/office/enrolments/{third.id}/place")
        assert (state_of(second), state_of(third)) == (State.WAITING, State.CONFIRMED)


def _again(office: Browser) -> Browser:
    """Signed in at another time: a visit does not last for weeks."""
    return office.sign_in(make_person("Dee Marsh", Role.DESK))


def test_the_same_person_is_told_once_when_they_were_on_the_phone(office: Browser) -> None:
    run = make_run(capacity=1)
    first, second = place(run, "Ada"), place(run, "Bo", phone="01632 960 123")
    give_up(make_person(), first, the_college())
    office.post(f"/office/enrolments/{second.id}/yes")
    rows = select(OutboxMessage.key, OutboxMessage.state).order_by(OutboxMessage.id)
    mine = db.session.execute(rows.where(OutboxMessage.person_id == second.person_id)).all()
    assert [(row.key.split(":")[0], row.state.value) for row in mine] == [
        ("request_waits", "dropped"),
        ("place_offered", "dropped"),
        ("place_confirmed", "sent"),
    ]


def test_somebody_moves_to_another_date_and_keeps_the_first_until_it_is_sure(
    office: Browser,
) -> None:
    course = make_course("Sleeping well")
    here, there = make_run(course), make_run(course, capacity=1)
    taken, moves = place(there, "Ada"), place(here, "Bo")
    page = f"/office/enrolments/{moves.id}"
    sent = office.post(page, data={"run_id": str(there.id)})
    assert sent.location == f"/office/runs/{there.id}/places"
    assert state_of(moves) is State.CONFIRMED
    office.post(f"/office/enrolments/{taken.id}/give-up")
    other = db.session.scalars(
        select(Enrolment).where(Enrolment.run_id == there.id, Enrolment.state == State.OFFERED)
    ).one()
    office.post(f"/office/enrolments/{other.id}/yes")
    assert state_of(moves) is State.GIVEN_UP
    nonsense = office.post(page, data={"run_id": "999999"})
    assert nonsense.status_code == 422


def test_the_page_of_a_place_says_what_happened_and_how_to_reach_them(office: Browser) -> None:
    made = place(
        make_run(), "Ada", phone="01632 960 123", contact_by=ContactBy.PHONE, contact_when="At noon"
    )
    words = words_of(office.get(f"/office/enrolments/{made.id}").text)
    assert "When it is safe: At noon" in words
    assert "There was a place, so it is yours." in words
    looked = select(AuditEntry.subject).where(AuditEntry.verb == "looked at")
    assert db.session.scalars(looked).all() == [f"person:{made.person_id}"]


def test_places_are_set_aside_and_released(office: Browser) -> None:
    run = make_run(capacity=5)
    typed = {"name": "Larch ward", "places": "2", "day": "2027-05-20"}
    office.post(f"/office/runs/{run.id}/set-aside", data=typed)
    page = office.get(f"/office/runs/{run.id}/places").text
    assert "Set aside for Larch ward:</strong> 0 of 2" in page
    assert "In the room:</strong> 0 of 3" in page
    pool = db.session.scalars(select(Pool).where(Pool.kind == PoolKind.SET_ASIDE)).one()
    office.post(f"/office/runs/{run.id}/pools/{pool.id}/release")
    assert "In the room:</strong> 0 of 5" in office.get(f"/office/runs/{run.id}/places").text
    elsewhere = office.post(f"/office/runs/{make_run().id}/pools/{pool.id}/release")
    assert elsewhere.status_code == 404
    room = db.session.scalars(
        select(Pool).where(Pool.run_id == run.id, Pool.kind == PoolKind.ROOM)
    ).one()
    assert office.post(f"/office/runs/{run.id}/pools/{room.id}/release").status_code == 409
    refused = office.post(f"/office/runs/{run.id}/set-aside", data=typed | {"places": "6"})
    assert (refused.status_code, "no more can be" in refused.text) == (422, True)


def test_a_hybrid_run_counts_its_places_by_link(office: Browser) -> None:
    run = make_run()
    refused = office.post(f"/office/runs/{run.id}/links", data={"places": "4"})
    assert refused.status_code == 422
    with transaction():
        db.session.get_one(Run, run.id).mode = Mode.HYBRID
    office.post(f"/office/runs/{run.id}/links", data={"places": "4"})
    assert "By link:</strong> 0 of 4" in office.get(f"/office/runs/{run.id}/places").text


def test_a_list_of_five_hundred_is_paged_and_asks_no_more(office: Browser) -> None:
    counts = []
    for many in (3, 500):
        run = make_run(capacity=2)
        _crowd(run, many)
        with counted() as statements:
            page = office.get(f"/office/runs/{run.id}/places")
        counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
        assert page.status_code == 200
        assert page.text.count("<h3>") == min(many, 50)
        assert len(page.data) < 120_000
    assert counts[0] == counts[1] <= 14


def _crowd(run: Run, many: int) -> None:
    """As the database has them after many have asked."""
    pool = db.session.scalars(
        select(Pool).where(Pool.run_id == run.id, Pool.kind == PoolKind.ROOM)
    ).one()
    first = place(run, "Ada")
    with transaction():
        people = [Person(name=f"Person {n}") for n in range(many - 1)]
        db.session.add_all(people)
        db.session.flush()
        for person in people:
            row = Enrolment(
                person_id=person.id,
                run_id=run.id,
                pool_id=pool.id,
                state=State.WAITING,
                requested_at=clock.now(),
            )
            row.steps = [
                type(step)(state=State.WAITING, why=step.why, at=step.at) for step in first.steps
            ]
            db.session.add(row)
