"""A student's own places, and offers that are answered by their key alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run
from tests.conftest import Browse, counted
from tests.factories import FIRST, NOW, make_course, make_person, make_room, make_run
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def ask(person: Person, run: Run) -> Enrolment:
    """The rows may be of a request that is over."""
    student, wanted = db.session.get_one(Person, person.id), db.session.get_one(Run, run.id)
    return enrol(student, student, Request(wanted), the_college())


def state_of(place: Enrolment) -> State:
    db.session.expire_all()
    return db.session.get_one(Enrolment, place.id).state


@pytest.fixture
def offered() -> tuple[Enrolment, str]:
    """Ada is offered the place that somebody gave up; and the address in her letter."""
    run = make_run(make_course("Sleeping well"), capacity=1)
    other, ada = make_person("Bo"), make_person("Ada", email="ada@example.org")
    held, waiting = ask(other, run), ask(ada, run)
    give_up(other, held, the_college())
    bodies = select(OutboxMessage.body).where(OutboxMessage.person_id == ada.id)
    found = re.search(r"/offers/\S+", " ".join(db.session.scalars(bodies)))
    assert found
    return waiting, found[0]


def test_opening_the_letter_s_link_any_number_of_times_answers_nothing(
    browse: Browse, offered: tuple[Enrolment, str]
) -> None:
    place, address = offered
    for _ in range(3):
        page = browse().get(address)
    assert "A place is held for you" in page.text
    assert (page.headers["Cache-Control"], state_of(place)) == ("no-store", State.OFFERED)


@pytest.mark.parametrize(("answer", "state"), [("yes", State.CONFIRMED), ("no", State.GIVEN_UP)])
def test_a_yes_or_a_no_needs_no_signing_in_and_may_be_pressed_twice(
    browse: Browse, offered: tuple[Enrolment, str], answer: str, state: State
) -> None:
    place, address = offered
    browser = browse()
    for _ in range(2):
        assert browser.post(address, data={"answer": answer}).location == address
    assert state_of(place) is state
    words = {"yes": "The place is yours. Just come.", "no": "You said no to this place."}
    assert words[answer] in words_of(browser.get(address).text)


def test_a_no_out_of_an_old_tab_takes_nothing_away_that_was_said_yes_to(
    browse: Browse, offered: tuple[Enrolment, str]
) -> None:
    place, address = offered
    browse().post(address, data={"answer": "yes"})
    late = browse().post(address, data={"answer": "no"})
    desk = make_person("Dee", Role.DESK, email="dee@example.org")
    phoned = browse(desk).post(f"/office/enrolments/{place.id}/no")
    assert (late.status_code, phoned.status_code) == (409, 409)
    assert "the place is yours" in words_of(late.text)
    assert state_of(place) is State.CONFIRMED


def test_a_key_that_is_cut_short_made_up_or_of_something_else_is_not_there(
    browse: Browse, offered: tuple[Enrolment, str]
) -> None:
    place, address = offered
    for wrong in (address[:-1], "/offers/1", f"/offers/{place.id}.x", "/offers/\u00e9"):
        assert browse().get(wrong).status_code == 404
        assert browse().post(wrong, data={"answer": "yes"}).status_code == 404
    assert browse().post(address, data={"answer": "perhaps"}).status_code == 409
    assert state_of(place) is State.OFFERED


def test_an_old_key_says_what_became_of_the_offer(
    browse: Browse, offered: tuple[Enrolment, str]
) -> None:
    place, address = offered
    assert place.answer_by
    with time_machine.travel(place.answer_by, tick=False):
        late = browse().post(address, data={"answer": "yes"})
        pass_time()
        page = browse().get(address)
    assert (late.status_code, state_of(place)) == (409, State.EXPIRED)
    assert "The time for this offer is over" in late.text
    assert "We did not hear from you in time" in words_of(page.text)


def test_nobody_else_s_place_is_there(browse: Browse) -> None:
    place = ask(make_person("Ada"), make_run())
    browser = browse(make_person("Bo"))
    found = [
        browser.get(f"/enrolments/{place.id}").status_code,
        browser.get(f"/enrolments/{place.id}/withdraw").status_code,
        browser.post(f"/enrolments/{place.id}/withdraw").status_code,
        browser.post(f"/enrolments/{place.id}/accept").status_code,
        browser.post(f"/enrolments/{place.id}/instead/{place.run_id}").status_code,
    ]
    assert found == [404] * 5
    assert state_of(place) is State.CONFIRMED


def test_giving_up_is_one_press_with_kind_words_and_no_reason(browse: Browse) -> None:
    ada = make_person("Ada")
    place = ask(ada, make_run())
    browser = browse(ada)
    page = browser.get(f"/enrolments/{place.id}/withdraw").text
    assert "You need not say why." in words_of(page)
    answer = browser.post(f"/enrolments/{place.id}/withdraw")
    assert "Somebody else will be glad of your place." in browser.get(answer.location).text
    browser.post(f"/enrolments/{place.id}/withdraw")
    assert state_of(place) is State.GIVEN_UP


def test_a_waiting_student_reads_their_position_and_every_step(browse: Browse) -> None:
    run = make_run(capacity=1)
    people = [make_person(name) for name in ("Cy", "Bo", "Ada")]
    places = [ask(person, run) for person in people]
    page = words_of(browse(people[2]).get(f"/enrolments/{places[2].id}").text)
    assert "You are number 2 of 2 in line, for 1 place." in page
    assert "All places were taken, so you are on the waiting list." in page
    assert "Number 2 of 2 in line" in words_of(browse(people[2]).get("/my").text)


def test_another_date_is_one_press_and_getting_it_leaves_the_first(browse: Browse) -> None:
    course, ada = make_course("Sleeping well"), make_person("Ada")
    first = make_run(course, capacity=1)
    second = make_run(course, first=FIRST + timedelta(weeks=2), room=make_room())
    place = ask(ada, first)
    browser = browse(ada)
    page = browser.get(f"/enrolments/{place.id}").text
    assert "Move to another date" in page
    press = f"/enrolments/{place.id}/instead/{second.id}"
    addresses = [browser.post(press).location for _ in range(2)]
    assert addresses[0] == addresses[1]
    assert "You have a place" in browser.get(addresses[0]).text
    assert state_of(place) is State.GIVEN_UP


def test_what_is_next_stands_on_my_page_and_the_rest_below_it(browse: Browse) -> None:
    ada = make_person("Ada")
    ask(ada, make_run(make_course("Clay and calm"), sessions=3))
    page = words_of(browse(ada).get("/my").text)
    assert "Monday 7 June 2027" in page
    assert "Clay and calm, session 1 of 3" in page
    assert "and 2 more sessions after that" in page
    assert "We are finding the tutors" in page


@pytest.mark.parametrize("address", ["/my", "/my/courses"])
def test_as_many_statements_for_one_place_as_for_many(browse: Browse, address: str) -> None:
    ada = make_person("Ada")
    weeks = [FIRST + timedelta(weeks=week) for week in range(8)]
    runs = [make_run(capacity=1, first=week) for week in weeks]
    ask(ada, runs[0])
    ask(make_person(), runs[1])
    ask(ada, runs[1])
    browser = browse(ada)
    browser.get(address)
    with counted() as few:
        browser.get(address)
    for run in runs[2:]:
        ask(make_person(), run)
        ask(ada, run)
    with counted() as many:
        browser.get(address)
    assert len(many) == len(few)
