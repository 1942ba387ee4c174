"""One press says that somebody can't make it: on their page, and by the key in a reminder."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.models import Enrolment, NotComing
from recovery_college.enrolment.offering import cannot_key, heard_key
from recovery_college.scheduling.models import Run
from tests.conftest import ON_SQLITE, Browse, counted
from tests.enrolment.asking import ask
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import words_of

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
KIND = "Thank you for telling us. We hope to see you next time."


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org")


def place_on(ada: Person, title: str = "Sleeping well", **run: int) -> Enrolment:
    return ask(ada, make_run(make_course(title), **run))  # type: ignore[arg-type]


def told() -> int:
    return len(db.session.scalars(select(NotComing)).all())


def address_of(run: Run) -> str:
    return f"/sessions/{run.sessions[0].id}"


def test_one_press_on_ones_own_page_and_a_kind_reply(ada: Person, browse: Browse) -> None:
    run, browser = place_on(ada).run, browse(ada)
    here = address_of(run)
    assert f'action="{here}/cannot-come"' in browser.get("/my").text
    assert browser.get(f"{here}/cannot-come").status_code == 200
    assert told() == 0
    answer = browser.post(f"{here}/cannot-come")
    assert answer.location == f"{here}/cannot-come"
    page = browser.get(answer.location).text
    assert KIND in page
    assert "Sleeping well" in page
    assert "You told us that you can\u2019t make it." in browser.get("/my").text
    assert browser.post(f"{here}/can-come").location == f"{here}/cannot-come"
    assert told() == 0
    assert "You told us" not in browser.get("/my").text


def test_of_a_workshop_somebody_else_may_have_the_place_and_of_a_course_nobody_asks(
    ada: Person, browse: Browse
) -> None:
    workshop, course = place_on(ada), place_on(ada, "Painting", sessions=2)
    give_up_at = f"/enrolments/{workshop.id}/withdraw"
    here = [address_of(each.run) for each in (workshop, course)]
    browser = browse(ada)
    pages = [browser.post(f"{each}/cannot-come", follow_redirects=True).text for each in here]
    assert give_up_at in pages[0]
    assert "/withdraw" not in pages[1]


def test_the_place_has_all_its_dates_that_are_not_over(
    ada: Person, browse: Browse, clocks: time_machine.Traveller
) -> None:
    place = place_on(ada, sessions=3)
    first, second, third = (each.id for each in place.run.sessions)
    clocks.move_to(place.run.sessions[1].starts_at, tick=False)
    browser, here = browse(ada), f"/enrolments/{place.id}"
    browser.post(f"/sessions/{third}/cannot-come")
    page = browser.get(here).text
    asked = [f'href="/sessions/{id}/cannot-come"' in page for id in (first, second, third)]
    assert asked == [False, True, True]
    assert words_of(page).count("you told us that you can\u2019t make it") == 1


def test_nobody_says_it_for_another(ada: Person, browse: Browse) -> None:
    here = address_of(place_on(ada).run)
    other = browse(make_person("Bo"))
    for address in (f"{here}/cannot-come", f"{here}/can-come"):
        assert other.post(address).status_code == 404
    assert other.get(f"{here}/cannot-come").status_code == 404
    assert told() == 0


def test_the_key_says_it_without_signing_in_and_names_no_course(
    ada: Person, app: Flask, browse: Browse, clocks: time_machine.Traveller
) -> None:
    place = place_on(ada)
    session, secret = place.run.sessions[0], str(app.config["SECRET_KEY"])
    here, anybody = f"/cannot-come/{cannot_key(secret, place.id, session.id)}", browse()
    page = anybody.get(here)
    assert "Sleeping" not in page.text
    assert "Ada" not in page.text
    assert told() == 0
    assert anybody.post(here).location == here
    assert KIND in anybody.get(here).text
    assert told() == 1
    assert anybody.post(f"{here}/after-all").location == here
    assert told() == 0
    for key in (
        cannot_key(secret, place.id, session.id + 1000),
        cannot_key("another", place.id, session.id),
        heard_key(secret, place.id, session.id),
        "no-such-key",
    ):
        assert anybody.get(f"/cannot-come/{key}").status_code == 404
        assert anybody.post(f"/cannot-come/{key}").status_code == 404
    clocks.move_to(session.ends_at + timedelta(minutes=1), tick=False)
    assert "There is nothing to tell us" in anybody.get(here).text
    assert anybody.post(here).status_code == 409


def test_who_gave_up_meanwhile_has_nothing_to_say(ada: Person, app: Flask, browse: Browse) -> None:
    place = place_on(ada)
    key = cannot_key(str(app.config["SECRET_KEY"]), place.id, place.run.sessions[0].id)
    give_up(ada, place, the_college())
    page = browse().get(f"/cannot-come/{key}").text
    assert "There is nothing to tell us" in words_of(page)
    assert browse().post(f"/cannot-come/{key}").status_code == 409


def test_what_is_next_asks_little(ada: Person, browse: Browse) -> None:
    place_on(ada)
    browser = browse(ada)
    browser.get("/my")
    with counted() as statements:
        browser.get("/my")
    assert len([each for each in statements if "SAVEPOINT" not in each]) <= 10
