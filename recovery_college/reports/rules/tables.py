"""A report before it is a page, a sheet or a paper: its figures, its tables, and their words.

Cells are plain: words, a count, or a share. What writes them out decides how they look.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.figures import Shown, ShownShare

NOTHING = "none yet"


class Kind(StrEnum):
    """What a column counts. Small numbers of people stay in the office."""

    WORDS = "words"
    COUNT = "count"
    PEOPLE = "people"
    SHARE = "share"
    PEOPLE_SHARE = "share of people"
    HOURS = "hours"
    HOURS_SHARE = "share of hours"  # of which the cell counts minutes
    MONEY = "money"


PEOPLE = (Kind.PEOPLE, Kind.PEOPLE_SHARE)
SHARES = (Kind.SHARE, Kind.PEOPLE_SHARE, Kind.HOURS_SHARE)
HOUR = 60  # minutes


@dataclass(frozen=True)
class Kept:
    """A share, or an amount of which a bar is drawn, as it was printed once."""

    words: str
    percent: int | None
    label: str = ""

    @property
    def is_enough(self) -> bool:
        return self.percent is not None


Cell = str | int | float | Share | Shown | ShownShare | Kept | None


@dataclass(frozen=True)
class Column:
    """`among` is what shares of the same people are parts of, and a count of people all of."""

    heading: str
    kind: Kind = Kind.COUNT
    among: str = ""


@dataclass(frozen=True)
class Row:
    """`address` is where the rows behind it are, if one may see them; `key` is what a filter
    for it would be."""

    heading: str
    cells: tuple[Cell, ...]
    address: str = ""
    key: Any = None


@dataclass(frozen=True)
class Bar:
    """A line of a chart: how long each part is in percent, and what stands beside it."""

    heading: str
    label: str
    parts: Sequence[int]


@dataclass(frozen=True)
class Table:
    """`first` heads the rows' own names. `bars` are the columns that its chart draws as parts:
    shares, words of percent, or one of amounts, which are drawn beside the largest.

    `stays` is that it is for the office's eyes, and in no download.
    """

    slug: str
    heading: str
    first: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    bars: Sequence[int] = ()
    stays: bool = False

    @property
    def all_rows(self) -> Iterator[Row]:
        return chain(self.rows, [self.total] if self.total else [])

    @property
    def at_hand(self) -> "Table":
        """With all its lines, for who looks at them more than once."""
        return replace(self, rows=list(self.rows))

    def drawn(self, first: int) -> list[Bar]:
        """Of so many rows those that its chart shows: not what says too little, nor zeros alone."""
        bars = [bar for row in islice(self.rows, first) if self.bars and (bar := self.bar(row))]
        return bars if any(any(bar.parts) for bar in bars) else []

    def bar(self, row: Row) -> Bar | None:
        amounts = [each.cells[at] for at in self.bars[:1] for each in self.rows]
        largest = max((each for each in amounts if isinstance(each, int | float)), default=0)
        parts = [percent_of(row.cells[at], largest) for at in self.bars]
        lengths = [each for each in parts if each is not None]
        if len(lengths) < len(parts):
            return None
        cell = row.cells[self.bars[0]]
        kind = self.columns[self.bars[0]].kind
        label = cell_words(cell, kind) if isinstance(cell, int | float) else f"{lengths[0]}%"
        return Bar(row.heading, cell.label or label if isinstance(cell, Kept) else label, lengths)


@dataclass(frozen=True)
class Headline:
    """A figure, and in a sentence what it is out of. `before` is of last term and last year.

    `large` is what stands large where that is not the percent of a share.
    """

    label: str
    share: Share | ShownShare
    said: str
    definition: str
    before: Sequence[str] = ()
    address: str = ""
    large: str = ""


@dataclass(frozen=True)
class Report:
    """`beside` stands with every share: how many registers were taken.

    `hidden` is that small numbers of people are hidden in it already, on its page too; `note` says
    what was done to them.
    """

    name: str
    title: str
    headlines: Sequence[Headline]
    tables: Sequence[Table]
    beside: str = ""
    definitions: Sequence[tuple[str, str]] = field(default=())
    hidden: bool = False
    note: str = ""


def percent_words(share: Share | ShownShare) -> str:
    """What stands large: the percent, or why there is none."""
    if share.is_of_nothing:
        return NOTHING
    return f"{share.percent}%" if share.is_enough else f"{share.part} of {share.whole}"


def percent_of(cell: Cell, largest: float) -> int | None:
    """How long a bar is, if there is enough to draw one."""
    if isinstance(cell, Share | ShownShare | Kept):
        return cell.percent if cell.is_enough else None
    if isinstance(cell, int | float):
        return round(100 * cell / largest) if largest else None
    words = cell.removesuffix("%") if isinstance(cell, str) else ""
    return int(words) if words.isdecimal() and words != cell else None


def cell_words(cell: Cell, kind: Kind) -> str:
    """As a page and a paper print it."""
    if cell is None:
        return ""
    if isinstance(cell, Kept):
        return cell.words
    if isinstance(cell, Share | ShownShare):
        return hours_share_words(cell) if kind is Kind.HOURS_SHARE else share_words(cell)
    if isinstance(cell, Shown):
        return f"{cell:,}"
    if kind is Kind.HOURS and not isinstance(cell, str):
        return f"{cell:,.1f}".removesuffix(".0")
    if kind is Kind.MONEY and not isinstance(cell, str):
        return f"\u00a3{cell:,.2f}"
    return cell if isinstance(cell, str) else f"{cell:,}"


def share_words(share: Share | ShownShare) -> str:
    if share.is_of_nothing:
        return "\u2013"
    if not share.is_enough:
        return f"{share.part:,} of {share.whole:,}"
    return f"{share.part:,} ({share.percent}%)"


def hours_share_words(share: Share | ShownShare) -> str:
    """The hours themselves stand beside it."""
    return "\u2013" if share.is_of_nothing else f"{share.percent}%"


def headings_of(table: Table) -> list[str]:
    """For a sheet: a share takes three columns."""
    return [table.first, *(words for each in table.columns for words in _headings(each))]


def values_of(table: Table, row: Row) -> list[str | int | float | None]:
    """For a sheet: plain numbers, so that it can count on."""
    pairs = zip(table.columns, row.cells, strict=True)
    return [row.heading, *(value for column, cell in pairs for value in _values(column, cell))]


def _headings(column: Column) -> Iterable[str]:
    if column.kind in SHARES:
        return (column.heading, f"{column.heading}, out of", f"{column.heading}, percent")
    return (column.heading,)


def _values(column: Column, cell: Cell) -> Iterable[str | int | float | None]:
    if isinstance(cell, Share) and column.kind is Kind.HOURS_SHARE:
        return (cell.part / HOUR, cell.whole / HOUR, cell.percent if cell.is_enough else None)
    if isinstance(cell, Share):
        return (cell.part, cell.whole, cell.percent if cell.is_enough else None)
    if isinstance(cell, ShownShare):
        return (cell.part.value, cell.whole.value, cell.percent if cell.is_enough else None)
    if isinstance(cell, Kept):
        return (cell.words, None, cell.percent)
    value = cell.value if isinstance(cell, Shown) else cell
    return (value, None, None) if column.kind in SHARES else (value,)
