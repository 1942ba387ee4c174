"""A tutor's answers, signed in or by the letter's link."""

import re
from collections.abc import Iterator
from datetime import time

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role, Side
from recovery_college.college.rules import College
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.commands import asking
from recovery_college.scheduling.commands.asking import Wanted
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Tutor
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_course, make_person, make_room, make_run, make_tutor
from tests.markup import words_of
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")
QUAY = College(name="Quay College")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(tutor: Tutor, sessions: int = 2, **more: object) -> Run:
    dee = make_person("Dee Hart", Role.DESK)
    run = make_run(make_course(), sessions=sessions, **more)  # type: ignore[arg-type]
    asking.ask_for_run(dee, run, Wanted(tutor, tutor.sides[0].side), QUAY)
    return run


def rows_of(run: Run) -> list[Delivery]:
    rows = select(Delivery).join(Session, Delivery.session_id == Session.id)
    rows = rows.where(Session.run_id == run.id).order_by(Delivery.starts_at, Delivery.id)
    return list(db.session.scalars(rows))


def states(run: Run) -> list[DeliveryState]:
    return [row.state for row in rows_of(run)]


def link(tutor: Tutor) -> str:
    letter = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.person_id == tutor.person_id)
    ).first()
    found = re.search(r"/tutor/answer/\S+", letter.body if letter else "")
    assert found
    return found[0]


def press(browser: Browser, address: str, button: str) -> int:
    return browser.post(address, data={"answer": button}).status_code


def test_each_and_all_are_answered_on_the_tutors_own_page(browse: Browse) -> None:
    tia = teacher()
    run, other = asked(tia, 3), asked(tia, 2, at=time(15))
    browser = browse(tia.person)
    assert "5 requests wait for your answer" in words_of(browser.get("/tutor").text)
    first, second, _third = (row.id for row in rows_of(run))
    assert press(browser, "/tutor/requests", f"accept-{first}") == 302
    assert press(browser, "/tutor/requests", f"decline-{second}") == 302
    assert press(browser, "/tutor/requests", f"accept-all-{other.id}") == 302
    A, D, S = DeliveryState.ACCEPTED, DeliveryState.DECLINED, DeliveryState.ASKED  # noqa: N806
    assert (states(run), states(other)) == ([A, D, S], [A, A])


def test_the_link_in_the_letter_answers_without_signing_in_and_opening_it_does_nothing(
    browse: Browse,
) -> None:
    tia = teacher()
    run = asked(tia)
    for _ in range(3):
        page = browse().get(link(tia))
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert states(run) == [DeliveryState.ASKED] * 2
    assert press(browse(), link(tia), f"accept-all-{run.id}") == 302
    assert states(run) == [DeliveryState.ACCEPTED] * 2
    back = rows_of(run)[0].id
    assert press(browse(), link(tia), f"back-{back}") == 302
    assert states(run)[0] is DeliveryState.STEPPED_BACK


def test_a_forged_link_and_somebody_elses_request_are_not_there(browse: Browse) -> None:
    tia, tom = teacher(), teacher()
    toms = tom.person
    run = asked(tia)
    asked(tom, 1)
    theirs = f"accept-{rows_of(run)[0].id}"
    assert browse().get(f"{link(tia)}x").status_code == 404
    assert press(browse(toms), "/tutor/requests", theirs) == 404
    assert press(browse(), link(tom), theirs) == 404
    assert press(browse(toms), "/tutor/requests", "accept-all-x") == 404
    step_back = f"/tutor/sessions/{rows_of(run)[0].session_id}/step-back"
    assert browse(toms).post(step_back).status_code == 404
    assert states(run) == [DeliveryState.ASKED] * 2


def test_a_press_that_comes_a_second_too_late_is_told_why(browse: Browse) -> None:
    tia = teacher()
    run, person, address = asked(tia), tia.person, link(tia)
    late = rows_of(run)[0].id
    asking.stand_down(make_person("Dee Hart", Role.DESK), rows_of(run)[0])
    for browser, way in ((browse(person), "/tutor/requests"), (browse(), address)):
        assert press(browser, way, f"accept-{late}") == 302
        assert "The office has taken this request back" in words_of(browser.get(way).text)
    assert states(run)[0] is DeliveryState.STOOD_DOWN


def test_a_link_of_somebody_who_is_no_tutor_any_more_opens_nothing(browse: Browse) -> None:
    tia = teacher()
    asked(tia)
    with transaction():
        tia.person.role_rows = []
    assert browse().get(link(tia)).status_code == 404


def test_what_speaks_against_it_is_said_to_them_and_they_may_say_yes_all_the_same(
    browse: Browse,
) -> None:
    tia = teacher()
    make_run(tutors=(tia,), room=make_room())
    run, person = asked(tia, 1, at=time(12)), tia.person
    mine = rows_of(run)[0].id
    page = browse(person).post("/tutor/requests", data={"answer": f"accept-{mine}"})
    assert page.status_code == 409
    assert "You can\u2019t get from" in words_of(page.text)
    assert press(browse(person), "/tutor/requests", f"anyway-{mine}") == 302
    assert states(run) == [DeliveryState.ACCEPTED]


def test_stepping_back_is_one_press_on_the_week(browse: Browse) -> None:
    tia = teacher()
    run = make_run(make_course("Sleeping well"), tutors=(tia, make_tutor(Side.PROFESSIONAL)))
    browser = browse(tia.person)
    step_back = f"/tutor/sessions/{run.sessions[0].id}/step-back"
    assert step_back in browser.get("/tutor").text
    assert browser.post(step_back).location == "/tutor"
    assert DeliveryState.STEPPED_BACK in states(run)


def test_it_asks_as_often_for_one_request_as_for_thirty(browse: Browse) -> None:
    tia = teacher()
    browser, often = browse(tia.person), list[int]()
    for sessions in (1, 29):
        asked(tia, sessions, at=time(10 + 2 * len(often)))
        with counted() as statements:
            assert browser.get("/tutor/requests").status_code == 200
        often.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert often[0] == often[1] <= 10
