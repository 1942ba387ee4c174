"""The office asks tutors, and writes down what they said; who leads a course asks too."""

from collections.abc import Iterator
from datetime import time

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Delivery
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Teaches
from recovery_college.tutors.rules import Step
from tests.conftest import Browse
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import words_of
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dee() -> Person:
    return make_person("Dee Hart", Role.DESK, email="dee@example.org")


def test_a_tutor_is_asked_from_the_sessions_page_and_their_answer_written_down(
    browse: Browse, dee: Person
) -> None:
    session = make_run().sessions[0]
    tia, address = teacher(name="Tia Bell"), f"/office/sessions/{session.id}"
    browser = browse(dee)
    assert f"{address}/ask?side=lived" in browser.get(address).text
    typed = {"side": "lived", "tutor": str(tia.id)}
    assert browser.post(f"{address}/ask?side=lived", data=typed).location == address
    delivery = db.session.scalars(db.select(Delivery)).one()
    assert "Tia Bell Lived experience. Asked." in words_of(browser.get(address).text)
    assert browser.post(f"/office/requests/{delivery.id}/accept").location == address
    assert "Tia Bell Lived experience. Confirmed." in words_of(browser.get(address).text)
    assert browser.post(f"/office/requests/{delivery.id}/step-back").location == address
    assert "Tia Bell" not in words_of(browser.get(address).text)
    assert db.session.get_one(Delivery, delivery.id).by_phone


def test_who_teaches_the_course_and_is_free_comes_first(browse: Browse, dee: Person) -> None:
    run = make_run(make_course())
    names = ("Cy Moss", "Bo Lind", "Ash Bell")
    busy, knows, new = (teacher(name=name) for name in names)
    make_run(tutors=(busy,))
    with transaction():
        db.session.add(Teaches(tutor_id=knows.id, course_id=run.course_id))
    page = browse(dee).get(f"/office/sessions/{run.sessions[0].id}/ask?side=lived").text
    assert [name for name in page.split(">") if name.startswith(names)] == [
        "Bo Lind (ready)</option",
        "Ash Bell (has not taught this course)</option",
        "Cy Moss (has not taught this course, teaches elsewhere then)</option",
    ]
    assert new.id


def test_a_whole_run_is_asked_for_with_one_press(browse: Browse, dee: Person) -> None:
    run, tia = make_run(sessions=4), teacher()
    typed = {"side": "lived", "tutor": str(tia.id)}
    assert browse(dee).post(f"/office/runs/{run.id}/ask", data=typed).status_code == 302
    assert len(db.session.scalars(db.select(Delivery)).all()) == 4
    again = browse(dee).post(f"/office/runs/{run.id}/ask", data=typed)
    assert (again.status_code, "nothing to ask for" in again.text) == (422, True)


def test_a_tutor_of_the_other_side_is_refused_beside_the_field(browse: Browse, dee: Person) -> None:
    run, tia = make_run(), teacher(Side.LIVED)
    typed = {"side": "professional", "tutor": str(tia.id)}
    answer = browse(dee).post(f"/office/runs/{run.id}/ask", data=typed)
    assert (answer.status_code, "does not teach as a professional tutor" in answer.text) == (
        422,
        True,
    )


def test_only_who_leads_the_course_asks_others_from_the_tutors_side(browse: Browse) -> None:
    run, lead, other = make_run(sessions=2), teacher(), teacher(Side.PROFESSIONAL)
    with transaction():
        db.session.add(Teaches(tutor_id=lead.id, course_id=run.course_id, step=Step.LEADING))
    address, leads, teaches = f"/tutor/runs/{run.id}/ask", lead.person, other.person
    typed = {"side": "professional", "tutor": str(other.id)}
    assert browse(teaches).post(address, data=typed).status_code == 403
    assert browse(leads).post(address, data=typed).status_code == 302
    rows = db.session.scalars(db.select(Delivery)).all()
    assert [(row.asked_by_id, row.state) for row in rows] == [(leads.id, DeliveryState.ASKED)] * 2


def test_what_the_phone_can_not_decide_is_left_to_the_tutor(browse: Browse, dee: Person) -> None:
    tia = teacher()
    make_run(tutors=(tia,))
    session = make_run(at=time(12)).sessions[0]
    browse(dee).post(
        f"/office/sessions/{session.id}/ask", data={"side": "lived", "tutor": str(tia.id)}
    )
    delivery = db.session.scalars(db.select(Delivery).filter_by(session_id=session.id)).one()
    answer = browse(dee).post(f"/office/requests/{delivery.id}/accept")
    assert (answer.status_code, "They can\u2019t get from" in answer.text) == (409, True)
