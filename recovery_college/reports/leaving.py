"""A report as it leaves the office: small numbers of people are hidden, and stay hidden.

What else it counts (sessions, registers, hours, money) leaves as it is, by whatever it is told
apart. Columns of people leave where `downloads` says what is shown of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.contents import REPORTS, Maker
from recovery_college.reports.queries import By
from recovery_college.reports.rules import hidden
from recovery_college.reports.rules.as_read import each_of
from recovery_college.reports.rules.asked import LEAVE, Filters, check_leaves
from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.downloads import (
    EVERYTHING,
    MOST_LINES,
    Place,
    lines_of,
    place_of,
    published,
    told_apart,
    unknown,
)
from recovery_college.reports.rules.figures import Shown, ShownShare
from recovery_college.reports.rules.small_numbers import Listing
from recovery_college.reports.rules.tables import (
    PEOPLE,
    Cell,
    Column,
    Headline,
    Kind,
    Report,
    Row,
    Table,
)

STAR = Shown(None)
NOTHING = (0, Share(0, 0))
FOR_TERMS = "Numbers of people are given for terms."
TOTALS = "The college\u2019s own totals are exact from 5 up."
NOTE = f"Counts of people: {{}}. {TOTALS}"
TOO_MANY = "More than {} lines by {}: people are told apart by them on the page alone."


@dataclass(frozen=True)
class People:
    """Columns about the same people: shares that are their parts, and how many they are."""

    parts: Sequence[int]
    wholes: Sequence[int]

    def counts(self, row: Row) -> list[int]:
        shares = [each for at in self.parts if isinstance(each := row.cells[at], Share)]
        if not shares:
            return [int(str(row.cells[self.wholes[0]]))]
        parts = [each.part for each in shares]
        return [*parts, shares[0].whole - sum(parts)]

    def cells(self, listing: Listing) -> Iterator[tuple[int, Cell]]:
        for at in self.wholes:
            yield at, listing.total
        for at, line in zip(self.parts, listing.lines, strict=False):
            yield at, ShownShare(line, listing.total)


@dataclass(frozen=True)
class Downloads:
    """What all downloads of one term show of people: of each line, its cells of such columns.

    `kinds` are what has few enough lines there to tell people apart by.
    """

    columns: Sequence[Column]
    cells: Mapping[Place, Mapping[int, Cell]]
    kinds: Sequence[str]

    @property
    def note(self) -> str:
        many = [kind for kind in LEAVE if kind not in self.kinds]
        return f" {TOO_MANY.format(MOST_LINES, ' and by '.join(many))}" if many else ""

    def give(self, page: Place, table: Table) -> bool:
        """Whether a download of this page may tell people apart so."""
        is_line = table.slug in lines_of(page, self.kinds)
        return is_line and list(table.columns) == list(self.columns)

    def shown(self, place: Place, row: Row) -> Row:
        """A line of a page where nothing is to be counted is no line of any other."""
        cells = self.cells.get(place, {})
        kinds = [column.kind for column in self.columns]
        return replace(
            row,
            cells=tuple(
                cells.get(at, cell if cell in NOTHING else STAR) if kinds[at] in PEOPLE else cell
                for at, cell in enumerate(row.cells)
            ),
        )


def leaving(maker: Maker, filters: Filters, now: datetime, rule: SmallNumbers) -> Report:
    """With all its breakdowns."""
    made = _made(maker, filters, now, _lines(maker, filters, now))
    if maker.hide:
        return replace(maker.hide(made, _borrowed(maker, now, rule)), note=TOTALS)
    if made.hidden or not any(_counts_people(table) for table in made.tables):
        return made
    check_leaves(filters)
    page, is_term = place_of(filters), not filters.narrows
    downloads = _downloads(maker, filters.term, now, rule, made.tables if is_term else ())
    tables = [_table(table, page, downloads) for table in made.tables]
    shown = _totals(made, page, downloads)
    return replace(
        made,
        headlines=[_headline(each, shown) for each in made.headlines],
        tables=[table for table in tables if table.columns],
        note=NOTE.format(rule.label) + downloads.note,
    )


def without_people(maker: Maker, filters: Filters, now: datetime) -> Report:
    """What it counts besides people, of any days."""
    made = _made(maker, filters, now, maker.in_downloads)
    if made.hidden or not any(_counts_people(table) for table in made.tables):
        return made
    tables = [_without_people(t) if _counts_people(t) else t for t in made.tables]
    kept = [table for table in tables if table.columns]
    return replace(made, headlines=(), tables=kept, note=FOR_TERMS)


def people_of(columns: Sequence[Column]) -> list[People]:
    """Those that are among the same together; any other by itself."""
    among: dict[str, tuple[list[int], list[int]]] = {}
    for at, column in enumerate(columns):
        if column.kind in PEOPLE:
            parts, wholes = among.setdefault(column.among or str(at), ([], []))
            (wholes if column.kind is Kind.PEOPLE else parts).append(at)
    return [People(*each) for each in among.values()]


def _lines(maker: Maker, filters: Filters, now: datetime) -> Sequence[str]:
    """What it is told apart by in a file. If all its columns are of people, only what can leave."""
    if not maker.only_people:
        return maker.in_downloads
    return lines_of(place_of(filters), told_apart(_apart(maker, filters.term, now)))


def _made(maker: Maker, filters: Filters, now: datetime, lines: Sequence[str]) -> Report:
    """Without what stays on the page."""
    made = maker.make(filters, [each for each in maker.in_downloads if each in lines], now, ())
    return replace(made, tables=[table for table in made.tables if not table.stays])


def _apart(maker: Maker, term: int, now: datetime) -> Sequence[Mapping[str, Any]]:
    return maker.counted(Filters(term=term), now) if term else ()


def _downloads(
    maker: Maker, term: int, now: datetime, rule: SmallNumbers, ready: Sequence[Table] = ()
) -> Downloads:
    """`ready` are tables of the whole term that were made before."""
    sessions = _apart(maker, term, now)
    kinds = told_apart(sessions)
    top = _by(maker, [By.TERM], Filters(), now, () if term else ready)
    inside = [By(each) for each in kinds] if term else []
    within = _by(maker, inside, Filters(term=term), now, ready)
    rows = {
        (table.slug, row.key): row
        for table in [*top, *(within if term else ())]
        for row in table.rows
    }
    if top and top[0].total:
        rows[EVERYTHING] = top[0].total
    columns = top[0].columns if top else ()
    cells: dict[Place, dict[int, Cell]] = {place: {} for place in rows}
    for people in people_of(columns):
        counts = {place: people.counts(row) for place, row in rows.items()}
        listings = published(counts, term, sessions, rule)
        for place, lines in counts.items():
            cells[place] |= people.cells(listings.get(place) or unknown(lines))
    return Downloads(columns, cells, kinds)


def _borrowed(maker: Maker, now: datetime, rule: SmallNumbers) -> Callable[[Any], list[Shown]]:
    """What other reports' downloads show of a term (0 is everything); of other keys nothing.

    All of them show the same of it, whatever else they tell apart.
    """
    everything = [(_downloads(REPORTS[name], 0, now, rule), at) for name, at in maker.borrows]
    found = [(each.cells, column) for each, column in everything]

    def told(key: Any) -> list[Shown]:
        place = EVERYTHING if key == 0 else ("term", key)
        cells = [cells.get(place, {}).get(column, Shown(None)) for cells, column in found]
        parts = [cell.part if isinstance(cell, ShownShare) else cell for cell in cells]
        return [cell if isinstance(cell, Shown) else Shown(None) for cell in parts]

    return told


def _by(
    maker: Maker, by: Sequence[By], filters: Filters, now: datetime, ready: Sequence[Table]
) -> list[Table]:
    """Its breakdowns of these that all count the same."""
    asked = [each for each in by if each in maker.by]
    made = ready or (maker.make(filters, asked, now, ()).tables if asked else ())
    return [table for table in made if table.slug in asked]


def _counts_people(table: Table) -> bool:
    return any(column.kind in PEOPLE for column in table.columns)


def _table(table: Table, page: Place, downloads: Downloads) -> Table:
    if not _counts_people(table):
        return table
    if not downloads.give(page, table):
        return _without_people(table)
    rows = [downloads.shown((table.slug, row.key), row) for row in table.rows]
    return replace(table, rows=rows, total=table.total and downloads.shown(page, table.total))


def _totals(made: Report, page: Place, downloads: Downloads) -> dict[Cell, Cell]:
    """What is shown for each share of the report's sum; of the same numbers, that of people."""
    shown: list[tuple[Cell, Cell]] = []
    for table in made.tables:
        if table.total and downloads.give(page, table):
            cells = downloads.shown(page, table.total).cells
            shown += zip(table.total.cells, cells, strict=True)
    return dict(sorted(shown, key=lambda both: both[0] is not both[1]))


def _headline(line: Headline, shown: Mapping[Cell, Cell]) -> Headline:
    """Hidden unless the sum shows it. Earlier terms have downloads of their own."""
    share = shown.get(line.share)
    if isinstance(share, Share):
        return replace(line, before=())
    if not isinstance(share, ShownShare):
        share = ShownShare(STAR, STAR)
    if (share.part.number, share.whole.number) == (line.share.part, line.share.whole):
        return replace(line, share=share, before=())
    if None in (share.part.number, share.whole.number):
        return replace(line, share=share, said=hidden.TOO_FEW, large=hidden.STAR, before=())
    said = f"{share.part:,} of {share.whole:,}."
    return replace(line, share=share, said=said, large="", before=())


def _without_people(table: Table) -> Table:
    """For the page alone tells them apart so."""
    kept = [at for at, column in enumerate(table.columns) if column.kind not in PEOPLE]

    def bare(row: Row) -> Row:
        return replace(row, cells=tuple(row.cells[at] for at in kept))

    return replace(
        table,
        columns=[table.columns[at] for at in kept],
        rows=each_of(table.rows, bare),
        total=table.total and bare(table.total),
        bars=[kept.index(at) for at in table.bars if at in kept],
    )
