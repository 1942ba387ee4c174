"""A pair finds another time on its pages, and the office has the last word."""

import re
from collections.abc import Iterator

import pytest
import time_machine

from recovery_college.accounts.rules import Role, Side
from recovery_college.database import db
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState
from recovery_college.tutors.models import Tutor
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_course, make_person, make_run
from tests.markup import words_of
from tests.scheduling.commands.test_asking import teacher

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ash() -> Tutor:
    return teacher(name="Ash Reed")


@pytest.fixture
def bo() -> Tutor:
    return teacher(Side.PROFESSIONAL, name="Bo Lind")


@pytest.fixture
def run(ash: Tutor, bo: Tutor) -> Run:
    return make_run(make_course("Sleeping well"), tutors=(ash, bo), sessions=2)


def offered(browser: Browser, address: str) -> list[str]:
    return re.findall(r'<option value="(\d+-\d+)"', browser.get(address).text)


def to_pick(browser: Browser, address: str) -> tuple[str, list[str]]:
    """Where one says which of the proposed times suits, and what there is to choose from."""
    page = browser.get(address).text
    found = re.search(r"/tutor/proposals/\d+/pick", page)
    assert found
    return found[0], re.findall(r'name="slot" type="radio" value="(\d+)"', page)


def test_proposed_by_one_picked_by_the_other_confirmed_by_the_office(
    browse: Browse, run: Run, ash: Tutor, bo: Tutor
) -> None:
    people, dee = (ash.person, bo.person), make_person("Dee Hart", Role.DESK)
    mine, theirs, office = (browse(each) for each in (*people, dee))
    number = run.sessions[0].id
    address = f"/tutor/sessions/{number}"
    assert "Find another time" in mine.get(address).text
    values = offered(mine, f"{address}/times")
    answer = mine.post(f"{address}/times", data={"slots": ["", values[0], "", values[9]]})
    assert answer.location == address
    assert "You have proposed these times" in mine.get(address).text
    assert "Ash Reed proposes 2 times." in words_of(theirs.get("/tutor/requests").text)
    assert "pick what suits you" in words_of(theirs.get("/tutor").text)
    pick, slots = to_pick(theirs, address)
    assert "Pick one of the times." in theirs.post(pick).text
    assert theirs.post(pick, data={"slot": slots[1]}).location == address
    assert "The office confirms it first" in words_of(theirs.get(address).text)
    assert "Times that a pair has picked" in office.get("/office").text
    shown = office.get(f"/office/sessions/{number}").text
    confirm = re.search(r"/office/proposals/\d+/confirm", shown)
    assert confirm
    assert office.post(confirm[0]).location == f"/office/sessions/{number}"
    session = db.session.get_one(Session, number)
    assert f"{session.starts_at.timestamp():.0f}-{session.room_id}" == values[9]
    assert office.post(confirm[0]).status_code == 409


def test_what_was_chosen_is_still_there_when_it_can_not_be_taken(
    browse: Browse, run: Run, ash: Tutor
) -> None:
    browser, address = browse(ash.person), f"/tutor/sessions/{run.sessions[0].id}/times"
    values = offered(browser, address)
    for slots, words in (
        ([], "Choose at least one time."),
        (values[:6], "Choose 5 times at most."),
        (["12-1", values[0]], "One of these times is not free any more. Choose another."),
        (["x" * 300], "One of these times is not free any more. Choose another."),
    ):
        answer = browser.post(address, data={"slots": slots})
        assert (answer.status_code, words in words_of(answer.text)) == (422, True)
        for value in values[:6]:
            marked = f'<option value="{value}" selected>' in answer.text
            assert marked is (value in slots)


def test_the_office_takes_one_of_the_times_itself(browse: Browse, run: Run) -> None:
    browser = browse(make_person("Dee Hart", Role.DESK))
    number = run.sessions[1].id
    address = f"/office/sessions/{number}"
    values = offered(browser, f"{address}/times")
    two = browser.post(f"{address}/times", data={"slots": values[:2]})
    assert "Choose one time." in words_of(two.text)
    assert browser.post(f"{address}/times", data={"slots": values[3:4]}).location == address
    moved = db.session.get_one(Session, number)
    assert f"{moved.starts_at.timestamp():.0f}-{moved.room_id}" == values[3]


def test_a_meeting_is_proposed_agreed_and_called_off(
    browse: Browse, run: Run, ash: Tutor, bo: Tutor
) -> None:
    people = (ash.person, bo.person)
    mine, theirs = (browse(each) for each in people)
    address = f"/tutor/runs/{run.id}/meet?kind=debrief&minutes=30"
    values = offered(mine, address)
    meeting = mine.post(address, data={"slots": values[:2]}).location
    assert "Nobody has picked a time yet." in words_of(mine.get(meeting).text)
    pick, slots = to_pick(theirs, meeting)
    assert theirs.post(pick, data={"slot": slots[0]}).location == meeting
    made = db.session.get_one(Session, int(meeting.rsplit("/", 1)[1]))
    assert (made.kind, made.live, made.run_id) == (SessionKind.DEBRIEF, True, run.id)
    assert "a meeting to talk it over" in words_of(mine.get("/tutor").text)
    office = browse(make_person("Dee Hart", Role.DESK))
    assert "1 meeting of those who teach it" in words_of(office.get(f"/office/runs/{run.id}").text)
    assert "without students" in words_of(office.get(f"/office/sessions/{made.id}").text)
    assert mine.post(f"{meeting}/call-off").location == "/tutor"
    assert db.session.get_one(Session, made.id).state is SessionState.CANCELLED
    for nonsense in ("kind=x&minutes=-1", "minutes=abc", "minutes=" + "9" * 40, "kind=teaching"):
        strange = f"/tutor/runs/{run.id}/meet?{nonsense}"
        assert mine.get(strange).status_code == 200
        assert mine.post(strange, data={"slots": offered(mine, strange)[:1]}).status_code == 302


def test_none_of_them_suits_and_a_stranger_finds_nothing(
    browse: Browse, run: Run, ash: Tutor, bo: Tutor
) -> None:
    people = (ash.person, bo.person, teacher().person)
    mine, theirs, strangers = (browse(each) for each in people)
    address = f"/tutor/sessions/{run.sessions[0].id}"
    mine.post(f"{address}/times", data={"slots": offered(mine, f"{address}/times")[:1]})
    pick, slots = to_pick(theirs, address)
    none = pick.replace("pick", "none")
    for where in (address, f"{address}/times", f"/tutor/runs/{run.id}/meet"):
        assert strangers.get(where).status_code == 404
    for where in (pick, none, f"{address}/call-off"):
        assert strangers.post(where, data={"slot": slots[0]}).status_code == 404
    assert theirs.post(none).location == "/tutor"
    assert theirs.post(none).status_code == 409
    assert theirs.post(pick, data={"slot": slots[0]}).status_code == 422


def test_it_asks_as_often_for_one_time_as_for_many(browse: Browse, run: Run, ash: Tutor) -> None:
    browser, often = browse(ash.person), list[int]()
    address = f"/tutor/sessions/{run.sessions[0].id}"
    for _ in range(2):
        with counted() as statements:
            assert browser.get(f"{address}/times").status_code == 200
        often.append(len([each for each in statements if "SAVEPOINT" not in each]))
        browser.post(f"{address}/times", data={"slots": offered(browser, f"{address}/times")[:5]})
    assert often[0] <= often[1] <= often[0] + 1
