"""Access needs: what students asked for, and how it ended, with small numbers always hidden."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.queries.needs import SHARES
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.reports.counts import held_at
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.filtering import Cut, Runs, Wider, narrowed
from recovery_college.reports.rules.hidden import RULE, cell, headline, together
from recovery_college.reports.rules.small_numbers import Listing, listed
from recovery_college.reports.rules.tables import Column, Headline, Kind, Report, Row, Table
from recovery_college.scheduling.models import Run, Term
from recovery_college.scheduling.rules import RunState

Line = tuple[str, bool]
Counts = Mapping[int, Sequence[int]]
OPEN: Line = ("open", False)
LINES: Mapping[Line, str] = {  # how it ended, and whether the student has said that it works
    (Settled.ARRANGED.value, True): "Arranged, and it works",
    (Settled.ARRANGED.value, False): "Arranged, no word yet",
    (Settled.NOT_POSSIBLE.value, True): "Not possible, and agreed",
    (Settled.NOT_POSSIBLE.value, False): "Not possible, no word yet",
    OPEN: "Open",
}


@dataclass(frozen=True)
class Place:
    """A run among the others: which term's, and of which course."""

    id: int
    term_id: int
    term: str
    course_id: int
    course: str


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """Of all terms, term by term; of one, course by course. Less is not told of anybody."""
    del by, before
    runs, counts, rule = _runs(), _counts(now), the_college().small_numbers
    terms = _cuts([(run.term_id, run) for run in runs], counts)
    whole = _cut(runs, counts)
    told = {whole.runs: listed(whole.counts, rule)}
    if runs:
        told = narrowed([[whole]], [], rule)
        told |= narrowed([list(terms.values())], [Wider(whole, told[whole.runs])], rule)
    if not filters.term:
        names = {run.term_id: run.term for run in runs}
        return _report("By term", "Term", _rows(terms, names, told), told[whole.runs])
    its = [run for run in runs if run.term_id == filters.term]
    courses, cut = _cuts([(run.course_id, run) for run in its], counts), _cut(its, counts)
    total = told[cut.runs] if its else listed(cut.counts, rule)
    wider = [Wider(each, told[each.runs]) for each in (whole, cut) if each.runs in told]
    if its:
        told |= narrowed([list(courses.values())], wider, rule)
    names = {run.course_id: run.course for run in its}
    return _report("By course", "Course", _rows(courses, names, told), total)


def _rows(
    cuts: Mapping[int, Cut], names: Mapping[int, str], told: Mapping[Runs, Listing]
) -> list[Row]:
    """Where nobody asked for anything there is no row."""
    listings = [(names[key], told[cut.runs]) for key, cut in cuts.items()]
    return [Row(name, _cells(each)) for name, each in listings if each.total.number != 0]


def _cells(listing: Listing) -> tuple[int | str, ...]:
    return (cell(listing.total), *map(cell, listing.lines))


def _report(heading: str, first: str, rows: Sequence[Row], total: Listing) -> Report:
    headlines = _headlines(total)
    headings = ["Asked", *LINES.values()]
    return Report(
        name="needs",
        title="Access needs",
        headlines=headlines,
        tables=[
            Table(
                slug="needs",
                heading=heading,
                first=first,
                columns=[Column(each, Kind.PEOPLE) for each in headings],
                rows=rows,
                total=Row("All together", _cells(total)),
            )
        ],
        beside=RULE,
        definitions=[(each.label, each.definition) for each in headlines],
        hidden=True,
    )


def _headlines(total: Listing) -> list[Headline]:
    lines = dict(zip(LINES, total.lines, strict=True))
    of = {
        settled: together([lines[settled, True], lines[settled, False]])
        for settled in (Settled.ARRANGED.value, Settled.NOT_POSSIBLE.value)
    }
    agreed = together([line for (_, works), line in lines.items() if works])
    whole = total.total
    return [
        headline("Arranged", figures.arranged, of["arranged"], whole, "needs are arranged"),
        headline(
            "Not possible, and talked about",
            figures.not_possible,
            of["not_possible"],
            whole,
            "needs were not possible",
        ),
        headline(
            "Agreed by the student",
            figures.agreed,
            agreed,
            whole,
            "needs ended as the student says is right",
        ),
        headline("Open", figures.open_needs, lines[OPEN], whole, "needs are open"),
    ]


def _cuts(runs: Sequence[tuple[int, Place]], counts: Counts) -> dict[int, Cut]:
    """In the order of the runs."""
    found: dict[int, list[Place]] = {}
    for key, run in runs:
        found.setdefault(key, []).append(run)
    return {key: _cut(each, counts) for key, each in found.items()}


def _cut(runs: Sequence[Place], counts: Counts) -> Cut:
    rows = [counts[run.id] for run in runs if run.id in counts]
    added = [sum(column) for column in zip(*rows, strict=True)]
    return Cut(frozenset(run.id for run in runs), added or [0] * len(LINES))


def _runs() -> list[Place]:
    asked = (
        select(Run.id, Run.term_id, Term.name, Run.course_id, Course.title)
        .join(Term, Run.term_id == Term.id)
        .join(Course, Run.course_id == Course.id)
        .where(Run.state == RunState.PUBLISHED, ~Run.drop_in, Run.starts_at.is_not(None))
        .order_by(Term.starts_on, Term.id, Course.title, Run.id)
    )
    return [Place(*row) for row in db.session.execute(asked)]


def _counts(now: datetime) -> Counts:
    """By run: settled ones, and those of which nothing is settled yet."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * len(LINES))
    places = list(LINES)
    for run_id, line, number in [*_settled(now), *_unsettled(now)]:
        found[run_id][places.index(line)] += number
    return dict(found)


def _settled(now: datetime) -> Iterator[tuple[int, Line, int]]:
    one = Adjustment
    asked: Any = (
        select(Run.id, Run.ends_at, one.state, one.stands, one.agreed, func.count())
        .select_from(one)
        .join(Enrolment, one.enrolment_id == Enrolment.id)
        .join(Run, Enrolment.run_id == Run.id)
        .where(_held(now))
        .group_by(Run.id, Run.ends_at, one.state, one.stands, one.agreed)
    )
    for run_id, ends_at, state, stands, agreed, number in db.session.execute(asked):
        changed = not stands and ends_at is not None and ends_at > now
        is_open = changed or agreed is False
        yield run_id, OPEN if is_open else (state, bool(agreed)), number


def _held(now: datetime) -> ColumnElement[bool]:
    """As all reports count places; on a run that is still to come, those that are held now."""
    return held_at(case((Run.starts_at <= now, Run.starts_at), else_=now))


def _unsettled(now: datetime) -> Iterator[tuple[int, Line, int]]:
    asked = (
        select(Enrolment.run_id, func.count())
        .join(Person, Enrolment.person_id == Person.id)
        .join(Run, Enrolment.run_id == Run.id)
        .outerjoin(Adjustment, Adjustment.enrolment_id == Enrolment.id)
        .where(SHARES, _held(now), Adjustment.enrolment_id.is_(None))
        .group_by(Enrolment.run_id)
    )
    for run_id, number in db.session.execute(asked):
        yield run_id, OPEN, number
