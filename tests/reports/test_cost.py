"""What a run, a place and a student cost, against what the test divides itself."""

from datetime import timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.enrolment.commands.answering import give_up
from recovery_college.errors import Refusal
from recovery_college.reports.commands import set_budget
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.cost import NONE_YET, report
from recovery_college.reports.models import Budget
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.money import pence_of
from recovery_college.scheduling.models import Run
from tests.attendance.registering import place_for
from tests.conftest import ON_SQLITE, Browse
from tests.factories import FIRST, make_course, make_person, make_run, make_term

pytestmark = pytest.mark.usefixtures("app")
JUNE = f"{FIRST + timedelta(days=1)}T09:00Z"


def runs_of(term: str, *titles: str) -> list[Run]:
    made = make_term(term)
    return [make_run(make_course(title), term=made) for title in titles]


def test_a_budget_is_divided_by_runs_places_and_students_each_once() -> None:
    sleep, hope = runs_of("Summer", "Sleep", "Hope")
    [other] = runs_of("Autumn", "Later")
    people = [make_person() for _ in range(4)]
    for run, students in ((sleep, people), (hope, people[:2]), (other, people[:3])):
        for person in students:
            place_for(person, run)
    with time_machine.travel(JUNE, tick=False):
        set_budget(make_person(), sleep.term, 100_001, "Rooms")
        found = report(Filters(), [By.TERM], clock.now())
        assert [line.large for line in found.headlines] == [
            "\u00a3500.00",
            "\u00a3166.67",
            "\u00a3250.00",
        ]
        rows = {row.heading: row.cells for row in found.tables[0].all_rows}
        assert rows["Summer"] == (1000.01, 2, 6, 4, 500.0, 166.67, 250.0)
        assert rows["Autumn"] == (NONE_YET, 1, 3, 3, None, None, None)
        assert rows["All with a budget"] == rows["Summer"]
        set_budget(make_person(), other.term, 50_000, "")
        found = report(Filters(), [By.TERM], clock.now())
    total = found.tables[0].total
    assert total is not None
    assert total.cells[:4] == (1500.01, 3, 9, 4)


def test_who_gave_up_half_way_counts_as_in_the_report_of_students() -> None:
    run = make_run(make_course("Sleep"), term=make_term("Summer"), sessions=2)
    ada, _bo = people = [make_person(), make_person()]
    place, _ = [place_for(person, run) for person in people]
    with time_machine.travel(JUNE, tick=False):
        give_up(ada, place, the_college())
        [line] = report(Filters(), [By.TERM], clock.now()).tables[0].rows
        students = REPORTS["students"].make(Filters(), [By.TERM], clock.now(), ())
    assert line.cells[2:4] == (2, 2)
    assert next(iter(students.tables[0].rows)).cells[0] == 2


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("12,000", 1_200_000), ("\u00a3450.5", 45_050), ("0.01", 1), (" 7 ", 700)],
)
def test_money_is_read_as_people_write_it(typed: str, pence: int) -> None:
    assert pence_of(typed) == pence


@pytest.mark.parametrize("typed", ["", "-4", "0", "1.234", "ten", "1e9", "99999999999", "\u0661"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        pence_of(typed)


@ON_SQLITE
def test_a_manager_types_in_a_budget_and_the_desk_reads_the_cost(browse: Browse) -> None:
    [run] = runs_of("Summer", "Sleep")
    term = run.term_id
    with time_machine.travel(JUNE, tick=False):
        place_for(make_person(), run)
        olu, dee = browse(make_person("Olu", Role.MANAGER)), browse(make_person("Dee", Role.DESK))
        here = "/office/reports/budget"
        assert "No budget typed in yet" in dee.get("/office/reports/cost").text
        assert dee.get(here).status_code == 403
        assert olu.post(here, data={"term": term, "amount": "much"}).status_code == 422
        assert db.session.get(Budget, term) is None
        assert olu.post(here, data={"term": term, "amount": "900"}).status_code == 302
        assert "900.00" in dee.get("/office/reports/cost").text
        assert here not in dee.get("/office/reports/cost").text
        assert dee.get("/office/reports/cost.csv").status_code == 200
