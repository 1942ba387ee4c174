"""A student says how it was, by a link or signed in; and who reads it."""

import re
from collections.abc import Iterator

import pytest
from page import ValidationProfile, validate_pdf_bytes

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role
from recovery_college.attendance import feedback
from recovery_college.attendance.commands.feedback import ask_how_it_was
from recovery_college.attendance.rules.feedback import FEWEST, Said, questions_of
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.desks.feedback import typeset
from recovery_college.desks.letters import Print
from recovery_college.enrolment.commands.passing import pass_time
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import DeliveryState
from tests.attendance.completing import make_ran, over
from tests.attendance.registering import pair_of
from tests.attendance.telling import WELCOME, asked, filled_in, heading_of, key_in, make_told
from tests.conftest import ON_SQLITE, Browse, Browser, counted
from tests.enrolment.asking import change
from tests.factories import make_course, make_person, make_run, make_tutor
from tests.markup import words_of
from tests.prospectus.test_paper import unpacked

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
SAID_SO = ("yes", "partly", "", "no", "yes", "The tea.\nAnd the talk.", "")


@pytest.fixture
def ada() -> Person:
    return make_person("Ada", email="ada@example.org")


@pytest.fixture
def run(ada: Person) -> Iterator[Run]:
    """Ada and Bo came, and have been asked."""
    made, _ = make_ran({ada: "p", make_person("Bo", email="bo@example.org", neutral=True): "p"})
    with over(made):
        ask_how_it_was()
        pass_time()
        yield made


@pytest.fixture
def dee() -> Person:
    return make_person("Dee", Role.DESK)


def address_of(name: str) -> str:
    return f"/feedback/{key_in(asked()[name])}"


def test_by_the_link_alone_it_is_said_once_and_the_office_reads_it(
    run: Run, dee: Person, browse: Browse
) -> None:
    here, student, office = address_of("Ada"), browse(), browse(dee)
    for _looked_at_by_a_scanner in range(2):
        page = student.get(here).text
    assert heading_of(page)[0] == "How was it?"
    assert "Sleeping" not in heading_of(page)[1]
    assert "This is about Sleeping well, which ended on 7 June 2027." in words_of(page)
    assert (
        "Your tutors see the answers without names, and only once 5 people have answered."
        in words_of(page)
    )
    answer = student.post(here, data=filled_in(page, *SAID_SO))
    assert (answer.status_code, answer.location) == (302, "/feedback/thanks")
    assert heading_of(student.get("/feedback/thanks").text)[0] == "Thank you"
    read = words_of(office.get(f"/office/runs/{run.id}/feedback").text)
    assert "1 form: 1 by link, 0 on paper. 2 people were asked." in read
    assert f"{WELCOME} Yes 1 , Partly 0 , No 0 , of 1 who answered." in read
    assert "What went well? The tea. And the talk." in read
    assert "Did it help" not in read
    assert "What should we change?" not in read
    again = student.post(here, data=filled_in(page, *SAID_SO))
    assert again.status_code == 404
    assert "1 form:" in words_of(office.get(f"/office/runs/{run.id}/feedback").text)


def test_a_used_key_and_a_wrong_one_look_alike_and_name_no_run(run: Run, browse: Browse) -> None:
    here, student = address_of("Ada"), browse()
    student.post(here, data=filled_in(student.get(here).text, "yes"))
    used, wrong = student.get(here), student.get("/feedback/no-such-key")
    assert (used.status_code, used.text) == (wrong.status_code, wrong.text)
    assert used.status_code == 404
    assert "they have reached us: thank you" in words_of(used.text)
    assert "Sleeping" not in used.text


def test_what_was_typed_is_kept_when_it_needs_another_look(run: Run, browse: Browse) -> None:
    here, student = address_of("Ada"), browse()
    page = student.get(here).text
    empty = student.post(here, data=filled_in(page))
    assert empty.status_code == 422
    assert "Answer one question at least." in words_of(empty.text)
    long = student.post(here, data=filled_in(page, "no", *[""] * 4, "Tea. " * 500))
    assert long.status_code == 422
    assert heading_of(long.text)[1].startswith("Error: How was it?")
    assert "Use 2,000 characters or fewer." in words_of(long.text)
    assert long.text.count("Tea.") == 500
    assert len(re.findall(r'value="no" checked', long.text)) == 1
    nonsense = student.post(here, data=filled_in(page, "perhaps"))
    assert nonsense.status_code == 422
    assert "Choose from this list." in words_of(nonsense.text)


def test_a_question_that_is_asked_otherwise_meanwhile_takes_no_answer_of_another(
    run: Run, dee: Person, browse: Browse
) -> None:
    here, student = address_of("Ada"), browse()
    page = student.get(here).text
    with transaction():
        db.session.add(Setting(key="feedback_choices", value="Were you bored?\nWas there tea?"))
    assert student.post(here, data=filled_in(page, "yes")).status_code == 422
    student.post(here, data=filled_in(page, "yes", "", "", "", "", "Well."))
    read = words_of(browse(dee).get(f"/office/runs/{run.id}/feedback").text)
    assert "bored" not in read
    assert "What went well? Well." in read


def test_who_wants_everything_neutral_reads_no_title(run: Run, browse: Browse) -> None:
    assert "This is about your course, which ended" in words_of(browse().get(address_of("Bo")).text)
    assert "Sleeping" not in asked()["Bo"].body


def test_signed_in_it_is_said_from_my_courses_and_of_ones_own_place_alone(
    run: Run, ada: Person, browse: Browse
) -> None:
    student, mine = browse(ada), "/my/courses"
    found = re.search(r'href="(/enrolments/\d+/feedback)"', student.get(mine).text)
    assert found
    here = found[1]
    assert len(feedback.waiting_for(ada)) == 1
    other = browse(make_person())
    assert {other.get(here).status_code, other.post(here).status_code} == {404}
    page = student.get(here).text
    student.post(here, data=filled_in(page, "yes"))
    assert "/feedback" not in student.get(mine).text
    assert student.get(here).status_code == 404
    assert browse().get(address_of("Ada")).status_code == 404


def test_paper_is_typed_in_one_form_after_the_other(run: Run, dee: Person, browse: Browse) -> None:
    office, here = browse(dee), f"/office/runs/{run.id}/feedback"
    page = office.get(f"{here}/new").text
    assert office.post(f"{here}/new", data=filled_in(page)).status_code == 422
    for _ in range(2):
        answer = office.post(f"{here}/new", data=filled_in(page, "partly"))
        assert answer.location == f"{here}/new"
    assert "2 forms: 0 by link, 2 on paper." in words_of(office.get(here).text)
    with transaction():
        for key in ("feedback_choices", "feedback_words"):
            db.session.add(Setting(key=key, value=""))
    assert office.get(f"{here}/new").status_code == 404
    assert browse().get(address_of("Ada")).status_code == 404


def test_the_office_sees_of_how_many_runs_it_has_heard(
    run: Run, dee: Person, browse: Browse
) -> None:
    make_told(run, (Said.YES, "Tea"))
    make_run(make_course("Nobody was asked"))
    page = words_of(browse(dee).get("/office/feedback").text)
    assert "1 answer. 2 people were asked. It ended on 7 June 2027." in page
    assert "Nobody was asked" not in page


def test_as_many_statements_for_one_form_or_run_as_for_thirty(
    run: Run, dee: Person, browse: Browse
) -> None:
    office, pages = browse(dee), (f"/office/runs/{run.id}/feedback", "/office/feedback")
    make_told(run, (Said.YES, "Tea"))
    office.get(pages[0])
    few = [statements_of(office, page) for page in pages]
    for _ in range(30):
        make_told(db.session.merge(run), (Said.NO, "Cake"))
        make_told(make_run(), (Said.NO, "Cake"))
    assert [statements_of(office, page) for page in pages] == few


def statements_of(browser: Browser, page: str) -> int:
    with counted() as statements:
        assert browser.get(page).status_code == 200
    return len(statements)


def test_the_pair_reads_it_once_five_have_answered_and_nobody_else_does(
    run: Run, browse: Browse
) -> None:
    here, pair = f"/tutor/runs/{run.id}/feedback", pair_of(run)
    other = make_tutor(name="Tom Hill").person
    change(other, role_rows=[RoleGiven(role=Role.TUTOR)])
    make_told(run, *[(Said.NO, "Too early") for _ in range(FEWEST - 1)])
    for tutor in pair:
        page = words_of(browse(tutor).get(here).text)
        assert "When 5 of them have answered, you read it here, without names." in page
        assert "Too early" not in page
        assert "What students said" not in browse(tutor).get("/tutor").text
    make_told(db.session.merge(run), (Said.YES, "An hour later, please"))
    for tutor in pair:
        page = words_of(browse(tutor).get(here).text)
        assert "5 people answered." in page
        assert f"{WELCOME} Yes 1 , Partly 0 , No 4 , of 5 who answered." in page
        assert "What went well? An hour later, please Too early" in page
        assert f'href="{here}"' in browse(tutor).get("/tutor").text
    assert browse(other).get(here).status_code == 404
    assert browse(other).get(f"{here}/paper.pdf").status_code == 404


def test_who_stepped_back_or_only_learns_is_not_of_the_pair(run: Run, browse: Browse) -> None:
    ash, bo = pair_of(run)
    first, second = db.session.merge(run).sessions[0].accepted
    change(first, state=DeliveryState.STEPPED_BACK)
    change(second, shadowing=True)
    for tutor in (ash, bo):
        assert browse(tutor).get(f"/tutor/runs/{run.id}/feedback").status_code == 404


def test_the_paper_names_no_course_and_is_a_tagged_form_in_three_sizes(
    run: Run, dee: Person, browse: Browse
) -> None:
    ash, _ = pair_of(run)
    for person, desk in ((dee, "office"), (ash, "tutor")):
        pdf = browse(person).get(f"/{desk}/runs/{run.id}/feedback/paper.pdf?size=larger")
        assert pdf.mimetype == "application/pdf"
        assert pdf.headers["Content-Disposition"] == "inline; filename=form-harbour.pdf"
        assert b"/Title (How was it?, Harbour)" in unpacked(pdf.data)
    college = the_college()
    words = typeset(run, questions_of(college), college, "https://a.example", Print.LARGE)
    assert f"For the office: run {run.id}" in words
    assert "Sleeping" not in words
    report = validate_pdf_bytes(pdf.data, profile=ValidationProfile.PDF_UA_1)
    assert [(each.rule_id, each.message) for each in report.failures] == []
