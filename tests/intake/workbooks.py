"""Makers of workbooks. Say only what the test is about; the rest is a small college."""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from sqlalchemy import select

from recovery_college.database import Model, db
from recovery_college.intake import commands
from recovery_college.intake.rules.headings import Sheet
from recovery_college.intake.rules.reading import Reading, read_sheets
from recovery_college.intake.rules.report import Report
from recovery_college.intake.workbook import read_workbook

Cell = str | int | float | bool | date | time | None
Rows = Sequence[Sequence[Cell]]
Tabs = dict[str, Rows]

HARBOUR = Path(__file__).with_name("harbour-college.xlsx")
FROZEN = "2027-01-04T09:00Z"  # a Monday, two weeks before the small college's first session

COURSES: Rows = [
    ["Title", "Strand", "About", "Made with (lived experience)", "Made with (professional)"],
    [
        "Sleep well",
        "Living well",
        "Nights get easier. We try things out.",
        "Una Jones",
        "Sam Ahmed",
    ],
    ["Clay and calm", "Creativity", "Hands in clay.", "Una Jones", "Sam Ahmed"],
]
VENUES: Rows = [
    ["Venue", "Address", "Room", "Places"],
    ["Harbour House", "12 Quay Street", "Tide Room", 10],
    ["Harbour House", "12 Quay Street", "Lantern Room", "14 max"],
    ["Online", None, "Video call", 20],
]
TUTORS: Rows = [
    ["Name", "Side", "Email", "Can teach", "Role"],
    ["Una Jones", "Peer", "una@example.org", "Sleep well; Clay and calm", "Peer trainer"],
    ["Sam Ahmed", "Professional", "sam@example.org", "Sleep well", "Nurse"],
]
DATE_HEADINGS: Sequence[Cell] = [
    *("Course", "Term", "Date", "Start", "End", "Venue", "Room", "Places"),
    *("Peer tutor", "Professional tutor", "Session"),
]


def meets(
    day: Cell = "18/01/2027",
    *,
    course: Cell = "Sleep well",
    start: Cell = "10:00",
    end: Cell = "12:00",
    room: tuple[Cell, Cell] = ("Harbour House", "Tide Room"),
    places: Cell = 10,
    pair: tuple[Cell, Cell] = ("Una Jones", "Sam Ahmed"),
    part: Cell = "1 of 1",
    term: Cell = "Spring 2027",
) -> list[Cell]:
    """A row of the dates."""
    return [course, term, day, start, end, *room, places, *pair, part]


def college(*dates: Sequence[Cell], **tabs: Rows) -> Tabs:
    """A small college with these dates; other tabs in place of its own, by their names."""
    there: Tabs = {"Courses": COURSES, "Venues": VENUES, "Tutors": TUTORS}
    return there | {"Dates": [DATE_HEADINGS, *dates]} | tabs


def read(tabs: Tabs) -> Reading:
    """The rows as they would be read out of a file."""
    return read_sheets(
        Sheet(title, [(n, tuple(map(_as_read, row))) for n, row in enumerate(rows, 1) if any(row)])
        for title, rows in tabs.items()
    )


def take(tabs: Tabs) -> Report:
    return commands.take(None, read(tabs), "digest", quiet)


def take_file(path: Path) -> Report:
    workbook = read_workbook(path, quiet)
    return commands.take(None, read_sheets(workbook.sheets), workbook.digest, quiet)


def write(path: Path, tabs: Tabs) -> Path:
    """A real file of them."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        for title, rows in tabs.items():
            sheet = book.add_worksheet(title)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    sheet.write(y, x, cell, *(f for k, f in formats.items() if type(cell) is k))
    return path


FORMATS = {date: "dd/mm/yyyy", time: "hh:mm", datetime: "dd/mm/yyyy hh:mm"}


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database."""
    db.session.expire_all()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Model.metadata.sorted_tables
    }


def reasons(report: Report) -> list[tuple[str, int, str]]:
    """Which cells were refused."""
    return [(fault.tab, fault.row, fault.cell) for fault in report.faults]


def quiet(_what: str, _count: int) -> None:
    """Progress that nobody reads."""


def _as_read(cell: Cell) -> Cell:
    """A spreadsheet knows no bare dates."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time.min)
    return cell
