"""Taking a place on the page."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.rules import JoinStep
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState, Visibility
from tests.conftest import Browse, counted
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import seen, words_of

pytestmark = pytest.mark.usefixtures("app", "in_may")


@pytest.fixture
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def kept() -> list[tuple[State, str | None]]:
    rows = db.session.scalars(select(Enrolment).order_by(Enrolment.id))
    return [(row.state, row.person.name if row.person else None) for row in rows]


def key_on(page: str) -> str:
    found = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_press_is_a_place_and_says_what_helps(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada", needs="A chair", needs_shared=False)
    browser = browse(ada)
    page = browser.get(f"/runs/{run.id}/enrol").text
    assert "A chair" in page
    sent = {
        "needs": "A chair near the door",
        "needs_shared": "y",
        "seen": seen(page),
        "form_key": key_on(page),
    }
    answer = browser.post(f"/runs/{run.id}/enrol", data=sent)
    made = db.session.scalars(select(Enrolment)).one()
    assert (answer.status_code, answer.location) == (302, f"/enrolments/{made.id}")
    ada = db.session.get_one(Person, ada.id)
    assert (ada.needs, ada.needs_shared) == ("A chair near the door", True)
    assert "You have a place" in browser.get(answer.location).text


def test_a_form_that_is_sent_again_is_one_request_even_after_the_place_was_given_up(
    browse: Browse,
) -> None:
    run, ada = make_run(), make_person("Ada")
    browser = browse(ada)
    page = browser.get(f"/runs/{run.id}/enrol").text
    sent = {"form_key": key_on(page), "seen": seen(page)}
    first = browser.post(f"/runs/{run.id}/enrol", data=sent)
    browser.post(f"{first.location}/withdraw")
    again = browser.post(f"/runs/{run.id}/enrol", data=sent)
    assert again.location == first.location
    assert kept() == [(State.GIVEN_UP, "Ada")]


def enrol_by_page(browse: Browse, person_name: str, run: Run, query: str = "") -> str:
    browser = browse(make_person(person_name))
    page = browser.get(f"/runs/{run.id}/enrol{query}")
    sent = {"form_key": key_on(page.text), "seen": seen(page.text)}
    answer = browser.post(f"/runs/{run.id}/enrol{query}", data=sent)
    return answer.location or words_of(answer.text)


def test_whoever_is_not_signed_in_begins_to_join_on_the_same_page(browse: Browse) -> None:
    run = make_run()
    page = browse().get(f"/runs/{run.id}/enrol").text
    assert f'action="/join?next=/runs/{run.id}/enrol"' in page.replace("%2F", "/")
    assert f"/sign-in?next=/runs/{run.id}/enrol" in page.replace("%2F", "/")


def test_whoever_stopped_while_joining_goes_on_there_and_comes_back(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada", join_step=JoinStep.HELPS)
    browser = browse(ada)
    answer = browser.get(f"/runs/{run.id}/enrol")
    assert answer.location == "/join/helps"
    with browser.session_transaction() as session:
        assert session["way_on"] == f"/runs/{run.id}/enrol"


def test_before_and_after_its_time_the_page_says_so_and_has_no_button(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada")
    with transaction():
        run.term.enrolment_opens_at = clock.now() + timedelta(seconds=1)
    page = browse(ada).get(f"/runs/{run.id}/enrol").text
    assert "Enrolment opens on Monday 3 May 2027" in page
    assert "Take my place" not in page
    assert run.starts_at
    with time_machine.travel(run.starts_at, tick=False):
        page = browse(ada).get(f"/runs/{run.id}/enrol").text
        answer = browse(ada).post(f"/runs/{run.id}/enrol", data={"seen": "{}"})
    assert "This course has already started" in page
    assert (answer.status_code, kept()) == (422, [])
    assert "This course has already started" in answer.text


def test_a_run_that_is_cancelled_while_the_form_was_open_is_a_plain_page(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada")
    browser = browse(ada)
    page = browser.get(f"/runs/{run.id}/enrol").text
    with transaction():
        db.session.get_one(Run, run.id).state = RunState.CANCELLED
    sent = {"form_key": key_on(page), "seen": seen(page), "needs": "A ramp"}
    answer = browser.post(f"/runs/{run.id}/enrol", data=sent)
    assert answer.status_code == 422
    assert "This course is not going ahead" in words_of(answer.text)


@pytest.mark.parametrize("visibility", [Visibility.BY_LINK, Visibility.OFFICE])
def test_what_is_not_for_everybody_is_not_there_without_its_key(
    browse: Browse, visibility: Visibility
) -> None:
    run, ada = make_run(), make_person("Ada")
    with transaction():
        run.visibility = visibility
    found = [
        browse(ada).get(f"/runs/{run.id}/enrol{query}").status_code
        for query in ("", "?run=wrong", f"?run={run.link_key}")
    ]
    assert found == [404, 404, 200 if visibility is Visibility.BY_LINK else 404]


def test_who_is_to_ring_first_reads_that_and_nothing_more(browse: Browse) -> None:
    run, ada = make_run(), make_person("Ada")
    wall = RingFirst(person_id=ada.id, review_on=clock.now().date(), set_at=clock.now())
    with transaction():
        db.session.add(wall)
    browser = browse(ada)
    page = browser.get(f"/runs/{run.id}/enrol").text
    sent = {"form_key": key_on(page), "seen": seen(page)}
    answer = browser.post(f"/runs/{run.id}/enrol", data=sent)
    assert answer.status_code == 422
    assert "Please ring us to book" in answer.text
    assert kept() == []


def test_a_clash_and_what_most_people_do_first_are_said_and_not_refused(browse: Browse) -> None:
    before = make_course("First steps")
    run, other = make_run(make_course("Sleeping well")), make_run(make_course("Clay and calm"))
    with transaction():
        run.course.first_course = before
    ada = make_person("Ada")
    browser = browse(ada)
    page = browser.get(f"/runs/{other.id}/enrol").text
    sent = {"form_key": key_on(page), "seen": seen(page)}
    browser.post(f"/runs/{other.id}/enrol", data=sent)
    page = words_of(browser.get(f"/runs/{run.id}/enrol").text)
    assert "you are on Clay and calm too" in page
    assert "Most people go on First steps before this one" in page
    page = browser.get(f"/runs/{run.id}/enrol").text
    sent = {"form_key": key_on(page), "seen": seen(page)}
    assert browser.post(f"/runs/{run.id}/enrol", data=sent).status_code == 302


def test_two_who_come_together_meet_by_a_link_that_names_nobody(browse: Browse) -> None:
    run = make_run(capacity=1)
    enrol_by_page(browse, "Cy", run)
    first = browse(make_person("Ada"))
    page = first.get(f"/runs/{run.id}/enrol").text
    sent = {"form_key": key_on(page), "seen": seen(page)}
    place = first.get(first.post(f"/runs/{run.id}/enrol", data=sent).location).text
    found = re.search(rf"/runs/{run.id}/enrol(\?with=[\w.%-]+)", place)
    assert found
    second = browse(make_person("Bo"))
    page = second.get(f"/runs/{run.id}/enrol{found[1]}").text
    assert "both of you, or neither" in page
    assert "Ada" not in page
    sent = {"form_key": key_on(page), "seen": seen(page)}
    second.post(f"/runs/{run.id}/enrol{found[1]}", data=sent)
    parties = set(db.session.scalars(select(Enrolment.party)))
    assert len(parties - {None}) == 1
    assert kept() == [(State.CONFIRMED, "Cy"), (State.WAITING, "Ada"), (State.WAITING, "Bo")]


def test_the_page_asks_as_much_of_the_database_whoever_else_is_there(browse: Browse) -> None:
    run, ada = make_run(capacity=2), make_person("Ada")
    browser, address = browse(ada), f"/runs/{run.id}/enrol"
    browser.get(address)
    with counted() as few:
        browser.get(address)
    for number in range(6):
        enrol_by_page(browse, f"Person {number}", run)
    with counted() as many:
        browser.get(address)
    assert len(many) == len(few)


def test_nothing_of_the_request_is_in_the_trail_but_names_of_fields(browse: Browse) -> None:
    run = make_run()
    enrol_by_page(browse, "Ada", run)
    lines = select(AuditEntry.verb, AuditEntry.fields).where(AuditEntry.subject.like("enrolment%"))
    assert [tuple(row) for row in db.session.execute(lines)] == [("enrolled", "state")]
    assert db.session.scalar(select(func.count(Enrolment.id))) == 1
