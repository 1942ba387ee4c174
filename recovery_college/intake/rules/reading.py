"""A whole workbook read by its descriptions: rows of each kind, and what can't be read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from recovery_college.errors import Refusal
from recovery_college.formatting import count, listed
from recovery_college.intake.rules import cells
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.describing import Column, R, Row, Source, Tab
from recovery_college.intake.rules.headings import Found, Sheet, nearest, recognise
from recovery_college.intake.rules.report import Fault, Understood
from recovery_college.intake.rules.tabs import KNOWN, NEEDED


@dataclass
class Reading:
    """The rows that can be read, by kind of tab, and what has to be said of the rest.

    `lost` are the rows that can't, with as much of them as can.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[str, list[tuple[Source, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)

    def of(self, tab: Tab[R]) -> list[R]:
        return cast(list[R], self.rows[tab.holds])

    def lost_of(self, tab: Tab[Any], key: str) -> list[tuple[Source, str]]:
        """The names, in that column, of what was lost."""
        return [(source, row[key]) for source, row in self.lost[tab.holds] if key in row]


def read_sheets(sheets: Iterable[Sheet]) -> Reading:
    """Read every tab that is known; a workbook without one that is needed is refused."""
    sheets = list(sheets)
    finds = [(sheet, recognise(sheet, KNOWN)) for sheet in sheets]
    _check_complete(finds)
    reading = Reading()
    for sheet, found in finds:
        if found is None or found.missing:
            reading.understood.append(_left_aside(sheet))
        else:
            _read_tab(reading, sheet, found)
    return reading


def _check_complete(finds: list[tuple[Sheet, Found | None]]) -> None:
    here = {found.tab.holds for _, found in finds if found and not found.missing}
    absent = [tab for tab in NEEDED if tab.holds not in here]
    if absent:
        free = [sheet for sheet, found in finds if found is None or found.missing]
        raise Refusal(
            f"This workbook has no tab for {listed([tab.holds for tab in absent])}. "
            + "".join(f"{said} " for said in _hints(free, absent))
            + f"The import needs a tab each for {listed([tab.holds for tab in NEEDED])}."
        )


def _hints(free: list[Sheet], absent: list[Tab[Any]]) -> Iterable[str]:
    for sheet in free:
        if sheet.hidden:
            yield f'The tab "{sheet.title}" is hidden, so it was not read.'
    for tab in absent:
        near = nearest(free, tab)
        if near:
            sheet, found = near
            lacks = (
                f"no column for: {listed(found.missing)}" if found.missing else "too few columns"
            )
            yield f'For {tab.holds}, the tab "{sheet.title}" comes nearest, but it has {lacks}.'


def _left_aside(sheet: Sheet) -> Understood:
    why = "it is hidden" if sheet.hidden else "it holds nothing that the import knows"
    return Understood(sheet.title, f"ignored, because {why}")


def _read_tab(reading: Reading, sheet: Sheet, found: Found) -> None:
    headings = dict(sheet.lines)[found.row]
    rows = reading.rows[found.tab.holds]
    before = len(rows)
    for number, line in sheet.lines:
        source = Source(sheet.title, number, found.places, line)
        if number > found.row and line != headings and _says_something(source):
            row = _row(reading, found.tab, source)
            rows += [row] if row else []
    _say_hidden(reading, sheet, rows[before:])
    reading.understood.append(_understood(sheet, found, len(rows) - before))


def _say_hidden(reading: Reading, sheet: Sheet, rows: list[Row]) -> None:
    hidden = sum(row.source.number in sheet.hidden_rows for row in rows)
    if hidden:
        were = "was" if hidden == 1 else "were"
        reading.notes.append(
            f'In the tab "{sheet.title}", {count(hidden, "hidden row")} {were} read too.'
        )


def _understood(sheet: Sheet, found: Found, rows: int) -> Understood:
    names = {column.key: column.name for column in found.tab.columns}
    columns = sorted((place.index, place.heading, key) for key, place in found.places.items())
    too_wide = ("all columns after the hundredth",) if sheet.too_wide else ()
    return Understood(
        tab=sheet.title,
        holds=found.tab.holds,
        columns=tuple((heading, names[key]) for _, heading, key in columns),
        ignored=found.ignored + too_wide,
        rows=rows,
    )


def _says_something(source: Source) -> bool:
    return any(not cells.is_blank(_raw(source, key)) for key in source.places)


def _row(reading: Reading, tab: Tab[Any], source: Source) -> Row | None:
    """The line as a row, or None with each of its faults on record."""
    values, faults, notes = _cells(tab, source)
    aside = tab.aside(values)
    if aside:
        reading.notes.append(f"{source} is left out: {aside}")
        return None
    reading.notes += notes
    if faults:
        reading.faults += faults
        reading.lost[tab.holds].append((source, values))
        return None
    row: Row = tab.row(source=source, **values)
    return row


def _cells(tab: Tab[Any], source: Source) -> tuple[dict[str, object], list[Fault], list[str]]:
    """What the line says, what stops it, and what is only noted."""
    values: dict[str, object] = {}
    faults: list[Fault] = []
    notes: list[str] = []
    for column in tab.columns:
        if column.key not in source.places:
            continue
        try:
            _read_cell(values, column, _raw(source, column.key))
        except Refusal as refusal:
            fault = source.fault(column.key, refusal.message)
            if column.spare:
                notes.append(f"{fault} The row is taken without it.")
            else:
                faults.append(fault)
    return values, faults, notes


def _read_cell(values: dict[str, object], column: Column, raw: Raw) -> None:
    if not cells.is_blank(raw):
        values[column.key] = cells.read(column.read, raw)
    elif column.needed:
        raise Refusal(_needs(column, raw))


def _needs(column: Column, raw: Raw) -> str:
    said = "This cell is empty." if raw in (None, "") else "This is not known yet."
    return f"{said} The row can't be taken without its {column.name}."


def _raw(source: Source, key: str) -> Raw:
    index = source.places[key].index
    return source.cells[index] if index < len(source.cells) else None
