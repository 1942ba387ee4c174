"""A finished report as it is kept and read again: its words and figures as they were printed."""

from typing import Any

from recovery_college.reports.rules.definitions import Share
from recovery_college.reports.rules.figures import ShownShare
from recovery_college.reports.rules.tables import (
    Cell,
    Column,
    Headline,
    Kept,
    Kind,
    Report,
    Row,
    Table,
    cell_words,
    percent_words,
)

Written = dict[str, Any]


def written(report: Report) -> Written:
    """Plain enough for JSON."""
    return {
        "name": report.name,
        "title": report.title,
        "beside": report.beside,
        "note": report.note,
        "headlines": [
            {
                "label": line.label,
                "large": line.large or percent_words(line.share),
                "said": line.said,
                "definition": line.definition,
            }
            for line in report.headlines
        ],
        "tables": [_table(each) for each in report.tables],
    }


def read(kept: Written) -> Report:
    """With all that is printed of it."""
    return Report(
        name=kept["name"],
        title=kept["title"],
        headlines=[Headline(share=Share(0, 0), **each) for each in kept["headlines"]],
        tables=[_table_read(each) for each in kept["tables"]],
        beside=kept["beside"],
        note=kept["note"],
    )


def _table(table: Table) -> Written:
    return {
        "slug": table.slug,
        "heading": table.heading,
        "first": table.first,
        "columns": [[each.heading, each.kind.value] for each in table.columns],
        "rows": [_row(table, each) for each in table.rows],
        "total": table.total and _row(table, table.total),
        "bars": list(table.bars),
    }


def _row(table: Table, row: Row) -> list[Any]:
    pairs = zip(row.cells, table.columns, strict=True)
    cells = [_cell(cell, column.kind) for cell, column in pairs]
    if bar := table.bar(row) if table.bars else None:
        for at, percent in zip(table.bars, bar.parts, strict=True):
            words = cell_words(row.cells[at], table.columns[at].kind)
            cells[at] = [words, percent, bar.label]
    return [row.heading, cells]


def _cell(cell: Cell, kind: Kind) -> str | list[str | int | None]:
    """A share is kept with its percent."""
    if isinstance(cell, Share | ShownShare):
        return [cell_words(cell, kind), cell.percent if cell.is_enough else None]
    return cell_words(cell, kind)


def _table_read(kept: Written) -> Table:
    return Table(
        slug=kept["slug"],
        heading=kept["heading"],
        first=kept["first"],
        columns=[Column(heading, Kind(kind)) for heading, kind in kept["columns"]],
        rows=[_row_read(each) for each in kept["rows"]],
        total=kept["total"] and _row_read(kept["total"]),
        bars=kept["bars"],
    )


def _row_read(kept: list[Any]) -> Row:
    heading, cells = kept
    return Row(heading, tuple(Kept(*each) if isinstance(each, list) else each for each in cells))
