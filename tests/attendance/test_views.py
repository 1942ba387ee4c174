"""The register's page: for the pair, for the office, and for nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance.models import Mark, Welcome
from recovery_college.attendance.rules import MarkState
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.settling import settle, what_stands
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.scheduling.models import Run, Session
from tests.attendance.registering import MORNING, OVER, make_taught, pair_of, place_for
from tests.conftest import Browse, Browser, counted
from tests.factories import make_person
from tests.markup import words_of
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def that_morning(app: object) -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def run() -> Run:
    return make_taught(3)


@pytest.fixture
def ash(run: Run, browse: Browse) -> Browser:
    return browse(pair_of(run)[0])


@pytest.fixture
def here(run: Run) -> str:
    return f"/tutor/sessions/{run.sessions[0].id}/register"


def filled(page: str) -> dict[str, str]:
    """What the form would send as it stands."""
    sent = dict(re.findall(r'name="(seen-\w+|minutes-\w+)" value="([^"]*)"', page))
    sent |= dict(re.findall(r'name="([etw]\d+)" value="(\w+)" checked', page))
    return sent


def lines(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(e\d+)"', page)))


def marks() -> list[MarkState]:
    found = select(Mark.state).where(Mark.stands).order_by(Mark.enrolment_id, Mark.id)
    return list(db.session.scalars(found))


def test_one_marks_what_they_pressed_and_finds_it_again(ash: Browser, here: str) -> None:
    page = ash.get(here).text
    assert "Not taken yet" in words_of(page)
    first, second, _third = lines(page)
    answer = ash.post(
        here, data=filled(page) | {first: "present", second: "late", f"minutes-{second}": "5"}
    )
    assert answer.location == here
    page = ash.get(here).text
    assert "Saved: 2 marks." in words_of(page)
    assert "2 of 3 marked" in words_of(page)
    assert filled(page)[f"seen-{second}"] == "late:5"
    assert ash.post(here, data=filled(page)).location == here
    assert len(db.session.scalars(select(Mark)).all()) == 2


def test_the_rest_is_present_by_one_press(ash: Browser, here: str) -> None:
    page = ash.get(here).text
    ash.post(here, data=filled(page) | {lines(page)[1]: "unheard", "rest": "present"})
    assert marks() == [MarkState.PRESENT, MarkState.UNHEARD, MarkState.PRESENT]


def test_two_at_once_each_change_what_they_pressed_and_are_told(
    run: Run, ash: Browser, here: str, browse: Browse
) -> None:
    bo = browse(pair_of(run)[1])
    first, second, third = lines(shown := ash.get(here).text)
    theirs = bo.get(here).text
    ash.post(here, data=filled(shown) | {first: "present", second: "told"})
    bo.post(here, data=filled(theirs) | {second: "late", third: "unheard"})
    assert marks() == [MarkState.PRESENT, MarkState.LATE, MarkState.UNHEARD]
    said = words_of(bo.get(here).text)
    assert "had marked 1 of them differently meanwhile" in said
    assert "marked by Ash Reed" in said
    assert "marked by Bo Lind" in words_of(ash.get(here).text)


def test_minutes_that_are_none_are_said_beside_and_all_stays(ash: Browser, here: str) -> None:
    page = ash.get(here).text
    first, second, _third = lines(page)
    typed = {first: "early", f"minutes-{first}": "\u00b2", second: "present"}
    answer = ash.post(here, data=filled(page) | typed)
    assert answer.status_code == 422
    assert "Give the minutes as a number" in answer.text
    assert filled(answer.text)[f"minutes-{first}"] == "\u00b2"
    assert filled(answer.text)[second] == "present"
    assert marks() == []


def test_nonsense_marks_nobody(ash: Browser, here: str) -> None:
    page = ash.get(here).text
    first = lines(page)[0]
    odd = {first: "brilliant", "e999999999": "present", "w1": "present", "t1": "late", "e": "x"}
    assert ash.post(here, data=filled(page) | odd).location == here
    assert marks() == []


def test_needs_that_are_shared_and_a_supporter_are_told_to_the_pair_alone(
    run: Run, ash: Browser, here: str, browse: Browse
) -> None:
    with transaction():
        for person in db.session.scalars(select(Person).where(Person.name.like("Student%"))):
            person.needs, person.needs_shared = f"A chair for {person.name}", person.name[-1] == "0"
    place = db.session.scalars(
        select(Enrolment).join(Enrolment.person).where(Person.needs_shared)
    ).one()
    settle(make_person(), place, Settled.ARRANGED, "It is theirs.", seen=what_stands(place))
    said = words_of(ash.get(here).text)
    assert "A chair for Student 00 Arranged: It is theirs." in said
    assert "A chair for Student 01" not in said
    dee = browse(make_person("Dee Hart", Role.DESK))
    assert "A chair" not in dee.get(here.replace("tutor", "office")).text


def test_who_is_known_to_one_manager_only_has_no_name_at_the_desk(
    run: Run, ash: Browser, here: str, browse: Browse
) -> None:
    nia = make_person("Nia Cole", Role.MANAGER)
    place_for(make_person("Ada Osei", restricted_to_id=nia.id), run)
    desk = here.replace("tutor", "office")
    dee = browse(make_person("Dee Hart", Role.DESK)).get(desk).text
    assert "Ada Osei" not in dee
    assert "Somebody whose record is with one manager" in dee
    assert "Ada Osei" in ash.get(here).text
    assert "Ada Osei" in browse(nia).get(desk).text


def test_somebody_without_a_place_is_welcome(ash: Browser, here: str) -> None:
    assert "Write their name" in ash.post(f"{here}/welcome", data={"name": " "}).text
    assert ash.post(f"{here}/welcome", data={"name": "Sam"}).location == here
    assert "Sam" in words_of(ash.get(here).text)
    assert db.session.scalars(select(Welcome.name)).all() == ["Sam"]


def test_who_stood_in_and_why_there_was_one_only(ash: Browser, here: str) -> None:
    other, number = teacher(name="Cy Moor"), int(here.split("/")[3])
    page = ash.get(here).text
    pair = list(dict.fromkeys(re.findall(r'name="(t\d+)"', page)))
    ash.post(here, data=filled(page) | {pair[0]: "present", pair[1]: "away"})
    page = words_of(ash.get(here).text)
    assert "Delivery: one side of the pair." in page
    reason = re.search(r'<option value="([^"]+)">', ash.get(here).text.split('id="reason"')[1])
    assert reason
    assert ash.post(f"{here}/alone", data={"reason": reason[1]}).location == here
    assert db.session.get_one(Session, number).alone_reason == reason[1]
    assert ash.post(f"{here}/stand-in", data={"stand_in": str(other.id)}).location == here
    assert "Cy Moor lived experience; stood in" in words_of(ash.get(here).text).replace(
        "Lived", "lived"
    )


@pytest.mark.parametrize("more", ["", "/welcome", "/stand-in", "/alone"])
def test_to_everybody_else_it_is_not_there(run: Run, here: str, browse: Browse, more: str) -> None:
    others = [teacher().person, pair_of(run)[0]]
    with time_machine.travel(OVER + timedelta(days=8), tick=False):
        for person in others:
            assert browse(person).post(here + more, data={"name": "Sam"}).status_code == 404
    for person in (teacher().person, pair_of(make_taught(title="Rest"))[0]):
        assert browse(person).post(here + more, data={"name": "Sam"}).status_code == 404


def test_a_student_cannot_open_one_and_no_tutor_the_offices(
    ash: Browser, here: str, browse: Browse
) -> None:
    student = browse(make_person("Student"))
    assert student.get(here).status_code == 404
    desk = here.replace("tutor", "office")
    for there in (desk, f"{desk}/quick"):
        assert [student.get(there).status_code, student.post(there).status_code] == [404, 404]
        assert ash.get(there).status_code == 404


def test_it_asks_as_often_for_three_as_for_thirty(
    run: Run, ash: Browser, here: str, browse: Browse
) -> None:
    more = make_taught(30, title="Rest", capacity=30)
    other, there = browse(pair_of(more)[0]), f"/tutor/sessions/{more.sessions[0].id}/register"
    with counted() as few:
        ash.get(here)
    with counted() as many:
        other.get(there)
    often = [sum("SAVEPOINT" not in each for each in asked) for asked in (few, many)]
    assert often[0] == often[1] <= 10


def test_an_app_s_pictures_have_an_address_of_this_version(browse: Browse) -> None:
    manifest = browse().get("/tutor/app.webmanifest").text
    assert len(re.findall(r'"/static/mark[-.\w]*\?v=\w{12}"', manifest)) == 2
