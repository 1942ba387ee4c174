"""The office and its tutors: who they are, what they can teach, what suits them."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
import time_machine

from recovery_college.accounts.models import RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db, transaction
from recovery_college.tutors import queries
from recovery_college.tutors.models import (
    Teaches,
    TrainingStep,
    Tutor,
    TutorAway,
    TutorVenue,
    TutorWindow,
)
from recovery_college.tutors.rules import Step
from tests.conftest import Browse, Browser, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_run,
    make_tutor,
    make_venue,
)
from tests.markup import seen, words_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee(browse: Browse) -> Browser:
    return browse(make_person("Dee Hart", Role.DESK, email="dee@example.org"))


def tutor(name: str = "Ash Reed", side: Side = Side.LIVED) -> Tutor:
    made = make_tutor(side, name=name)
    with transaction():
        made.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    return made


def page(browser: Browser, address: str) -> str:
    return words_of(browser.get(address).text)


def send(browser: Browser, address: str, **typed: Any) -> int:
    return browser.post(address, data=typed).status_code


def asked(statements: list[str]) -> int:
    return len([each for each in statements if "SAVEPOINT" not in each])


def test_the_list_says_what_each_brings_and_teaches(dee: Browser) -> None:
    ash, course, other = tutor(), make_course("Sleeping well"), make_course("Food")
    with transaction():
        ash.teaches = [
            Teaches(course_id=course.id, step=Step.LEADING),
            Teaches(course_id=other.id, step=Step.SHADOWING),
        ]
    make_run(course, tutors=(ash,), sessions=2)
    tutor("Bo Lind", Side.PROFESSIONAL)
    shown = page(dee, "/office/tutors")
    assert (
        "2 tutors Ash Reed Lived experience. Leads 1 course, shadows 1 course. "
        "4 hours of sessions this term." in shown
    )
    assert "Bo Lind Professional. No courses yet. No sessions this term." in shown
    assert "Ash Reed" not in page(dee, "/office/tutors?side=professional")
    assert "Ash Reed" in page(dee, "/office/tutors?q=ree&side=nonsense")
    assert "No tutor matches that." in page(dee, "/office/tutors?q=xyz")


def test_the_list_is_paged_and_costs_the_same_for_one_as_for_fifty(dee: Browser) -> None:
    tutor()
    with counted() as few:
        dee.get("/office/tutors")
    for number in range(50):
        tutor(f"Tutor {number:02}")
    with counted() as many:
        shown = page(dee, "/office/tutors")
    assert "1 to 50 of 51" in shown
    assert asked(many) == asked(few) <= 10


def test_sides_are_decided_and_a_side_that_is_needed_stays(dee: Browser) -> None:
    ash = tutor()
    here = f"/office/tutors/{ash.id}"
    typed = {"role": "Peer trainer", "seen": seen(dee.get(here).text)}
    assert send(dee, here, **typed, sides=["lived", "professional"]) == 302
    assert "Lived experience and professional" in page(dee, here)
    make_run(tutors=(queries.tutor(ash.id),))
    typed["seen"] = seen(dee.get(here).text)
    answer = dee.post(here, data=typed | {"sides": ["professional"]})
    assert answer.status_code == 422
    assert "They are to teach as a peer tutor on 7 June 2027." in words_of(answer.text)


def test_courses_and_steps_come_change_and_go(dee: Browser) -> None:
    ash, course = tutor(), make_course("Sleeping well")
    here = f"/office/tutors/{ash.id}"
    assert send(dee, f"{here}/courses", course_id=str(course.id), step="shadowing") == 302
    assert "Sleeping well Shadowing" in page(dee, here)
    assert send(dee, f"{here}/courses", course_id=str(course.id), step="leading") == 302
    assert "Sleeping well Leading" in page(dee, here)
    assert send(dee, f"{here}/courses", course_id="", step="flying") == 422
    assert send(dee, f"{here}/courses/{course.id}/remove") == 302
    assert send(dee, f"{here}/courses/{course.id}/remove") == 404
    assert "None yet." in page(dee, here)


def test_the_training_pathway(dee: Browser) -> None:
    ash, bo = tutor(), tutor("Bo")
    here = f"/office/tutors/{ash.id}"
    assert send(dee, f"{here}/training", name="", done_on="soon") == 422
    assert send(dee, f"{here}/training", name="Facilitation") == 302
    assert "Facilitation To come" in page(dee, here)
    step = db.session.scalars(db.select(TrainingStep.id)).one()
    assert dee.get(f"/office/tutors/{bo.id}/training/{step}").status_code == 404
    assert send(dee, f"{here}/training/{step}", done_on="01/02/2027") == 302
    assert "Facilitation Done on 1 February 2027" in page(dee, here)
    assert send(dee, f"{here}/training/{step}/remove") == 302
    assert "No steps yet." in page(dee, here)


def test_what_they_said_themselves_is_shown_and_costs_the_same_however_much(
    dee: Browser,
) -> None:
    ash, venue = tutor(), make_venue("Quay Street")
    here = f"/office/tutors/{ash.id}"
    with counted() as few:
        shown = page(dee, here)
    assert "Can reach every place" in shown
    assert "They have not said." in shown
    ash = queries.tutor(ash.id)
    with transaction():
        ash.sessions_a_week, ash.no_evenings, ash.hours_a_month = 2, True, 16
        ash.reaches = [TutorVenue(venue_id=venue.id)]
        ash.windows = [
            TutorWindow(weekday=day, starts=time(9), ends=time(17), from_on=date(2027, 1, 1))
            for day in (0, 3)
        ]
        away = TutorAway(tutor_id=ash.id, starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 14))
        db.session.add(away)
    with counted() as many:
        shown = page(dee, here)
    for words in (
        "2 sessions a week at most 16 hours a month at most No evenings",
        "30 minutes to prepare, 15 minutes afterwards Can reach Quay Street",
        "Monday, 9am to 5pm Thursday, 9am to 5pm",
        "1 June 2027 to 14 June 2027",
    ):
        assert words in shown
    assert asked(many) == asked(few) <= 10


def test_from_a_person_s_page_to_what_they_teach(dee: Browser) -> None:
    ada = make_person("Ada", Role.TUTOR)
    assert "What they teach, and when" in page(dee, f"/office/people/{ada.id}")
    answer = dee.post(f"/office/people/{ada.id}/tutor")
    made = queries.tutor_of(ada)
    assert made is not None
    assert answer.location == f"/office/tutors/{made.id}"
    assert dee.post(f"/office/people/{ada.id}/tutor").location == answer.location
    assert "No side of the pair yet" in page(dee, answer.location)


def test_taking_the_role_says_how_many_sessions_lack_them(browse: Browse) -> None:
    olu = browse(make_person("Olu", Role.MANAGER, email="olu@example.org"))
    ash = tutor()
    make_run(tutors=(ash,), sessions=2)
    assert send(olu, f"/office/people/{ash.person_id}/roles", roles=[]) == 302
    shown = page(olu, f"/office/people/{ash.person_id}")
    assert "Kept. 2 sessions lack them now" in shown


@pytest.mark.parametrize("roles", [(), (Role.TUTOR,)])
def test_only_the_office_opens_it(browse: Browse, roles: tuple[Role, ...]) -> None:
    ash, browser = tutor(), browse(make_person("Ada", *roles))
    addresses = ("/office/tutors", f"/office/tutors/{ash.id}")
    assert {browser.get(address).status_code for address in addresses} == {403}
