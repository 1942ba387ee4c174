"""The office settles what helps somebody, and the student says whether it works."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from tests.conftest import ON_SQLITE, Browse, Browser, counted
from tests.enrolment.asking import ask, change
from tests.factories import FIRST, NOW, make_course, make_person, make_run
from tests.markup import words_of

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
NEED, HOW = "A chair by the door", "The chair by the door is yours."


@pytest.fixture(autouse=True)
def clocks() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def dee(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK, email="dee@example.org"))


@pytest.fixture
def ada() -> Person:
    return make_person("Ada Osei", email="ada@example.org", needs=NEED, needs_shared=True)


@pytest.fixture
def place(ada: Person) -> Enrolment:
    return ask(ada, make_run(make_course("Sleeping well")))


def filled(page: str) -> dict[str, str]:
    """What the form had shown when they answered."""
    return {"seen": page.split('name="seen" type="hidden" value="')[1].split('"')[0]}


def settle(dee: Browser, place: Enrolment, how: str = HOW, state: str = "arranged") -> None:
    here = f"/office/enrolments/{place.id}/need"
    typed = filled(dee.get(here).text) | {"state": state, "how": how}
    assert dee.post(here, data=typed).location == "/office/needs"


def lines(dee: Browser) -> str:
    return words_of(dee.get("/office/needs").text)


def test_from_the_list_to_the_last_word(
    dee: Browser, ada: Person, place: Enrolment, browse: Browse
) -> None:
    mine, here = browse(ada), f"/enrolments/{place.id}/need"
    assert "Ada Osei Sleeping well, from Monday 7 June 2027, 10am Not settled yet" in lines(dee)
    assert NEED not in lines(dee)
    assert NEED in dee.get(f"/office{here}").text
    settle(dee, place)
    assert "Nothing to settle" in lines(dee)
    assert "What helps you: read our answer" in mine.get("/my/courses").text
    assert f'href="{here}"' in mine.get(f"/enrolments/{place.id}").text
    assert HOW in mine.get(here).text
    assert mine.post(f"{here}/yes").location == here
    assert "You told us that this works for you" in words_of(mine.get(here).text)
    assert "What helps you: read our answer" not in mine.get("/my/courses").text
    mine.post(f"{here}/again")
    assert "You asked us to talk with you again" in words_of(mine.get(here).text)
    assert "Asked to talk again" in lines(dee)


def test_by_phone_the_office_writes_down_either_answer(dee: Browser, place: Enrolment) -> None:
    here = f"/office/enrolments/{place.id}/need"
    settle(dee, place, "We talked about it.", "not_possible")
    assert dee.post(f"{here}/yes").location == here
    assert "works for the student" in words_of(dee.get(here).text)
    dee.post(f"{here}/again")
    assert "Asked to talk again" in words_of(dee.get(here).text)


def test_without_words_it_is_refused_beside_the_field_and_nothing_typed_is_lost(
    dee: Browser, ada: Person, place: Enrolment
) -> None:
    here = f"/office/enrolments/{place.id}/need"
    seen = filled(dee.get(here).text)
    answer = dee.post(here, data=seen | {"state": "not_possible", "how": " "})
    assert answer.status_code == 422
    assert 'href="#how">Say what is arranged, or what you talked about.' in answer.text
    assert 'value="not_possible" checked' in answer.text
    change(db.session.get_one(Person, ada.id), needs="A chair by the window")
    answer = dee.post(here, data=seen | {"state": "arranged", "how": HOW})
    assert "This has changed meanwhile" in answer.text
    assert HOW in answer.text
    assert "A chair by the window" in answer.text
    assert db.session.get(Adjustment, place.id) is None


def test_who_has_one_manager_only_is_on_the_list_without_a_name_and_not_to_be_opened(
    dee: Browser, ada: Person, place: Enrolment, browse: Browse
) -> None:
    nia = make_person("Nia Cole", Role.MANAGER, email="nia@example.org")
    change(ada, restricted_to_id=nia.id)
    assert "Somebody whose record is with one manager" in lines(dee)
    assert f"/office/enrolments/{place.id}/need" not in dee.get("/office/needs").text
    assert dee.get(f"/office/enrolments/{place.id}/need").status_code == 404
    assert "Ada Osei" in lines(browse(nia))


def test_who_waits_for_a_place_has_nothing_arranged_yet(ada: Person, browse: Browse) -> None:
    run = make_run(capacity=1)
    ask(make_person(), run)
    assert browse(ada).get(f"/enrolments/{ask(ada, run).id}/need").status_code == 404


def test_nobody_answers_for_somebody_else(dee: Browser, place: Enrolment, browse: Browse) -> None:
    settle(dee, place)
    bo = browse(make_person("Bo Lind", email="bo@example.org"))
    answers = [bo.post(f"/enrolments/{place.id}/need/{word}") for word in ("yes", "again")]
    assert [each.status_code for each in answers] == [404, 404]
    assert bo.get(f"/enrolments/{place.id}/need").status_code == 404


def test_the_list_is_in_pages_and_asks_as_often_for_thirty_as_for_one(dee: Browser) -> None:
    asked = []
    for many in (1, 29, 30):
        for _ in range(many):
            later = FIRST + timedelta(days=many)
            run = make_run(first=date(later.year, later.month, later.day))
            ask(make_person(needs=NEED, needs_shared=True), run)
        with counted() as statements:
            page = dee.get("/office/needs").text
        asked.append(len(statements))
    assert asked[0] == asked[1] == asked[2]
    assert page.count("See what helps, and settle it") == 50
    assert "page=2" in page
