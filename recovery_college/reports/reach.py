"""Reach: who the students say they are, beside the people of the area. Only ever counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from recovery_college.accounts.equality import ANSWERS, REASONS, Question
from recovery_college.college.queries import the_college
from recovery_college.college.rules import SmallNumbers
from recovery_college.database import db, spelt_out
from recovery_college.reports.answers import EVERYBODY, MORE, WHY
from recovery_college.reports.answers_counted import answers_counted
from recovery_college.reports.models import CensusFigure
from recovery_college.reports.people_added_up import COUNTED
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import EVERYTHING, Filters
from recovery_college.reports.rules.definitions import Share, definition
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.filtering import Cut, Wider, narrowed
from recovery_college.reports.rules.hidden import RULE, cell, headline, percent
from recovery_college.reports.rules.small_numbers import Listing, listed
from recovery_college.reports.rules.tables import Column, Headline, Kind, Report, Row, Table
from recovery_college.scheduling.models import Run, Term

NOT_SAID = "-"  # no answer is called so
HEADINGS = {WHY: "I come as\u2026", **{each.value: each.label for each in Question}}
LINES: Mapping[str, Mapping[str, str]] = {
    name: {**answers, MORE: "More than one of these", NOT_SAID: "Did not say"}
    for name, answers in (
        (WHY, {each.value: words for each, words in REASONS.items()}),
        *((each.value, ANSWERS[each]) for each in Question),
    )
}
Census = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Counted:
    """By term, and for everything: how many students gave an answer to a question.

    `terms` have a run that has begun. No run is in two, so that terms tell apart as runs would.
    """

    terms: frozenset[int]
    answers: Mapping[tuple[int, str, str], int]

    def cut(self, term: int, question: str) -> Cut:
        said = [self.answers.get((term, question, each), 0) for each in LINES[question]]
        students = self.answers.get((term, *EVERYBODY), 0)
        within = self.terms if term == EVERYTHING else self.terms & {term}
        return Cut(within, [*said[:-1], students - sum(said)])


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """Of all terms or of one; less is not told of anybody."""
    del by, before
    counted, census, rule = _counted(now), _census(), the_college().small_numbers
    told = {each: _told(counted, each, filters.term, rule) for each in LINES}
    headlines = _headlines(told)
    return Report(
        name="reach",
        title="Reach",
        headlines=headlines,
        tables=[
            _responses(told),
            *(
                _table(name, each, census)
                for name, each in told.items()
                if name in census or _answered(each).number != 0
            ),
        ],
        beside=RULE,
        definitions=[(each.label, each.definition) for each in headlines],
        hidden=True,
    )


def _told(counted: _Counted, question: str, term: int, rule: SmallNumbers) -> Listing:
    """A term beside all others and beside everything, so that none can be taken from another."""
    whole, cut = counted.cut(EVERYTHING, question), counted.cut(term, question)
    if not cut.runs:
        return listed(cut.counts, rule)
    told = narrowed([[whole]], [], rule)
    if term != EVERYTHING:
        terms = [counted.cut(each, question) for each in counted.terms]
        told |= narrowed([terms], [Wider(whole, told[whole.runs])], rule)
    return told[cut.runs]


def _headlines(told: Mapping[str, Listing]) -> list[Headline]:
    students = told[WHY].total
    number = cell(students)
    words = "with a place on a course that has begun."
    return [
        Headline(
            "Students",
            Share(0, 0),
            f"About {number:,} students {words}" if isinstance(number, int) else "Too few to say.",
            definition(figures.students_counted),
            large=f"{number:,}" if isinstance(number, int) else number,
        ),
        headline(
            "Said why they come",
            figures.answered,
            _answered(told[WHY]),
            students,
            "students said why they come",
        ),
    ]


def _answered(listing: Listing) -> Shown:
    """What the two figures that are shown leave, so that it tells no more than they do."""
    total, silent = listing.total.number, listing.lines[-1].number
    return Shown(None if total is None or silent is None else max(total - silent, 0))


def _responses(told: Mapping[str, Listing]) -> Table:
    return Table(
        slug="responses",
        heading="How many answered",
        first="Question",
        columns=[Column("Students who answered", Kind.PEOPLE), Column("Percent")],
        rows=[
            Row(HEADINGS[name], (cell(said), percent(said, each.total)))
            for name, each in told.items()
            for said in (_answered(each),)
        ],
        total=Row("All students", (cell(told[WHY].total), "")),
        bars=(1,),
    )


def _table(name: str, listing: Listing, census: Census) -> Table:
    area, answered = census.get(name, {}), _answered(listing)
    people = sum(area.values())
    columns = [Column("Students", Kind.PEOPLE), Column("Of those who answered")]
    columns += [Column("Of the area")] if people else []
    rows = []
    for (answer, words), line in zip(LINES[name].items(), listing.lines, strict=True):
        cells = [cell(line), "" if answer == NOT_SAID else percent(line, answered)]
        there = Share(area[answer], people).percent if answer in area and people else None
        cells += ["" if there is None else f"{there}%"] if people else []
        rows.append(Row(words, tuple(cells)))
    rest = [""] * (len(columns) - 1)
    total = Row("All students", (cell(listing.total), *rest))
    return Table(name, HEADINGS[name], "Answer", columns, rows, total, bars=(1,))


def _counted(now: datetime) -> _Counted:
    begun = exists().where(Run.term_id == Term.id, *COUNTED, Run.starts_at <= spelt_out(now))
    terms = db.session.scalars(select(Term.id).where(begun))
    return _Counted(frozenset(terms), answers_counted(now))


def _census() -> Census:
    asked = select(CensusFigure.question, CensusFigure.answer, CensusFigure.people)
    found: dict[str, dict[str, int]] = {}
    for question, answer, people in db.session.execute(asked):
        found.setdefault(question, {})[answer] = people
    return found
