"""Cost: the budget that is typed in for a term, by its runs, its places and its students.

Places and students are those of the reports on them, to one, or the two could be subtracted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.formatting import count
from recovery_college.reports.answers_counted import students_counted
from recovery_college.reports.counts import has_begun, held_at_start, places_by
from recovery_college.reports.models import Budget
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import EVERYTHING, Filters
from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.hidden import STAR, TOO_FEW
from recovery_college.reports.rules.hidden import cell as shown_cell
from recovery_college.reports.rules.tables import (
    Cell,
    Column,
    Headline,
    Kind,
    Report,
    Row,
    Table,
    cell_words,
)
from recovery_college.scheduling.models import Run, Term
from recovery_college.scheduling.rules import RunState

NONE_YET = "No budget typed in yet"
COST = """The budgets that are typed in for the terms, divided by their {}. Only terms that have a
budget are counted, and of a term that is going on the whole budget is. {}"""
MEANING = {
    "run": "Runs are the dates of courses that have begun and were not cancelled.",
    "place": "A place is one held when such a run began, as in the report on places; a student on "
    "two runs holds two, and drop-ins have none.",
    "student": "A student is somebody with such a place, counted once.",
}
PEOPLE = (2, 3)  # columns: places held, and students
ONE_RUN = 4  # the column of what each run cost; each place and each student come after it


@dataclass(frozen=True)
class _Line:
    term_id: int
    name: str
    pence: int | None
    runs: int
    places: int
    students: int

    @property
    def cells(self) -> tuple[Cell, ...]:
        counts = (self.runs, self.places, self.students)
        if self.pence is None:
            return (NONE_YET, *counts, None, None, None)
        return (self.pence / 100, *counts, *(_each(self.pence, number) for number in counts))


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """Only whole terms: nobody says for which run money was meant."""
    del by, before
    everybody = students_counted(now)
    lines = _lines(filters.term, everybody, now)
    paid = [each for each in lines if each.pence is not None]
    whole = _Line(
        filters.term,
        "All with a budget",
        sum(each.pence or 0 for each in paid) if paid else None,
        sum(each.runs for each in paid),
        sum(each.places for each in paid),
        _students(lines, paid, everybody, now),
    )
    numbers = {"run": whole.runs, "place": whole.places, "student": whole.students}
    headlines = [_headline(one, number, whole.pence) for one, number in numbers.items()]
    return Report(
        name="cost",
        title="Cost",
        headlines=headlines,
        tables=[_table(lines, whole, is_all=len(paid) == len(lines))],
        definitions=[(each.label, each.definition) for each in headlines],
    )


def hidden(made: Report, told: Callable[[Any], Sequence[Shown]]) -> Report:
    """As it leaves the office: `told` are places and students, by the key of a row. Of terms with
    a budget beside others without, nothing is told of all together.
    """
    [table] = made.tables
    rows = [_hidden(row, told(row.key)) for row in table.rows]
    total = table.total and _hidden(table.total, told(table.total.key))
    people = dict(zip(PEOPLE, told(table.total.key) if table.total else (), strict=False))
    stars = [at for at, figure in people.items() if figure.number is None]
    headlines = [
        replace(line, said=TOO_FEW, large=STAR) if at + 1 in stars else line
        for at, line in enumerate(made.headlines)
    ]
    return replace(made, headlines=headlines, tables=[replace(table, rows=rows, total=total)])


def _hidden(row: Row, people: Sequence[Shown]) -> Row:
    cells = list(row.cells)
    for at, figure in zip(PEOPLE, people, strict=True):
        cells[at] = shown_cell(figure)
        if figure.number is None and cells[at + 3] is not None:
            cells[at + 3] = STAR
    return replace(row, cells=tuple(cells))


def _table(lines: Sequence[_Line], whole: _Line, *, is_all: bool) -> Table:
    money = [Column(f"For each {one}", Kind.MONEY) for one in MEANING]
    counts = [Column("Runs"), Column("Places held"), Column("Students")]
    key = whole.term_id if is_all else None
    return Table(
        slug="cost",
        heading="Term by term",
        first="Term",
        columns=[Column("Budget", Kind.MONEY), *counts, *money],
        rows=[Row(each.name, each.cells, key=each.term_id) for each in lines],
        total=None if whole.pence is None else Row(whole.name, whole.cells, key=key),
        bars=(ONE_RUN,),
    )


def _headline(one: str, number: int, pence: int | None) -> Headline:
    each = _each(pence, number) if pence is not None else None
    said = NONE_YET + "."
    if pence is not None:
        said = f"{cell_words(pence / 100, Kind.MONEY)} for {count(number, one)}."
    meant = " ".join(COST.format(f"{one}s", MEANING[one]).split())
    large = "none yet" if each is None else cell_words(each, Kind.MONEY)
    return Headline(f"For each {one}", Share(0, 0), said, meant, large=large)


def _each(pence: int, number: int) -> float | None:
    """In pounds, to the penny."""
    return round(pence / number) / 100 if number else None


def _lines(term_id: int, students: Mapping[int, int], now: datetime) -> list[_Line]:
    """Of terms that have a run that has begun, or a budget."""
    begun = and_(Run.term_id == Term.id, Run.state == RunState.PUBLISHED, Run.starts_at <= now)
    asked: Any = (
        select(Term.id, Term.name, Budget.pence, func.count(Run.id))
        .select_from(Term)
        .outerjoin(Budget, Budget.term_id == Term.id)
        .outerjoin(Run, begun)
        .group_by(Term.id, Term.name, Term.starts_on, Budget.pence)
        .order_by(Term.starts_on, Term.id)
    )
    if term_id:
        asked = asked.where(Term.id == term_id)
    of = Filters(term=term_id)
    places = {group.key: group.tally.held for group in places_by(By.TERM, of, now)}
    return [
        _Line(term, name, pence, runs, places.get(term, 0), students.get(term, 0))
        for term, name, pence, runs in db.session.execute(asked)
        if runs or pence is not None
    ]


def _students(
    lines: Sequence[_Line], paid: Sequence[_Line], everybody: Mapping[int, int], now: datetime
) -> int:
    """Of all terms with a budget, each once."""
    if not lines[1:]:
        return sum(each.students for each in paid)
    if len(paid) == len(lines):
        return everybody.get(EVERYTHING, 0)
    asked = (
        select(func.count(Enrolment.person_id.distinct()))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Budget, Budget.term_id == Run.term_id)
        .where(*has_begun(Filters(), now), held_at_start())
    )
    return db.session.scalars(asked).one()
