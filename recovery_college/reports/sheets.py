"""A report as a sheet: plain text that streams, or a workbook without a single formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from recovery_college.reports.rules.tables import Report, headings_of, values_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with which a spreadsheet begins to calculate
AT_ONCE = 200  # lines
UTF_8 = "\ufeff"  # the mark that tells a spreadsheet
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
Value = str | int | float | None


def as_csv(report: Report, period: str) -> Iterator[str]:
    """One table below the other, some lines at a time, each made when its turn comes."""
    lines = _csv_lines(report, period)
    while some := "".join(islice(lines, AT_ONCE)):
        yield some


def _csv_lines(report: Report, period: str) -> Iterator[str]:
    yield UTF_8
    writer = csv.writer(_Handed())
    for row in _rows(report, period):
        yield writer.writerow([_plain(each) for each in row])


class _Handed:
    """A file for the csv module that hands each line back to its writer."""

    def write(self, line: str) -> str:
        return line


def as_xlsx(report: Report, period: str, narrowed: Sequence[tuple[str, str]]) -> bytes:
    """A sheet with the figures, one with what they mean, one with what was asked for."""
    from xlsxwriter import Workbook

    made = BytesIO()
    with Workbook(made, PLAIN) as book:
        _write(book.add_worksheet("Figures"), _rows(report, period))
        _write(book.add_worksheet("Definitions"), report.definitions)
        _write(book.add_worksheet("Filters"), [("Period", period), *narrowed])
    return made.getvalue()


def _rows(report: Report, period: str) -> Iterable[Sequence[Value]]:
    yield (report.title, period)
    if report.beside:
        yield (report.beside,)
    if report.note:
        yield (report.note,)
    for table in report.tables:
        yield ()
        yield (table.heading,)
        yield headings_of(table)
        for row in table.all_rows:
            yield values_of(table, row)


def _write(sheet: "Worksheet", rows: Iterable[Sequence[Value]]) -> None:
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, list(row))


def _plain(value: Value) -> Value:
    """A title is never a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
