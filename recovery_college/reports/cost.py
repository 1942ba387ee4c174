"""Cost: the budget that is typed in for a term, by its runs, its places and its students."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.formatting import count
from recovery_college.reports.counts import held_at_start
from recovery_college.reports.models import Budget
from recovery_college.reports.queries import By
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share
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
    "place": "A place is one held when such a run began; a student on two runs holds two.",
    "student": "A student is somebody with such a place, counted once.",
}


@dataclass(frozen=True)
class _Line:
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
    lines = _lines(filters.term, now)
    paid = [each for each in lines if each.pence is not None]
    whole = _Line(
        "All with a budget",
        sum(each.pence or 0 for each in paid) if paid else None,
        sum(each.runs for each in paid),
        sum(each.places for each in paid),
        _students(filters.term, now),
    )
    numbers = {"run": whole.runs, "place": whole.places, "student": whole.students}
    headlines = [_headline(one, number, whole.pence) for one, number in numbers.items()]
    return Report(
        name="cost",
        title="Cost",
        headlines=headlines,
        tables=[_table(lines, whole)],
        definitions=[(each.label, each.definition) for each in headlines],
    )


def _table(lines: Sequence[_Line], whole: _Line) -> Table:
    money = [Column(f"For each {one}", Kind.MONEY) for one in MEANING]
    counts = [Column("Runs"), Column("Places held"), Column("Students")]
    return Table(
        slug="cost",
        heading="Term by term",
        first="Term",
        columns=[Column("Budget", Kind.MONEY), *counts, *money],
        rows=[Row(each.name, each.cells) for each in lines],
        total=None if whole.pence is None else Row(whole.name, whole.cells),
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


def _lines(term_id: int, now: datetime) -> list[_Line]:
    """Of terms that have a run that has begun, or a budget."""
    begun = and_(Run.state == RunState.PUBLISHED, Run.starts_at <= now)
    held = and_(Enrolment.run_id == Run.id, held_at_start())
    asked: Any = (
        select(Term.name, Budget.pence, func.count(Run.id.distinct()), func.count(Enrolment.id))
        .add_columns(func.count(Enrolment.person_id.distinct()))
        .select_from(Term)
        .outerjoin(Budget, Budget.term_id == Term.id)
        .outerjoin(Run, and_(Run.term_id == Term.id, begun))
        .outerjoin(Enrolment, held)
        .group_by(Term.id, Term.name, Term.starts_on, Budget.pence)
        .order_by(Term.starts_on, Term.id)
    )
    if term_id:
        asked = asked.where(Term.id == term_id)
    lines = [_Line(*row) for row in db.session.execute(asked)]
    return [each for each in lines if each.runs or each.pence is not None]


def _students(term_id: int, now: datetime) -> int:
    """Of all terms with a budget, each once."""
    asked = (
        select(func.count(Enrolment.person_id.distinct()))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Budget, Budget.term_id == Run.term_id)
        .where(Run.state == RunState.PUBLISHED, Run.starts_at <= now, held_at_start())
    )
    if term_id:
        asked = asked.where(Run.term_id == term_id)
    return db.session.scalars(asked).one()
