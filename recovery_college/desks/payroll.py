"""A month of approved hours as a sheet for payroll: minutes and hours, and no rates."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from recovery_college.formatting import when
from recovery_college.tutors.models import HoursSheet
from recovery_college.tutors.rules.hours import COUNTED, DONE, in_address, month_kept

Cell = str | int | float
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with which a spreadsheet begins to calculate
HEADINGS = (
    "Name",
    "Month",
    *(f"{COUNTED[kind]}, {unit}" for kind in DONE for unit in ("minutes", "hours")),
    *("For pay, minutes", "For pay, hours"),
    *("Released time, minutes", "Released time, hours"),
    *("Approved by", "Approved"),
)


def as_csv(sheets: Iterable[HoursSheet]) -> bytes:
    """With the mark that tells a spreadsheet that it is UTF-8."""
    made = StringIO()
    csv.writer(made).writerows(_table(sheets))
    return made.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Iterable[HoursSheet]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Hours")
    for row in _table(sheets):
        page.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _table(sheets: Iterable[HoursSheet]) -> list[Sequence[Cell]]:
    return [HEADINGS, *map(_row, sheets)]


def _row(sheet: HoursSheet) -> Sequence[Cell]:
    month = month_kept(sheet.month, sheet.lines)
    counted = [*(month.by_kind[kind] for kind in DONE), month.paid, month.released]
    return [
        _plain(sheet.tutor.person.name),
        in_address(sheet.month),
        *(cell for minutes in counted for cell in (minutes, round(minutes / 60, 2))),
        _plain(sheet.approved_by.name if sheet.approved_by else ""),
        when(sheet.approved_at) if sheet.approved_at else "",
    ]


def _plain(words: str) -> str:
    """Somebody's name is never a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words
