"""Who the students say they are: counted from the rows, and never so that one is found out."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from openpyxl import Workbook

from recovery_college import clock
from recovery_college.accounts.equality import Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.accounts.rules import Role
from recovery_college.college.rules import SmallNumbers
from recovery_college.database import db, transaction
from recovery_college.errors import Refusal
from recovery_college.reports.census import figures_of
from recovery_college.reports.commands import load_census
from recovery_college.reports.files import rows_of
from recovery_college.reports.models import CensusFigure
from recovery_college.reports.queries import By
from recovery_college.reports.reach import report
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.tables import Report
from recovery_college.scheduling.models import Run
from tests.attendance.registering import place_for
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import FIRST, make_course, make_person, make_run, make_term
from tests.reports.choosing import small_numbers

pytestmark = pytest.mark.usefixtures("app")
CENSUS = 'Question,Answer,People\nsex,Female,510\nWhat is your sex?,male,"490"\n'


@pytest.fixture(autouse=True)
def in_june(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(f"{FIRST + timedelta(days=1)}T09:00Z", tick=False) as traveller:
        yield traveller


def run_of(term: str, title: str) -> Run:
    return make_run(make_course(title), term=make_term(term), capacity=200)


def come(run: Run, number: int, *answers: str, reasons: tuple[Reason, ...] = ()) -> list[Person]:
    """So many students of it, who say this of their sex, and why they come."""
    people = [make_person() for _ in range(number)]
    for person in people:
        place_for(person, run)
        with transaction():
            for answer in answers:
                row = EqualityAnswer(person_id=person.id, question=Question.SEX, answer=answer)
                db.session.add(row)
            db.session.add_all(ComingAs(person_id=person.id, reason=each) for each in reasons)
    return people


def told(run: Run | None = None) -> Report:
    return report(Filters(term=run.term_id if run else 0), [By.TERM], clock.now())


def cells(found: Report, slug: str) -> dict[str, tuple[object, ...]]:
    table = next(each for each in found.tables if each.slug == slug)
    return {row.heading: row.cells for row in table.all_rows}


def test_each_student_is_counted_once_beside_the_area() -> None:
    small_numbers(SmallNumbers.HIDDEN)
    run, other = run_of("Summer", "Sleep"), run_of("Autumn", "Hope")
    women = come(run, 30, "female", reasons=(Reason.MYSELF,))
    come(other, 20, "male", reasons=(Reason.MYSELF, Reason.FAMILY))
    come(other, 10, "male", "female")
    come(run, 40)
    for person in women[:15]:
        place_for(person, other)
    load_census(make_person(), figures_of(rows_of(CENSUS.encode())))
    sex = cells(told(), "sex")
    assert sex["Female"] == (30, "50%", "51%")
    assert sex["Male"] == (20, "33%", "49%")
    assert sex["More than one of these"] == (10, "17%", "")
    assert sex["Did not say"] == (40, "", "")
    assert sex["All students"] == (100, "", "")
    assert cells(told(), "coming_as")["More than one of these"] == (20, "40%")
    assert cells(told(), "responses")["What is your sex?"] == (60, "60%")
    assert cells(told(other), "sex")["Female"][0] == 15
    assert cells(told(run), "sex")["All students"][0] == 70


def test_one_person_is_not_found_out_from_a_term_and_all_terms() -> None:
    small_numbers(SmallNumbers.HIDDEN)
    run, other = run_of("Summer", "Sleep"), run_of("Autumn", "Hope")
    come(run, 30, "female")
    come(other, 1, "male")
    for found in (told(), told(run), told(other)):
        assert cells(found, "sex")["Male"][0] in (0, "*")
    everything, summer = cells(told(), "sex"), cells(told(run), "sex")
    assert "*" in (everything["All students"][0], summer["All students"][0])
    assert cells(told(other), "sex")["All students"][0] == "*"
    assert told(other).headlines[0].large == "*"


def test_drop_ins_and_courses_to_come_have_no_students_here() -> None:
    run, later = run_of("Summer", "Sleep"), run_of("Autumn", "Hope")
    come(run, 20)
    come(later, 20)
    with transaction():
        run.drop_in = True
        later.starts_at = clock.now() + timedelta(days=1)
    assert cells(told(), "responses")["All students"] == (0, "")


def test_more_students_are_as_many_statements() -> None:
    run = run_of("Summer", "Sleep")
    come(run, 1, "male")
    asked = Filters(term=run.term_id)
    with counted() as once:
        report(asked, [By.TERM], clock.now())
    for number in range(4):
        come(run_of(f"Term {number}", f"Course {number}"), 3, "female")
    with counted() as often:
        report(asked, [By.TERM], clock.now())
    asked_once, asked_often = (
        [each for each in statements if not each.startswith("SAVEPOINT")]
        for statements in (once, often)
    )
    assert len(asked_once) == len(asked_often)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "This file is empty."),
        ("question,people\nsex,4", "has no column called"),
        ("a,b", "columns called \u201cquestion\u201d, \u201canswer\u201d and \u201cpeople\u201d"),
        ("question,answer,people\n", "only a heading"),
        ("question,answer,people\nshoes,big,4", "Row 2 has a question that students are not asked"),
        ("question,answer,people\nsex,big,4", "Row 2 has an answer"),
        ("question,answer,people\nsex,male,-4", "Row 2 needs a whole number"),
        ("question,answer,people\nsex,male,=1+1", "Row 2 needs a whole number"),
        ("question,answer,people\nsex,male,4\nsex,Male,4", "Row 3 says again"),
        ("question,answer,people\n" * 1002, "more than 1,000 rows"),
        ("PK\x03\x04 and no more", "can\u2019t be read"),
        ('a\x00b,"', "can\u2019t be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_words(content: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        figures_of(rows_of(content.encode()))
    assert words in refused.value.message
    assert refused.value.field == "file"


@ON_SQLITE
def test_a_manager_loads_figures_whole_or_not_at_all(browse: Browse) -> None:
    olu, dee = browse(make_person("Olu", Role.MANAGER)), browse(make_person("Dee", Role.DESK))
    book = Workbook()
    for row in (["People", "Question", "Answer"], [1200, "age", "18 to 24"]):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    here = "/office/reports/census"
    assert dee.get(here).status_code == 403
    sent = olu.post(here, data={"file": (BytesIO(content.getvalue()), "a.xlsx")})
    assert sent.status_code == 302
    wrong = olu.post(here, data={"file": (BytesIO(b"question,answer\nsex,male"), "b.csv")})
    assert wrong.status_code == 422
    assert "has no column called \u201cpeople\u201d" in wrong.text
    [kept] = db.session.scalars(db.select(CensusFigure))
    assert (kept.question, kept.answer, kept.people) == (Question.AGE, "18-24", 1200)


@ON_SQLITE
def test_page_and_files_hide_small_numbers(browse: Browse) -> None:
    run = run_of("Summer", "Sleep")
    come(run, 3, "male")
    come(run, 38, "female")
    dee = browse(make_person("Dee", Role.DESK))
    for address in ("/office/reports/reach", "/office/reports/reach.csv"):
        text = dee.get(f"{address}?term={run.term_id}&since=2027-06-01").text
        told = (">3<", ">38<", ">41<", ",3,", ",38,", ",41,")
        assert not [each for each in told if each in text]
        assert "*" in text
    for ending in ("xlsx", "pdf"):
        assert dee.get(f"/office/reports/reach.{ending}").status_code == 200
