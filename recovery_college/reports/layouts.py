"""How a report is laid out, whatever it counts: headlines, and a table for each breakdown."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Generic, TypeVar
from urllib.parse import quote_plus

from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.as_read import each_of
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Sum
from recovery_college.reports.rules.definitions import Share, definition
from recovery_college.reports.rules.naming import named
from recovery_college.reports.rules.tables import (
    Cell,
    Column,
    Headline,
    Report,
    Row,
    Table,
    percent_words,
)
from recovery_college.reports.tallies import Group

T = TypeVar("T")
S = TypeVar("S", bound=Sum)
Before = Sequence[tuple[str, Filters]]
KEY = "\N{BULLET}"  # in an address that thousands of lines share but for their key
KEY_THERE = quote_plus(KEY)
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
class Line(Generic[T]):
    """A headline: `said` is what it is out of; `large` stands where no percent would."""

    label: str
    figure: Callable[[T], Share]
    said: Callable[[T], str]
    large: Callable[[T], str] = lambda _: ""


@dataclass(frozen=True)
class Layout(Generic[T]):
    """What one report shows: its headlines, its columns, and what its chart draws.

    `whole` and `parts` ask for it; `total` adds parts up, where the whole is their sum. `behind`
    are the rows that a figure opens into. `also` are definitions that no headline has. `inside`
    are columns of a second table, which stays on the office's page, under `inside_heading`.
    """

    name: str
    title: str
    headlines: Sequence[Line[T]]
    columns: Sequence[tuple[Column, Callable[[T], Cell]]]
    bars: Sequence[int]
    whole: Callable[[Filters, datetime], T]
    parts: Callable[[By, Filters, datetime], Iterable[Group[T]]]
    beside: Callable[[T], str]
    total: Callable[[Iterable[T]], T] | None = None
    behind: str = "sessions"
    also: Sequence[tuple[str, Callable[[T], Share]]] = ()
    inside: Sequence[tuple[Column, Callable[[T], Cell]]] = ()
    inside_heading: str = ""


def report(
    layout: Layout[T], filters: Filters, by: Sequence[By], now: datetime, before: Before = ()
) -> Report:
    """With one breakdown for a page, with all of them for a download."""
    found = {each: layout.parts(each, filters, now) for each in by}
    if len(found) == 1:  # a page looks at its lines more than once
        found = {each: list(groups) for each, groups in found.items()}
    whole = _whole(layout, found, filters, now)
    earlier = [(words, layout.whole(those, now)) for words, those in before]
    address = _rows_at(layout, filters)
    return Report(
        name=layout.name,
        title=layout.title,
        headlines=[_headline(line, whole, earlier, address) for line in layout.headlines],
        tables=[
            table for each in by for table in _tables(layout, each, found[each], whole, filters)
        ],
        beside=layout.beside(whole),
        definitions=_definitions(layout),
    )


def _whole(
    layout: Layout[T], found: Mapping[By, Iterable[Group[T]]], filters: Filters, now: datetime
) -> T:
    """The sum of its parts, if it is that: then nothing has to be asked."""
    if layout.total is None or not found:
        return layout.whole(filters, now)
    return layout.total(group.tally for group in next(iter(found.values())))


def _headline(line: Line[T], whole: T, earlier: Sequence[tuple[str, T]], address: str) -> Headline:
    def large(of: T) -> str:
        return line.large(of) or percent_words(line.figure(of))

    return Headline(
        line.label,
        line.figure(whole),
        line.said(whole),
        definition(line.figure),
        [f"{name}: {large(of)}. {line.said(of)}" for name, of in earlier],
        address,
        line.large(whole),
    )


def _tables(
    layout: Layout[T], by: By, groups: Iterable[Group[T]], whole: T, filters: Filters
) -> Iterator[Table]:
    yield (first := _table(layout, by, groups, whole, filters))
    if layout.inside:
        inside = replace(layout, columns=layout.inside, bars=())
        second = _table(inside, by, groups, whole, filters)
        heading = f"{first.heading}: {layout.inside_heading}"
        yield replace(second, slug=f"{first.slug}-inside", heading=heading, stays=True)


def _table(
    layout: Layout[T], by: By, groups: Iterable[Group[T]], whole: T, filters: Filters
) -> Table:
    heading, first = BREAKDOWNS[by]
    behind = _rows_at(layout, filters.but(**{by.value: KEY}))

    def line(group: Group[T]) -> Row:
        name, cells = named(by, group.key, group.name), _cells(layout, group.tally)
        return Row(name, cells, _behind(behind, by, group), group.key)

    return Table(
        slug=by.value,
        heading=heading,
        first=first,
        columns=[column for column, _ in layout.columns],
        rows=each_of(groups, line),
        total=Row("All together", _cells(layout, whole), _rows_at(layout, filters)),
        bars=layout.bars,
    )


def _cells(layout: Layout[T], tally: T) -> tuple[Cell, ...]:
    return tuple(cell(tally) for _, cell in layout.columns)


def _behind(address: str, by: By, group: Group[T]) -> str:
    """The rows of one line; of those without a venue or a day there is no address."""
    if group.key is None:
        return ""
    key = group.key + 1 if by is By.WEEKDAY else group.key
    words = str(key) if isinstance(key, int) else quote_plus(str(key))
    return address.replace(KEY_THERE, words)


def _rows_at(layout: Layout[T], filters: Filters) -> str:
    return f"/office/reports/{layout.name}/{layout.behind}?{filters.address}"


def _definitions(layout: Layout[T]) -> list[tuple[str, str]]:
    """Of all its shares, once each."""
    shares = {line.label: line.figure for line in layout.headlines} | dict(layout.also)
    return [(label, definition(figure)) for label, figure in shares.items()]


def out_of(part: int, whole: int, words: str) -> str:
    if not whole:
        return "There is nothing to count in this time yet."
    few = "" if whole >= figures.ENOUGH else " That is not enough to say more."
    return f"{part:,} of {whole:,} {words}.{few}"


def summed(parts: Iterable[S], nothing: S) -> S:
    return reduce(lambda one, other: one + other, parts, nothing)


def registers(taken: Share) -> str:
    """Beside every share that registers tell."""
    percent = f" ({taken.percent}%)" if taken.whole else ""
    return f"Registers taken: {taken.part:,} of {taken.whole:,} sessions that ran{percent}."
