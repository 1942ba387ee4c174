"""The office plans a run, finds what it lacks, publishes it, moves it and copies it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import RunState, SessionState
from tests.conftest import Browse, Browser, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_room,
    make_run,
    make_term,
    make_tutor,
)
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
WHY = {"reason": "Something else"}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def plan(office: Browser, **typed: str) -> tuple[int, str]:
    """Weekly from Monday 17 May at ten, over the bank holiday of 31 May."""
    said = {
        "course_id": str(make_course("Sleeping well").id),
        "term_id": str(make_term("Summer 2027").id),
        "room_id": str(make_room().id),
        "capacity": "12",
        "first": "2027-05-17",
        "starts": "10am",
        "ends": "12:30",
        "count": "3",
    }
    page = office.post("/office/runs/new", data=said | typed)
    return page.status_code, page.location or page.text


def days_of(run_id: int) -> list[date]:
    starts = select(Session.starts_at).where(Session.run_id == run_id).order_by(Session.starts_at)
    return [in_london(at).date() for at in db.session.scalars(starts)]


def test_a_weekly_series_leaves_bank_holidays_and_named_days_out(office: Browser) -> None:
    status, way = plan(office, skipping="24/05/2027")
    assert status == 302
    run = db.session.scalars(select(Run)).one()
    assert (run.state, run.capacity, run.session_count) == (RunState.DRAFT, 12, 3)
    assert days_of(run.id) == [date(2027, 5, 17), date(2027, 6, 7), date(2027, 6, 14)]
    assert "3 sessions" in office.get(way).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"course_id": ""}, "Choose a course."),
        ({"course_id": "999999"}, "Choose from this list."),
        ({"capacity": "21"}, "The room holds 20 people"),
        ({"ends": "9:00"}, "A session ends after it begins."),
        ({"count": "61"}, "Write a number from 1 to 60."),
    ],
)
def test_what_can_t_be_planned_is_said_and_what_was_typed_stays(
    office: Browser, typed: dict[str, str], says: str
) -> None:
    status, page = plan(office, **typed)
    assert (status, says in page, 'value="2027-05-17"' in page) == (422, True, True)
    assert db.session.scalars(select(Run)).all() == []


def test_a_run_says_what_it_lacks_with_a_link_to_each_and_is_published_when_all_is_there(
    office: Browser, browse: Browse
) -> None:
    _, way = plan(office, first="2027-07-05", count="2")
    page = office.get(way).text
    ids = db.session.scalars(select(Session.id).order_by(Session.id)).all()
    assert all(f'"/office/sessions/{id}">Find both tutors' in page for id in ids)
    refused = office.post(f"{way}/publish")
    assert (refused.status_code, "5 July 2027" in refused.text) == (409, True)
    office.post(f"{way}/promise")
    assert "Everything is ready." in office.get(way).text
    assert office.post(f"{way}/publish").status_code == 302
    assert "Sleeping well" in browse().get("/courses").text
    office.post(f"{way}/unpublish")
    assert db.session.scalars(select(Run.state)).all() == [RunState.DRAFT]


def test_the_second_of_two_editors_of_a_run_is_told(office: Browser) -> None:
    run = make_run()
    address = f"/office/runs/{run.id}"
    shown = seen(office.get(address).text)
    typed = {"mode": "in_person", "visibility": "public", "term_id": str(run.term_id)}
    for places, status in (("10", 302), ("8", 422)):
        kept = office.post(address, data=typed | {"capacity": places, "seen": shown})
        assert kept.status_code == status
    assert "This is now: 10" in kept.text
    assert 'value="8"' in kept.text


def test_a_run_moves_by_weeks_and_is_copied_without_its_tutors(office: Browser) -> None:
    tutors = (make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL))
    run = make_run(tutors=tutors, sessions=2)
    address = f"/office/runs/{run.id}"
    assert office.post(f"{address}/move", data={"weeks": "1"}).status_code == 302
    assert days_of(run.id) == [date(2027, 6, 14), date(2027, 6, 21)]
    typed = {"term_id": str(run.term_id), "first": "2027-07-05"}
    copied = office.post(f"{address}/copy", data=typed)
    assert copied.status_code == 302
    made = db.session.scalars(select(Run).where(Run.id != run.id)).one()
    assert days_of(made.id) == [date(2027, 7, 5), date(2027, 7, 12)]
    assert [session.deliveries for session in made.sessions] == [[], []]


def enrolled(run: Run, name: str = "Ada") -> Person:
    person = make_person(name, email=f"{name.lower()}@example.org")
    enrol(person, person, Request(run), the_college())
    return person


def told(person: Person) -> list[str]:
    """Of which notices, in order."""
    mine = select(OutboxMessage.key).where(OutboxMessage.person_id == person.id)
    return [key.split(":")[0] for key in db.session.scalars(mine.order_by(OutboxMessage.id))]


def test_students_hear_of_every_change_of_dates_that_the_office_makes(office: Browser) -> None:
    run, room, in_may_at = make_run(), make_room(), clock.now()
    ada, address = enrolled(run), f"/office/runs/{run.id}"
    typed = {"day": "2027-07-05", "starts": "10:00", "ends": "12:00", "room_id": str(room.id)}
    asked = select(Session).where(Session.run_id == run.id, Session.number == 2)
    office.post(f"{address}/sessions/new", data=typed)
    page = f"/office/sessions/{db.session.scalars(asked).one().id}"
    with time_machine.travel(in_may_at + timedelta(minutes=1), tick=False):
        shown = seen(office.get(page).text)
        office.post(page, data=typed | {"day": "2027-07-06", "seen": shown})
    with time_machine.travel(in_may_at + timedelta(minutes=2), tick=False):
        office.post(f"{page}/cancel", data=WHY)
    with time_machine.travel(in_may_at + timedelta(minutes=3), tick=False):
        office.post(f"{address}/move", data={"weeks": "1"})
    assert told(ada) == ["place_confirmed", *["dates_changed"] * 4]


def test_a_run_with_people_is_not_unpublished_or_made_too_small(office: Browser) -> None:
    run = make_run(capacity=3)
    enrolled(run), enrolled(run, "Bo")
    address = f"/office/runs/{run.id}"
    refused = office.post(f"{address}/unpublish")
    assert (refused.status_code, "Cancel the run instead" in refused.text) == (409, True)
    page = office.get(address).text
    assert f"{address}/unpublish" not in page
    typed = {"mode": "in_person", "visibility": "public", "term_id": str(run.term_id)}
    smaller = office.post(address, data=typed | {"capacity": "1", "seen": seen(page)})
    assert (smaller.status_code, "2 places of this run are held" in smaller.text) == (422, True)


def test_a_larger_run_offers_its_places_and_can_become_one_that_people_join_late(
    office: Browser,
) -> None:
    run = make_run(capacity=1)
    enrolled(run)
    bo, address = enrolled(run, "Bo"), f"/office/runs/{run.id}"
    typed = {"mode": "in_person", "visibility": "public", "term_id": str(run.term_id)}
    shown = {"seen": seen(office.get(address).text), "joins_late": "y"}
    assert office.post(address, data=typed | shown | {"capacity": "2"}).status_code == 302
    assert told(bo) == ["request_waits", "place_offered"]
    run = db.session.get_one(Run, run.id)
    assert (run.joins_late, run.drop_in) == (True, False)


def test_cancelling_says_first_what_will_happen(office: Browser) -> None:
    course = make_course("Sleeping well")
    run, after = make_run(course), make_run(course, first=date(2027, 7, 5))
    ada = enrolled(run)
    page = office.get(f"/office/runs/{run.id}/cancel").text
    assert "1 person with a place" in page
    assert "first in line for the next date: Monday 5 July 2027" in page
    office.post(f"/office/runs/{run.id}/cancel", data=WHY)
    assert db.session.get_one(Run, run.id).state is RunState.CANCELLED
    assert db.session.get_one(Run, run.id).sessions[0].cancel_reason == "Something else"
    assert told(ada) == ["place_confirmed", "run_cancelled", "place_offered"]
    again = office.post(f"/office/runs/{run.id}/cancel")
    assert again.status_code == 422
    assert after.id != run.id


def test_only_a_draft_is_deleted(office: Browser) -> None:
    run = make_run()
    address = f"/office/runs/{run.id}"
    assert office.post(f"{address}/delete").status_code == 409
    office.post(f"{address}/unpublish")
    assert office.post(f"{address}/delete").location == f"/office/terms/{run.term_id}"
    assert db.session.scalars(select(Run)).all() == []


def test_a_session_is_added_moved_promised_and_cancelled(office: Browser) -> None:
    run, room = make_run(), make_room()
    typed = {"day": "2027-07-05", "starts": "10:00", "ends": "12:00", "room_id": str(room.id)}
    assert office.post(f"/office/runs/{run.id}/sessions/new", data=typed).status_code == 302
    session = db.session.scalars(select(Session).where(Session.number == 2)).one()
    address = f"/office/sessions/{session.id}"
    shown = seen(office.get(address).text)
    moved = office.post(address, data=typed | {"day": "2027-07-06", "seen": shown})
    assert moved.status_code == 302
    assert days_of(run.id)[1] == date(2027, 7, 6)
    late = office.post(f"{address}/pair-by", data={"pair_by_on": "2027-07-05"})
    assert (late.status_code, "days before" in late.text) == (422, True)
    kept = office.post(f"{address}/pair-by", data={"pair_by_on": "2027-06-01"})
    assert kept.status_code == 302
    unsaid = office.post(f"{address}/cancel")
    assert (unsaid.status_code, "Choose a reason from the list." in unsaid.text) == (422, True)
    assert office.post(f"{address}/cancel", data=WHY).location == f"/office/runs/{run.id}"
    session = db.session.get_one(Session, session.id)
    assert (session.state, session.cancel_reason) == (SessionState.CANCELLED, "Something else")


def test_a_room_that_is_taken_is_said_beside_the_form(office: Browser) -> None:
    room = make_room()
    make_run(room=room)
    other = make_run(first=date(2027, 6, 8))
    session = other.sessions[0]
    address = f"/office/sessions/{session.id}"
    typed = {"day": "2027-06-07", "starts": "11:00", "ends": "13:00", "room_id": str(room.id)}
    page = office.post(address, data=typed | {"seen": seen(office.get(address).text)})
    assert (page.status_code, "already in use" in page.text) == (422, True)


@pytest.mark.parametrize("page", ["runs/{}", "sessions/{}", "runs/{}/move", "runs/{}/copy"])
def test_what_is_not_there_is_not_found(office: Browser, page: str) -> None:
    assert office.get(f"/office/{page.format(10**8)}").status_code == 404


def test_a_run_of_one_session_or_thirty_asks_as_often(office: Browser) -> None:
    counts = []
    for number in (1, 30):
        tutors = (make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL))
        run = make_run(tutors=tutors, sessions=number)
        with counted() as statements:
            assert office.get(f"/office/runs/{run.id}").status_code == 200
        counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert counts[0] == counts[1] <= 11
