"""Which tab is which, and which column is what, from the words that a college uses for them.

A heading counts when it has the same words as a description, in any order; or, for want of
such a one, when most of its words do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recovery_college.courses.rules import words_of
from recovery_college.intake.rules.cells import Raw, shown
from recovery_college.intake.rules.describing import Place, Tab
from recovery_college.intake.rules.lookup import same
from recovery_college.intake.rules.report import letter

FILLER = {"the", "a", "an", "of", "our", "your", "please", "is", "are", "this", "and", "or"}
FILLER |= {"we", "us", "use", "used", "its"}
ASIDE = {"note", "readme", "instruction", "guidance", "help", "summary", "key", "lookup"}
READ_ME = {"read", "me"}
HIGHEST_HEADING = 30  # rows of banner and blank above the headings, at most
LONGEST_HEADING = 60
LEAST_COLUMNS = 2
TAB_NAME = 2.0  # a tab's own name weighs as much as two of its columns

Words = frozenset[str]
Line = tuple[int, tuple[Raw, ...]]


@dataclass(frozen=True)
class Sheet:
    """A tab as it stands in the file: the lines in which anything is written."""

    title: str
    lines: list[Line]
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    too_wide: bool = False


@dataclass(frozen=True)
class Found:
    """A tab that was recognised: the number of its heading row, and its columns."""

    tab: Tab[Any]
    row: int
    places: dict[str, Place]
    ignored: tuple[str, ...]
    likeness: float

    @property
    def missing(self) -> list[str]:
        return [c.name for c in self.tab.columns if c.needed and c.key not in self.places]


def recognise(sheet: Sheet, tabs: Iterable[Tab[Any]]) -> Found | None:
    """What this tab most likely is, complete or not; None if it is nothing we know."""
    known = [find for find in _finds(sheet, tabs) if len(find.places) >= LEAST_COLUMNS]
    return max(known, key=lambda find: (not find.missing, find.likeness, -find.row), default=None)


def nearest(sheets: Iterable[Sheet], tab: Tab[Any]) -> tuple[Sheet, Found] | None:
    """Of the tabs that are not this kind, the one that comes nearest to it."""
    finds = [(sheet, find) for sheet in sheets for find in _finds(sheet, [tab])]
    near = [(sheet, find) for sheet, find in finds if find.places or _named(sheet.title, tab)]
    return max(near, key=lambda pair: (pair[1].likeness, -pair[1].row), default=None)


def closeness(name: str, heading: str) -> float:
    """From 0, nothing in common, to 1, the same words."""
    wanted, there = _words(name), _words(heading)
    if not wanted or not wanted <= there:
        return 0
    share = len(wanted) / len(there)
    return share if share > 0.5 else 0


def _finds(sheet: Sheet, tabs: Iterable[Tab[Any]]) -> list[Found]:
    title = _words(sheet.title)
    if sheet.hidden or title & ASIDE or title >= READ_ME:
        return []
    lines = sheet.lines[:HIGHEST_HEADING]
    return [_found(sheet, line, tab) for line in lines for tab in tabs]


def _found(sheet: Sheet, line: Line, tab: Tab[Any]) -> Found:
    written = {i: shown(raw) for i, raw in enumerate(line[1]) if isinstance(raw, str)}
    headings = {
        i: heading
        for i, heading in written.items()
        if 0 < len(heading) <= LONGEST_HEADING and i not in sheet.hidden_columns
    }
    pairs = _pairs(headings, tab)
    places = {key: Place(index, headings[index]) for key, (index, _) in pairs.items()}
    left = written.keys() - {index for index, _ in pairs.values()}
    ignored = tuple(_left_aside(sheet, i, written[i]) for i in sorted(left))
    likeness = sum(close for _, close in pairs.values()) + TAB_NAME * _named(sheet.title, tab)
    return Found(tab, line[0], places, ignored, likeness)


def _left_aside(sheet: Sheet, index: int, heading: str) -> str:
    hidden = ", which is hidden" if index in sheet.hidden_columns else ""
    return f'"{heading}" (column {letter(index)}{hidden})'


def _pairs(headings: dict[int, str], tab: Tab[Any]) -> dict[str, tuple[int, float]]:
    """The closest heading for each column, the best of all first; none serves twice.

    Letter for letter comes before singular for plural: a "Place" may be no number of places.
    """
    ranked = sorted(
        (
            (-close, same(name) != same(heading), rank, index, column.key)
            for index, heading in headings.items()
            for column in tab.columns
            for rank, name in enumerate((column.name, column.key, *column.also))
            if (close := closeness(name, heading))
        ),
    )
    pairs: dict[str, tuple[int, float]] = {}
    taken: set[int] = set()
    for close, _loose, _rank, index, key in ranked:
        if key not in pairs and index not in taken:
            pairs[key] = (index, -close)
            taken.add(index)
    return pairs


def _named(title: str, tab: Tab[Any]) -> bool:
    there = _words(title)
    return any(_words(name) <= there for name in (tab.holds, *tab.also))


@lru_cache(maxsize=4096)
def _words(text: str) -> Words:
    return frozenset(words_of(text.replace("_", " "))) - FILLER
