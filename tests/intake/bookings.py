"""Makers of bookings in the small college's workbook, and what became of them."""

from collections.abc import Sequence

from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.intake.rules.report import Report
from tests.intake.workbooks import Cell, college, meets, take

STUDENTS = [
    ("Name", "Email", "Phone"),
    ("Ada Osei", "ada@example.org", None),
    ("Mair Rees", None, "01632 960 999"),
    ("Kit Marr", "kit@example.org", None),
]
RUN = meets("18/01/2027", places=2)


def books(
    *rows: Sequence[Cell],
    dates: Sequence[Sequence[Cell]] = (RUN,),
    students: Sequence[Sequence[Cell]] = STUDENTS,
    headings: Sequence[Cell] = ("Student", "Course", "First date", "Status", "Booked on"),
) -> Report:
    return take(college(*dates, Students=students, Bookings=[headings, *rows]))


def booking(
    student: Cell,
    *,
    day: Cell = "18/01/2027",
    status: Cell = "booked",
    on: Cell = "04/12/2026",
    course: Cell = "Sleep well",
) -> list[Cell]:
    return [student, course, day, status, on]


def places() -> list[tuple[str, State]]:
    """Who has asked for a place, in the order of the queue."""
    asked = select(Person.name, Enrolment.state).join_from(Enrolment, Enrolment.person)
    order = (Enrolment.requested_at, Enrolment.lot, Enrolment.id)
    return [(name, state) for name, state in db.session.execute(asked.order_by(*order))]


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(f.row, f.heading, f.reason) for f in report.faults if f.tab == "Bookings"]
