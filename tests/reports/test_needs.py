"""Access needs: counted from the rows, and never so that one could be worked out."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.rules import Role
from recovery_college.college.rules import SmallNumbers
from recovery_college.database import db, transaction
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.reports import needs
from recovery_college.reports.needs import report
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.tables import Report
from recovery_college.scheduling.models import Run, Term
from tests.attendance.registering import place_for
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import NOW, make_course, make_person, make_run, make_term
from tests.reports.choosing import small_numbers

pytestmark = pytest.mark.usefixtures("app")
HEADINGS = ("arranged", "arranged?", "impossible", "impossible?", "open")


@pytest.fixture(autouse=True)
def in_may(app: object) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(run: Run, number: int, state: Settled | None = None, **fields: object) -> None:
    """So many students of it share what helps them, and this is how it ended."""
    for _ in range(number):
        place = place_for(make_person(needs="A seat by the door", needs_shared=True), run)
        if state is not None:
            ended(place, state, **fields)


def ended(place: Enrolment, state: Settled, **fields: object) -> None:
    made = Adjustment(enrolment_id=place.id, state=state, how="A seat", settled_at=clock.now())
    for field, value in fields.items():
        setattr(made, field, value)
    if made.agreed is not None:
        made.agreed_at = clock.now()
    with transaction():
        db.session.add(made)


def in_term(name: str, *titles: str) -> tuple[Term, list[Run]]:
    term = make_term(name)
    return term, [make_run(make_course(title), term=term, capacity=90) for title in titles]


def told(term: Term | None = None) -> Report:
    return report(Filters(term=term.id if term else 0), [By.TERM], clock.now())


def recount(runs: list[Run]) -> list[int]:
    """From all places of these, by hand."""
    found: Counter[str] = Counter()
    for place in db.session.scalars(db.select(Enrolment)):
        settled = db.session.get(Adjustment, place.id)
        if place.run_id not in {run.id for run in runs}:
            continue
        if settled is None:
            found["open"] += bool(place.person and place.person.shares_needs)
        elif settled.agreed is False or not settled.stands:
            found["open"] += 1
        else:
            word = "arranged" if settled.state is Settled.ARRANGED else "impossible"
            found[word if settled.agreed else f"{word}?"] += 1
    return [found[each] for each in HEADINGS]


def test_every_need_ended_once_or_is_open() -> None:
    small_numbers(SmallNumbers.HIDDEN)
    _, (run, other) = in_term("Summer", "Sleep", "Hope")
    ask(run, 20, Settled.ARRANGED, agreed=True)
    ask(run, 15, Settled.ARRANGED)
    ask(other, 12, Settled.NOT_POSSIBLE, agreed=True)
    ask(other, 11, Settled.NOT_POSSIBLE)
    ask(other, 9)
    ask(run, 5, Settled.ARRANGED, agreed=False, stands=False)
    ask(run, 6, Settled.ARRANGED, stands=False)
    place_for(make_person(needs="A loop", needs_shared=False), run)
    counts = recount([run, other])
    assert counts == [20, 15, 12, 11, 20]
    [row] = told().tables[1].rows
    assert row.cells == (78, *counts)
    assert [line.share.part for line in told().headlines] == [35, 23, 32, 20]
    with time_machine.travel(run.sessions[-1].ends_at + timedelta(days=1), tick=False):
        assert next(iter(told().tables[1].rows)).cells == (78, 20, 21, 12, 11, 14)


def test_a_term_tells_its_courses_and_not_a_need_of_one() -> None:
    small_numbers(SmallNumbers.HIDDEN)
    summer, (sleep, hope) = in_term("Summer", "Sleep", "Hope")
    autumn, (later,) = in_term("Autumn", "Later")
    ask(sleep, 20, Settled.ARRANGED, agreed=True)
    ask(hope, 1, Settled.ARRANGED, agreed=True)
    ask(later, 30, Settled.ARRANGED, agreed=True)
    rows = {row.heading: row.cells for row in told(summer).tables[1].rows}
    assert set(rows) == {"Hope", "Sleep"}
    assert rows["Hope"][0] == "*"
    assert rows["Sleep"][0] == "*"
    terms = {row.heading: row.cells[0] for row in told().tables[1].rows}
    assert terms == {"Summer": 21, "Autumn": 30}
    assert next(iter(told(autumn).tables[1].rows)).cells[0] == 30


@ON_SQLITE
def test_a_term_with_too_many_courses_tells_its_needs_and_not_by_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small_numbers(SmallNumbers.HIDDEN)
    summer, runs = in_term("Summer", "Sleep", "Hope")
    for run in runs:
        ask(run, 20, Settled.ARRANGED, agreed=True)
    before = told(summer)
    monkeypatch.setattr(needs, "MOST_LINES", 1)
    found = told(summer)
    assert found.headlines == before.headlines
    assert found.tables == before.tables[:1]
    assert "too many to tell needs apart" in found.beside


def test_one_term_can_t_be_taken_from_all_of_them() -> None:
    small_numbers(SmallNumbers.HIDDEN)
    _, (sleep,) = in_term("Summer", "Sleep")
    _, (later,) = in_term("Autumn", "Later")
    ask(sleep, 20, Settled.ARRANGED, agreed=True)
    ask(later, 1, Settled.NOT_POSSIBLE)
    rows = {row.heading: row.cells[0] for row in told().tables[1].rows}
    total = told().tables[1].total
    assert total is not None
    assert rows["Autumn"] == "*"
    assert "*" in (rows["Summer"], total.cells[0])
    assert told().headlines[0].large == "*"


def test_a_college_of_which_nothing_is_known_says_so() -> None:
    assert told().tables[1].rows == []
    assert told().headlines[0].said == "There is nothing to count in this time yet."
    assert told(make_term("Empty")).tables[1].rows == []


def test_many_needs_are_as_many_statements_as_one() -> None:
    term, (run,) = in_term("Summer", "Sleep")
    ask(run, 1)
    asked = Filters(term=term.id)
    with counted() as once:
        report(asked, [By.TERM], clock.now())
    for number in range(5):
        _, (other,) = in_term(f"Term {number}", f"Course {number}")
        ask(other, 3, Settled.ARRANGED)
    with counted() as often:
        report(asked, [By.TERM], clock.now())
    assert len(once) == len(often)


@ON_SQLITE
def test_page_and_files_hide_small_numbers_and_look_at_whole_terms_alone(browse: Browse) -> None:
    summer, (run,) = in_term("Summer", "Sleep")
    ask(run, 3)
    ask(run, 33, Settled.ARRANGED)
    dee = browse(make_person("Dee", Role.DESK))
    page = dee.get(f"/office/reports/needs?term={summer.id}&course={run.course_id}").text
    assert "What else you chose is left aside." in page
    assert ">*</td>" in page
    assert ">3</td>" not in page
    lines = dee.get(f"/office/reports/needs.csv?term={summer.id}").text
    assert "All together,*" in lines or "All together,35" in lines
    assert ",3," not in lines
    assert ",3\r" not in lines
    for ending in ("xlsx", "pdf"):
        assert dee.get(f"/office/reports/needs.{ending}").status_code == 200
