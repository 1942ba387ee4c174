"""The office's first page."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import RingFirst
from recovery_college.accounts.rules import Role
from recovery_college.clock import now
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.messages.rules import Trouble
from recovery_college.scheduling.rules import RunState
from tests.conftest import Browse, counted
from tests.factories import NOW, make_course, make_message, make_person, make_run

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def fill(days: int) -> None:
    for day in range(days):
        person = make_person()
        make_message(person, trouble=Trouble.NO_SERVER)
        for state in (RunState.PUBLISHED, RunState.DRAFT):
            run = make_run(first=date(2027, 6, 7) + timedelta(days=day))
            with transaction():
                run.state = state
        with transaction():
            db.session.add(RingFirst(person=person, review_on=now().date(), set_at=now()))
        run = make_run(capacity=1, first=date(2027, 6, 7) + timedelta(days=day))
        first = enrol(person, make_person(), Request(run), the_college())
        enrol(person, make_person(phone="01632 960 123"), Request(run), the_college())
        give_up(person, first, the_college())
        shares = make_person(needs="A chair by the door", needs_shared=True)
        enrol(person, shares, Request(make_run()), the_college())


def test_nothing_to_do(browse: Browse) -> None:
    olu = make_person("Olu", Role.MANAGER, email="olu@example.org")
    assert "Nothing needs you just now" in browse(olu).get("/office").text


def test_counts_jump_to_their_lists(browse: Browse) -> None:
    make_run(make_course("Sleeping well"))
    page = browse(make_person("Dee", Role.DESK, email="dee@example.org")).get("/office").text
    assert '<a href="#pairs"><b>1</b><span>session lacks a half</span></a>' in page
    assert 'id="pairs">Half of the pair to find</h2>' in page
    assert "Sleeping well, Monday 7 June 2027, 10am" in page


def test_it_asks_as_often_for_one_of_each_as_for_thirty(browse: Browse) -> None:
    olu = make_person("Olu", Role.MANAGER, email="olu@example.org")
    browser, asked = browse(olu), []
    for more in (1, 29):
        fill(more)
        with counted() as statements:
            assert browser.get("/office").status_code == 200
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[1] <= 10
