"""A register on paper: its numbers, and the page that takes them from the keyboard."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.attendance import queries
from recovery_college.attendance.models import Mark, TutorMark
from recovery_college.attendance.rules import TutorState
from recovery_college.attendance.rules.numbers import read_numbers
from recovery_college.attendance.sheet import numbers_on, sheet_of
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.enrolment.commands.coming import cannot_come
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import Refusal
from recovery_college.scheduling.models import Run
from tests.attendance.registering import MORNING, make_taught, place_for
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_person
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
REST = {"rest": "present"}


@pytest.fixture(autouse=True)
def that_morning(app: object) -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def run() -> Run:
    return make_taught(5)


@pytest.fixture
def dee(browse: Browse) -> Browser:
    return browse(make_person("Dee Hart", Role.DESK))


@pytest.fixture
def here(run: Run) -> str:
    return f"/office/sessions/{run.sessions[0].id}/register"


def marks() -> list[str]:
    """By name, with what stands."""
    asked = select(Person.name, Mark.state).join(Enrolment, Mark.enrolment_id == Enrolment.id)
    asked = asked.join(Person, Enrolment.person_id == Person.id).where(Mark.stands)
    return [f"{name[-2:]} {state}" for name, state in db.session.execute(asked.order_by("name"))]


def places(run: Run) -> list[Enrolment]:
    asked = select(Enrolment).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    return list(db.session.scalars(asked))


def faults(page: str) -> list[tuple[str, str]]:
    """What stands beside each field, in the page's order."""
    return re.findall(r'href="#([\w-]+)">([^<]+)<', page.split("error-summary", 1)[-1])


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("", []),
        ("3 7, 9-12", [3, 7, 9, 10, 12]),
        (" 3;7 , 9 \u2013 10. ", [3, 7, 9, 10]),
        ("12-12", [12]),
    ],
)
def test_numbers_as_one_types_them(typed: str, numbers: list[int]) -> None:
    assert read_numbers(typed, {1, 3, 7, 9, 10, 12}, {11}) == numbers


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("three", "Write numbers from the sheet"),
        ("9-3", "Write numbers from the sheet"),
        ("3-", "Write numbers from the sheet"),
        ("\u0663", "Write numbers from the sheet"),
        ("1-9999", "9999 is not on the sheet."),
        ("3 11", "11 has no place any more."),
        ("3 1-3", "3 is here twice."),
    ],
)
def test_what_is_no_number_of_the_sheet_is_said(typed: str, words: str) -> None:
    with pytest.raises(Refusal, match=re.escape(words)):
        read_numbers(typed, {1, 3, 7}, {11})


def test_a_number_stays_however_the_list_changes_after_printing(run: Run) -> None:
    with time_machine.travel(NOW, tick=False):
        printed = numbers_on(run.sessions[0])
        leaver = places(run)[1]
        assert leaver.person
        give_up(leaver.person, leaver, the_college())
        late = place_for(make_person("Ada Osei"), run)
    assert numbers_on(run.sessions[0]) == printed | {f"e{late.id}": 6}
    sheet = sheet_of(run.sessions[0], queries.lines_of(run.sessions[0]))
    assert (list(sheet.there), sheet.left) == ([1, 3, 4, 5, 6], frozenset({2}))


def test_it_is_printed_beside_each_name_before_the_register_opens(
    here: str, browse: Browse
) -> None:
    with time_machine.travel(MORNING - timedelta(hours=1), tick=False):
        page = browse(make_person("Dee Hart", Role.DESK)).get(here).text
    assert "print this page" in page
    assert re.findall(r'c-number">(\d+)</span> <span data-name>Student (\d+)', page) == [
        (str(n + 1), f"{n:02}") for n in range(5)
    ]


def test_a_sheet_is_typed_in_and_the_register_shows_it(run: Run, dee: Browser, here: str) -> None:
    ash, bo = (each.tutor_id for each in run.sessions[0].accepted)
    sent = {"late": "2", "unheard": "4-5", f"t{ash}": "present", f"t{bo}": "away"} | REST
    assert dee.post(f"{here}/quick", data=sent).location == here
    assert "Saved: 7 marks." in words_of(dee.get(here).text)
    assert marks() == ["00 present", "01 late", "02 present", "03 unheard", "04 unheard"]
    taught = db.session.scalars(select(TutorMark.state).order_by(TutorMark.tutor_id)).all()
    assert taught == [TutorState.PRESENT, TutorState.AWAY]


def test_the_rest_may_be_left_and_what_stands_is_not_the_rest(dee: Browser, here: str) -> None:
    dee.post(f"{here}/quick", data={"told": "1", "rest": "unmarked"})
    assert marks() == ["00 told"]
    dee.post(f"{here}/quick", data={"early": "3"} | REST)
    assert marks() == ["00 told", "01 present", "02 early", "03 present", "04 present"]


def test_who_told_us_ahead_stands_there_already(run: Run, dee: Browser, here: str) -> None:
    with time_machine.travel(NOW, tick=False):
        person = places(run)[2].person
        assert person
        cannot_come(person, places(run)[2], run.sessions[0])
    assert 'name="told" type="text" value="3"' in dee.get(f"{here}/quick").text


def test_each_fault_stands_beside_its_field_and_all_that_was_typed_stays(
    run: Run, dee: Browser, here: str
) -> None:
    tutor = f"t{run.sessions[0].accepted[0].tutor_id}"
    sent = {"late": "2 x", "early": "99", "told": "3", "unheard": "1 3", tutor: "late"}
    answer = dee.post(f"{here}/quick", data=sent)
    assert answer.status_code == 422
    assert faults(answer.text) == [
        ("late", "Write numbers from the sheet, as in &#34;3 7, 9-12&#34;."),
        ("early", "99 is not on the sheet."),
        ("unheard", "3 is under \u201cTold us\u201d too."),
        ("rest-1", "Choose what becomes of the others."),
    ]
    for name in ("late", "early", "told", "unheard"):
        assert f'name="{name}" type="text" value="{sent[name]}"' in answer.text
    assert f'name="{tutor}" value="late" checked' in answer.text
    assert marks() == []


def test_it_asks_as_often_for_one_as_for_thirty(dee: Browser) -> None:
    often = []
    for students in (1, 30):
        run = make_taught(students, title=f"Rest {students}", capacity=students)
        with counted() as statements:
            assert dee.get(f"/office/sessions/{run.sessions[0].id}/register/quick").text
        often.append(sum("SAVEPOINT" not in each for each in statements))
    assert often[0] == often[1] <= 12
