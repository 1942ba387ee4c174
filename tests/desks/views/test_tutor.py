"""A tutor's own week."""

import re
from collections.abc import Iterator

import pytest
import time_machine

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import transaction
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.tutors.models import Tutor
from tests.conftest import Browse
from tests.factories import make_course, make_person, make_run, make_tutor

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_june() -> Iterator[None]:
    with time_machine.travel("2027-06-07T07:00Z", tick=False):
        yield


def tutor(name: str) -> Tutor:
    made = make_tutor(name=name)
    with transaction():
        made.person.role_rows = [RoleGiven(role=Role.TUTOR)]
    return made


def test_a_tutor_sees_their_own_sessions_and_no_other_tutor_s(browse: Browse) -> None:
    ash, other = tutor("Ash Reed"), tutor("Cy")
    make_run(make_course("Sleeping well"), tutors=(ash,))
    make_run(make_course("Food and mood"), tutors=(other,))
    page = browse(ash.person).get("/tutor").text
    assert ("Sleeping well" in page, "Food and mood" in page) == (True, False)
    assert "How to get there" in page


def test_who_teaches_nothing_is_told_what_will_stand_here(browse: Browse) -> None:
    assert "Nothing for you yet" in browse(make_person("Bo", Role.TUTOR)).get("/tutor").text


@pytest.mark.parametrize("roles", [(), (Role.DESK,), (Role.MANAGER,)])
def test_only_tutors_open_it(browse: Browse, roles: tuple[Role, ...]) -> None:
    person: Person = make_person("Ada", *roles)
    assert browse(person).get("/tutor").status_code == 403


def test_a_tutor_reads_how_many_come_and_the_pair_who_and_what_helps(browse: Browse) -> None:
    ash = tutor("Ash Reed")
    teaches = ash.person
    with time_machine.travel("2027-05-03T09:00Z", tick=False):
        run = make_run(tutors=(ash,))
        ada = make_person("Ada Osei", needs="A chair by the door", needs_shared=True)
        enrol(ada, ada, Request(run, with_supporter=True), the_college())
    browser, page = browse(teaches), f"/tutor/sessions/{run.sessions[0].id}"
    assert "1 student, and 1 person to support them." in browser.get("/tutor").text
    words = browser.get(page).text
    assert ("Ada Osei" in words, "A chair by the door" in words) == (True, True)
    with time_machine.travel("2027-06-01T09:00Z", tick=False):
        words = browse(teaches).get(page).text
        assert ("Ada Osei" in words, "A chair by the door" in words) == (False, True)
    with time_machine.travel("2027-05-10T09:00Z", tick=False):
        words = browse(teaches).get(page).text
        assert ("Ada Osei" in words, "A chair by the door" in words) == (False, False)


def test_what_to_do_now_is_the_college_s_own_words_for_tutors_and_the_office(
    browse: Browse,
) -> None:
    page = browse(make_person("Ash Reed", Role.TUTOR)).get("/tutor/what-to-do-now").text
    assert 'href="tel:999"' in page
    assert "safeguarding lead" in page
    assert "01632 960 123" in page
    assert "This page keeps nothing. Write nothing about a person here." in page
    assert not re.search("<form|<input|<textarea|<script|Ash", page)
    statuses = [
        browse(each).get("/tutor/what-to-do-now").status_code
        for each in (make_person("Dee", Role.DESK), make_person())
    ]
    assert statuses == [200, 403]
