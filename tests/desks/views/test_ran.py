"""What the office says of a session that is over and that nobody marked."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from recovery_college.accounts.rules import Role
from recovery_college.database import db
from recovery_college.scheduling.models import Session
from tests.attendance.registering import OVER, make_taught
from tests.conftest import Browse, Browser, counted
from tests.factories import make_person
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
WHY = {"reason": "Weather or travel"}


@pytest.fixture(autouse=True)
def a_day_later(app: object) -> Iterator[None]:
    with time_machine.travel(OVER + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def dee(browse: Browse) -> Browser:
    return browse(make_person("Dee Hart", Role.DESK))


def test_it_did_not_happen_and_the_list_says_why(dee: Browser) -> None:
    here = f"/office/sessions/{make_taught(1).sessions[0].id}/did-not-happen"
    listed = dee.get("/office/registers").text
    assert "Not taken yet" in words_of(listed)
    assert here in listed
    unsaid = dee.post(here)
    assert (unsaid.status_code, "Choose a reason from the list." in unsaid.text) == (422, True)
    assert dee.post(here, data=WHY).location == "/office/registers"
    listed = dee.get("/office/registers").text
    assert "Called off: Weather or travel" in words_of(listed)
    assert here not in listed
    assert "It is called off." in dee.get(here).text
    again = dee.post(here, data=WHY)
    assert (again.status_code, "This session is cancelled." in again.text) == (422, True)


def test_it_was_on_another_day_and_its_register_is_next(dee: Browser) -> None:
    session_id = make_taught(1).sessions[0].id
    here = f"/office/sessions/{session_id}"
    sent = {"day": "2027-06-20", "starts": "2pm", "ends": "4pm"}
    late = dee.post(f"{here}/another-day", data=sent)
    assert (late.status_code, "That is still to come." in late.text) == (422, True)
    assert 'value="2pm"' in late.text
    moved = dee.post(
        f"{here}/another-day", data={"day": "2027-06-06", "starts": "2pm", "ends": "4pm"}
    )
    assert moved.location == f"{here}/register"
    assert db.session.get_one(Session, session_id).day == date(2027, 6, 6)
    assert "Take the register" not in dee.get(moved.location).text
    assert "Save the register" in dee.get(moved.location).text


def test_what_nobody_took_stays_in_the_list_however_old_it_is(dee: Browser, browse: Browse) -> None:
    session_id = make_taught(1).sessions[0].id
    with time_machine.travel(OVER + timedelta(days=50), tick=False):
        dee = browse(make_person("Dee Moss", Role.DESK))
        listed = dee.get("/office/registers").text
        assert f"/office/sessions/{session_id}/register" in listed
        assert f"/office/sessions/{session_id}/register" in dee.get("/office").text
        dee.post(f"/office/sessions/{session_id}/did-not-happen", data=WHY)
        assert "Called off" not in words_of(dee.get("/office/registers").text)


def test_the_list_asks_as_often_for_one_as_for_thirty(dee: Browser) -> None:
    often = []
    for runs in (1, 29):
        for number in range(runs):
            make_taught(title=f"Rest {runs} {number}")
        dee.get("/office/registers")
        with counted() as statements:
            dee.get("/office/registers")
        often.append(sum("SAVEPOINT" not in each for each in statements))
    assert often[0] == often[1]
