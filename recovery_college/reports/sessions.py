"""Attendance and co-delivery: what came of the sessions that were asked for, told apart."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

from recovery_college.reports import tallies
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share, Tally, definition
from recovery_college.reports.rules.naming import named
from recovery_college.reports.rules.tables import (
    Cell,
    Column,
    Headline,
    Kind,
    Report,
    Row,
    Table,
    percent_words,
)
from recovery_college.reports.tallies import Group

Figure = Callable[[Tally], Share]
HOUR = 60
BREAKDOWNS = {
    By.STRAND: ("By strand", "Strand"),
    By.COURSE: ("By course", "Course"),
    By.VENUE: ("By venue", "Venue"),
    By.TERM: ("By term", "Term"),
    By.WEEKDAY: ("By day of the week", "Day"),
    By.PART: ("By time of day", "Time"),
    By.MODE: ("By how people meet", "How"),
    By.RUN: ("By run", "Run"),
}


@dataclass(frozen=True)
class Layout:
    """What one report shows of a tally: its headlines, its columns, and what its chart draws."""

    name: str
    title: str
    headlines: Sequence[tuple[str, Figure, Callable[[Tally], str]]]
    columns: Sequence[tuple[Column, Callable[[Tally], Cell]]]
    bars: Sequence[int]


ATTENDANCE = Layout(
    "attendance",
    "Attendance",
    (
        (
            "Attendance",
            figures.attendance,
            lambda of: _out_of(of.came, of.marks, "marks say that the student was there"),
        ),
        (
            "Told us",
            figures.told_us,
            lambda of: _out_of(of.told, of.marks, "marks say that they told us"),
        ),
        (
            "We did not hear",
            figures.not_heard,
            lambda of: _out_of(of.unheard, of.marks, "marks say that we did not hear"),
        ),
    ),
    (
        (Column("Sessions that ran"), lambda of: of.ran),
        (Column("Registers taken", Kind.SHARE), figures.completeness),
        (Column("Marks", Kind.PEOPLE, "marks"), lambda of: of.marks),
        (Column("Was there", Kind.PEOPLE_SHARE, "marks"), figures.attendance),
        (Column("Told us", Kind.PEOPLE_SHARE, "marks"), figures.told_us),
        (Column("We did not hear", Kind.PEOPLE_SHARE, "marks"), figures.not_heard),
    ),
    (3, 4, 5),
)
DELIVERY = Layout(
    "co-delivery",
    "Co-delivery",
    (
        ("Co-delivered", figures.delivered, lambda of: _taught(of)),
        (
            "Planned with a pair",
            figures.planned,
            lambda of: _out_of(of.paired, of.ran, "sessions had their pair when they began"),
        ),
        ("Taught by peer tutors", figures.lived_share, lambda of: _hours(of)),
    ),
    (
        (Column("Sessions that ran"), lambda of: of.ran),
        (Column("Planned with a pair", Kind.SHARE), figures.planned),
        (Column("Co-delivered", Kind.SHARE), figures.delivered),
        (Column("Not recorded"), lambda of: of.unrecorded),
        (Column("Peer tutors, hours", Kind.HOURS), lambda of: of.lived_minutes / HOUR),
        (Column("Professional, hours", Kind.HOURS), lambda of: of.professional_minutes / HOUR),
        (Column("Hours by peer tutors", Kind.SHARE), figures.lived_share),
    ),
    (2,),
)


def report(
    layout: Layout, filters: Filters, by: Sequence[By], now: datetime, before: "Before" = ()
) -> Report:
    """With one breakdown for a page, with all of them for a download."""
    found = {each: tallies.tallies_by(each, filters, now) for each in by}
    whole = _sum(group.tally for group in next(iter(found.values())))
    earlier = [(words, tallies.tally_of(those, now)) for words, those in before]
    address = _rows_at(layout, filters)
    return Report(
        name=layout.name,
        title=layout.title,
        headlines=[
            Headline(
                label,
                figure(whole),
                said(whole),
                definition(figure),
                [f"{name}: {percent_words(figure(of))}. {said(of)}" for name, of in earlier],
                address,
            )
            for label, figure, said in layout.headlines
        ],
        tables=[_table(layout, each, groups, filters) for each, groups in found.items()],
        beside=_beside(whole),
        definitions=_definitions(layout),
    )


Before = Sequence[tuple[str, Filters]]


def _table(layout: Layout, by: By, groups: Sequence[Group], filters: Filters) -> Table:
    heading, first = BREAKDOWNS[by]
    whole = _sum(group.tally for group in groups)
    return Table(
        slug=by.value,
        heading=heading,
        first=first,
        columns=[column for column, _ in layout.columns],
        rows=[
            Row(
                named(by, group.key, group.name),
                _cells(layout, group.tally),
                _behind(layout, filters, by, group),
                group.key,
            )
            for group in groups
        ],
        total=Row("All together", _cells(layout, whole), _rows_at(layout, filters)),
        bars=layout.bars,
    )


def _out_of(part: int, whole: int, words: str) -> str:
    if not whole:
        return "There is nothing to count in this time yet."
    few = "" if whole >= figures.ENOUGH else " That is not enough to say more."
    return f"{part:,} of {whole:,} {words}.{few}"


def _taught(of: Tally) -> str:
    """Where no register says who taught, nothing is known of it."""
    words = _out_of(of.both, of.ran, "sessions were really taught by both")
    missing = f" Of {of.unrecorded:,} it is not recorded who taught." if of.unrecorded else ""
    return f"{words}{missing}"


def _hours(of: Tally) -> str:
    lived, all_of_them = of.lived_minutes, of.lived_minutes + of.professional_minutes
    if not all_of_them:
        return "No register says who taught."
    words = [f"{minutes / HOUR:,.1f}".removesuffix(".0") for minutes in (lived, all_of_them)]
    return f"{words[0]} of {words[1]} hours were taught by peer tutors."


def _cells(layout: Layout, tally: Tally) -> tuple[Cell, ...]:
    return tuple(cell(tally) for _, cell in layout.columns)


def _behind(layout: Layout, filters: Filters, by: By, group: Group) -> str:
    """The sessions of one line; of those without a venue or a day there is no address."""
    if group.key is None:
        return ""
    key = group.key + 1 if by is By.WEEKDAY else group.key
    return _rows_at(layout, filters.but(**{by.value: key}))


def _rows_at(layout: Layout, filters: Filters) -> str:
    return f"/office/reports/{layout.name}/sessions?{filters.address}"


def _sum(tallies: Iterable[Tally]) -> Tally:
    return reduce(Tally.__add__, tallies, Tally())


def _beside(whole: Tally) -> str:
    taken = figures.completeness(whole)
    words = f"Registers taken: {taken.part:,} of {taken.whole:,} sessions that ran"
    percent = f" ({taken.percent}%)" if taken.whole else ""
    off = f" {whole.cancelled:,} more were called off." if whole.cancelled else ""
    return f"{words}{percent}.{off}"


def _definitions(layout: Layout) -> list[tuple[str, str]]:
    """Of all its shares, once each."""
    shares = {label: figure for label, figure, _ in layout.headlines}
    shares["Registers taken"] = figures.completeness
    return [(label, definition(figure)) for label, figure in shares.items()]
