"""The return: saved as it was sent."""

import re
from datetime import date

import pytest
from page import ValidationProfile, validate_pdf_bytes

from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.reports.models import SavedReturn
from recovery_college.reports.returning import periods
from recovery_college.reports.rules.terms import Days
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, over
from tests.conftest import ON_SQLITE, Browse
from tests.factories import make_person
from tests.markup import words_of

pytestmark = pytest.mark.usefixtures("app")
HERE = "/office/reports/return"


@pytest.fixture
def run() -> Run:
    made, _ = make_ran({make_person(f"S {number}"): "pu" for number in range(12)})
    return made


def test_a_saved_return_stays_as_it_was_sent_whatever_changes(run: Run, browse: Browse) -> None:
    with over(run):
        olu = browse(make_person("Olu", Role.MANAGER))
        run_id, here = run.id, f"{HERE}?period=term-{run.term_id}"
        assert "12 of 24 marks say that the student was there." in words_of(olu.get(here).text)
        saved = olu.post(here, data={"words": "A good term.\n\nThank you."}).headers["Location"]
        assert "Saved as it stands." in olu.get(saved).text
        before = olu.get(saved).text
        with transaction():
            again = db.session.get_one(Run, run_id)
            again.course.title, again.sessions[0].taken = "Another name", False
            again.term.name = "Another term"
        assert olu.get(saved).text == before
        paper = olu.get(f"{saved}.pdf").data
        assert "12 of 24 marks" not in words_of(olu.get(here).text)
    assert "A good term." in before
    assert "50% " in words_of(before).replace(")", " ")
    said = validate_pdf_bytes(paper, profile=ValidationProfile.PDF_UA_1)
    assert [(each.rule_id, each.message) for each in said.failures] == []
    [line] = db.session.scalars(db.select(AuditEntry).filter_by(verb="saved a return"))
    assert line.subject == f"saved_return:{db.session.scalars(db.select(SavedReturn.id)).one()}"


@ON_SQLITE
def test_a_quarter_counts_sessions_and_students(run: Run, browse: Browse) -> None:
    with over(run):
        olu = browse(make_person("Olu", Role.MANAGER))
        page = words_of(olu.get(f"{HERE}?period=2027-2").text)
    assert "Numbers of people are given for terms." in page
    assert "2 of 2 sessions were really taught by both." in page
    assert "marks say" not in page
    assert "Students 12 New students 12 Places held when a run began 12" in page


@ON_SQLITE
@pytest.mark.parametrize("period", ["", "term-0", "term-999999", "2099-1", "2027-5", "x"])
def test_a_period_that_is_not_offered_is_not_there(period: str, run: Run, browse: Browse) -> None:
    with over(run):
        olu = browse(make_person("Olu", Role.MANAGER))
        here = f"{HERE}?period={period}"
        assert (olu.get(here).status_code, olu.post(here).status_code) == (404, 404)
        assert olu.get("/office/reports/returns/1").status_code == 404


@ON_SQLITE
def test_the_desk_sees_no_return(run: Run, browse: Browse) -> None:
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        pages = (HERE, "/office/reports/returns/1", "/office/reports/returns/1.pdf")
        assert {dee.get(page).status_code for page in pages} == {403}


def test_what_has_begun_can_be_chosen_the_newest_first() -> None:
    terms = [
        Days(2, "Autumn", date(2027, 9, 1), date(2027, 12, 1)),
        Days(1, "Spring", date(2027, 1, 8), date(2027, 3, 31)),
    ]
    found = periods(terms, date(2027, 5, 31))
    assert [each.name for each in found][:3] == [
        "Spring",
        "2027, April to June",
        "2027, January to March",
    ]
    assert [each.key for each in found][-1] == "2025-3"
    days = found[1].filters
    assert (days.since, days.until) == (date(2027, 4, 1), date(2027, 6, 30))
    assert not re.findall("Autumn", str(found))
