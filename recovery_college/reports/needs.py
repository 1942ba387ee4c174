"""Access needs: what students asked for, and how it ended, with small numbers always hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select

from recovery_college.college.queries import the_college
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.reports.needs_counted import COUNTED, Counts, Part, needs_counted
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.downloads import MOST_LINES
from recovery_college.reports.rules.filtering import Cut, Runs, Wider, narrowed
from recovery_college.reports.rules.hidden import RULE, cell, headline, percent, together
from recovery_college.reports.rules.small_numbers import Listing, listed
from recovery_college.reports.rules.tables import Column, Headline, Kind, Report, Row, Table
from recovery_college.scheduling.models import Run, Term

TOO_MANY = f"More than {MOST_LINES} courses ran in this term, too many to tell needs apart by them."
LINES = (  # in the order of `ENDS`
    "Arranged, and it works",
    "Arranged, no word yet",
    "Not possible, and agreed",
    "Not possible, no word yet",
    "Open",
)


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """Of all terms, term by term; of one, course by course. Less is not told of anybody."""
    del by, before
    names, titles, rule = _terms(), _courses(filters.term), the_college().small_numbers
    is_told = len(titles) <= MOST_LINES
    term = filters.term if is_told else 0
    counts = needs_counted(now, term)
    courses = {id: _cut([(term, id)], counts) for id in titles} if term else {}
    terms = {
        id: _cut([(id, course) for course in titles] if id == term else [(id, 0)], counts)
        for id in names
    }
    whole = Cut(
        frozenset().union(*(each.runs for each in terms.values())),
        [sum(each.counts[at] for each in terms.values()) for at in range(len(LINES))],
    )
    told = {whole.runs: listed(whole.counts, rule)}
    if terms:
        told = narrowed([[whole]], [], rule)
        told |= narrowed([list(terms.values())], [Wider(whole, told[whole.runs])], rule)
    if not filters.term:
        return _report("By term", "Term", _rows(terms, names, told), told[whole.runs])
    cut = terms.get(filters.term, Cut(frozenset(), [0] * len(LINES)))
    total = told[cut.runs] if cut.runs else listed(cut.counts, rule)
    wider = [Wider(each, told[each.runs]) for each in (whole, cut) if each.runs in told]
    if courses:
        told |= narrowed([list(courses.values())], wider, rule)
    made = _report("By course", "Course", _rows(courses, titles, told), total)
    return made if is_told else _without_courses(made)


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
    headings = ["Asked", *LINES]
    return Report(
        name="needs",
        title="Access needs",
        headlines=headlines,
        tables=[
            _ended(total),
            Table(
                slug="needs",
                heading=heading,
                first=first,
                columns=[Column(each, Kind.PEOPLE) for each in headings],
                rows=rows,
                total=Row("All together", _cells(total)),
            ),
        ],
        beside=RULE,
        definitions=[(each.label, each.definition) for each in headlines],
        hidden=True,
    )


def _without_courses(made: Report) -> Report:
    return replace(made, tables=made.tables[:1], beside=f"{RULE} {TOO_MANY}")


def _ended(total: Listing) -> Table:
    lines = zip(LINES, total.lines, strict=True)
    return Table(
        slug="ended",
        heading="How needs ended",
        first="How",
        columns=[Column("Needs", Kind.PEOPLE), Column("Percent")],
        rows=[Row(words, (cell(line), percent(line, total.total))) for words, line in lines],
        total=Row("All together", (cell(total.total), "")),
        bars=(1,),
    )


def _headlines(total: Listing) -> list[Headline]:
    arranged, no_word, agreed_no, said_no, still_open = total.lines
    whole = total.total
    return [
        headline(
            "Arranged", figures.arranged, together([arranged, no_word]), whole, "needs are arranged"
        ),
        headline(
            "Not possible, and talked about",
            figures.not_possible,
            together([agreed_no, said_no]),
            whole,
            "needs were not possible",
        ),
        headline(
            "Agreed by the student",
            figures.agreed,
            together([arranged, agreed_no]),
            whole,
            "needs ended as the student says is right",
        ),
        headline("Open", figures.open_needs, still_open, whole, "needs are open"),
    ]


def _cut(parts: Sequence[Part], counts: Counts) -> Cut:
    """What has the same runs has the same parts: no run of it is in two."""
    rows = [counts[part] for part in parts if part in counts]
    added = [sum(column) for column in zip(*rows, strict=True)]
    return Cut(frozenset(parts), added or [0] * len(LINES))


def _terms() -> dict[int, str]:
    """Those with runs, the earliest first."""
    has_runs = exists().where(Run.term_id == Term.id, *COUNTED)
    asked = select(Term.id, Term.name).where(has_runs).order_by(Term.starts_on, Term.id)
    return {row.id: row.name for row in db.session.execute(asked)}


def _courses(term: int) -> dict[int, str]:
    """Those with runs in it, by title."""
    here = select(Run.course_id).where(Run.term_id == term, *COUNTED)
    asked = select(Course.id, Course.title).where(Course.id.in_(here))
    by_title = asked.order_by(Course.title, Course.id)
    return {row.id: row.title for row in db.session.execute(by_title)}
