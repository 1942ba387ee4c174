"""The pages of reports, and the same as files."""

import csv
import re
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from page import ValidationProfile, validate_pdf_bytes

from recovery_college.accounts.rules import Role
from recovery_college.database import transaction
from recovery_college.scheduling.models import Run
from tests.attendance.completing import make_ran, over
from tests.conftest import ON_SQLITE, Browse
from tests.factories import make_person
from tests.markup import words_of

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
HERE = "/office/reports/attendance"


@pytest.fixture
def run() -> Run:
    people = {make_person(f"S {number}"): "pu" if number % 3 else "tp" for number in range(12)}
    made, _ = make_ran(people, "=SUM(A1)")
    return made


def test_the_front_page_says_each_figure_with_what_it_is_out_of(run: Run, browse: Browse) -> None:
    with over(run):
        page = words_of(browse(make_person("Dee", Role.DESK)).get("/office/reports").text)
    assert "50% Attendance 12 of 24 marks say that the student was there." in page
    assert "100% Told us" not in page
    assert "2 of 2 Co-delivered 2 of 2 sessions were really taught by both." in page
    assert "Registers taken: 2 of 2 sessions that ran (100%)." in page
    assert "It counts sessions that ran and whose register was taken." in page


def test_a_figure_opens_into_the_sessions_behind_it(run: Run, browse: Browse) -> None:
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        page = dee.get(f"{HERE}?by=course").text
        [address] = set(re.findall(rf'href="({HERE}/sessions\?[^"]*course=\d+)"', page))
        behind = words_of(dee.get(address.replace("&amp;", "&")).text)
    assert "2 sessions that ran" in behind
    assert "8 of 12 students came." in behind
    assert "Taught by both." in behind


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("since=2027-06-02&until=2027-06-01", "The last day comes before the first."),
        ("since=2099-01-01", "1 January 2099 has yet to come."),
        ("since=2006-01-01&until=2026-12-31", "Choose at most 20 years."),
        ("since=yesterday", "Write a date, as in"),
    ],
)
def test_a_period_that_makes_no_sense_is_said_beside_its_field(
    asked: str, words: str, run: Run, browse: Browse
) -> None:
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        answer, file = dee.get(f"{HERE}?{asked}"), dee.get(f"{HERE}.csv?{asked}")
    assert (answer.status_code, file.status_code) == (422, 409)
    assert answer.text.count(words) == 2
    assert words in file.text


def test_what_can_t_be_read_is_no_filter(run: Run, browse: Browse) -> None:
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        nonsense = (
            f"{HERE}?term=\u00b2&course=9999999999999999999999&mode=x&part=%00&weekday=-1&by=z"
        )
        assert dee.get(nonsense).status_code == 200
        assert dee.get("/office/reports/nothing").status_code == 404


def test_the_files_hold_the_same_figures_and_no_formula(run: Run, browse: Browse) -> None:
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        text = dee.get(f"{HERE}.csv").data.decode("utf-8-sig")
        sheet = load_workbook(BytesIO(dee.get(f"{HERE}.xlsx").data))
        paper = dee.get(f"{HERE}.pdf").data
    rows = list(csv.reader(StringIO(text)))
    assert next(row for row in rows if "SUM" in str(row))[:4] == ["'=SUM(A1)", "2", "2", "2"]
    assert sheet.sheetnames == ["Figures", "Definitions", "Filters"]
    cells = [cell for page in sheet for row in page.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "=SUM(A1)" in [cell.value for cell in cells]
    said = validate_pdf_bytes(paper, profile=ValidationProfile.PDF_UA_1)
    assert [(each.rule_id, each.message) for each in said.failures] == []


def test_a_term_in_which_nothing_ran_says_so(run: Run, browse: Browse) -> None:
    with over(run):
        with transaction():
            run.sessions[0].taken = run.sessions[1].taken = False
        dee = browse(make_person("Dee", Role.DESK))
        page = words_of(dee.get(HERE).text)
        assert "none yet Attendance There is nothing to count in this time yet." in page
        assert "Registers taken: 0 of 2 sessions that ran (0%)." in page
        assert "There is nothing to count" in words_of(dee.get(f"{HERE}?term=999999").text)


@pytest.mark.parametrize(
    ("name", "words", "behind"),
    [
        (
            "places",
            "12 of 12 places were held",
            "12 of 12 places held at the start. 0 waiting then",
        ),
        ("completion", "0 of 12 students completed", "0 of 12 students completed it. 2 of 2"),
        ("students", "12 of 12 never held a place before", "12 of 12 places held at the start."),
    ],
)
def test_places_completion_and_students_open_into_runs(
    name: str, words: str, behind: str, run: Run, browse: Browse
) -> None:
    here = f"/office/reports/{name}"
    with over(run):
        dee = browse(make_person("Dee", Role.DESK))
        page = dee.get(here)
        assert words in words_of(page.text)
        [address] = set(re.findall(rf'href="({here}/runs\?term=\d+)"', page.text))
        assert behind in words_of(dee.get(address).text)
        assert dee.get(f"{here}/sessions").status_code == 404
        assert dee.get("/office/reports/attendance/runs").status_code == 404
        assert {dee.get(f"{here}.{kind}").status_code for kind in ("csv", "xlsx", "pdf")} == {200}
