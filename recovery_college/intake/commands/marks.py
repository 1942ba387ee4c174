"""Marks out of the workbook, on the places that the college has by then.

A mark that stands is never overwritten. Who taught is in no workbook, so nothing is said of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, update

from recovery_college.attendance.models import Mark
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.errors import Refusal
from recovery_college.formatting import short_day
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.booked import Students
from recovery_college.intake.commands.people import Known, People
from recovery_college.intake.rules.lookup import Lookup
from recovery_college.intake.rules.marks import (
    PlaceToMark,
    SessionToMark,
    check_missed,
    check_over,
    the_session,
)
from recovery_college.intake.rules.tabs.attendance import ATTENDANCE, MarkRow
from recovery_college.scheduling.models import Session

AT_ONCE = 500  # marks written together
BY_HAND = "mark them on the register of that session"


@dataclass(frozen=True)
class Line:
    """A row of the attendance of which is known whose it is, and which course it means."""

    row: MarkRow
    student: Known
    course: Course

    @property
    def meant(self) -> tuple[int, date]:
        return self.course.id, self.row.day


def read_marks(arrival: Arrival, people: People, courses: Lookup[Course]) -> list[Line]:
    lines: list[Line] = []
    rows = arrival.reading.of(ATTENDANCE)
    if not rows:
        return []
    students = Students(arrival, people, BY_HAND)
    for row in rows:
        try:
            _check_day(row, arrival.today)
            course = courses.find(row.course, field="course")
            lines.append(Line(row, students.find(row.student), course))
        except Refusal as refusal:
            arrival.refuse(row, refusal)
    return lines


def sessions_to_hold(lines: Sequence[Line]) -> Collection[Session]:
    """Those that are there already and may get a mark; nobody else marks them meanwhile."""
    meant = {line.meant for line in lines}
    found = {
        each.id: (course, each.day)
        for course, some in queries.sessions_to_mark({line.course.id for line in lines}).items()
        for each in some
        if (course, each.day) in meant
    }
    there = queries.marks_on(found)
    marked = {(person, found[session]) for session, person in there}
    fresh = {line.meant for line in lines if (line.student.person.id, line.meant) not in marked}
    return queries.sessions({id for id, session in found.items() if session in fresh})


def take_marks(arrival: Arrival, lines: Sequence[Line]) -> None:
    if not lines:
        return
    taker = _Taker(arrival, {line.course.id for line in lines})
    for line in lines:
        try:
            taker.take(line)
        except Refusal as refusal:
            arrival.refuse(line.row, refusal)
    taker.write()


class _Taker:
    """Looks at each line beside what stands, and writes what is new."""

    def __init__(self, arrival: Arrival, courses: Collection[int]) -> None:
        self._arrival = arrival
        self._sessions = queries.sessions_to_mark(courses)
        every = [each for some in self._sessions.values() for each in some]
        self._places = queries.places_held({each.run for each in every})
        self._there = queries.marks_on({each.id for each in every})
        self._rows: dict[tuple[int, int], MarkRow] = {}
        self._new: list[dict[str, Any]] = []

    def take(self, line: Line) -> None:
        places = self._places.get(line.student.person.id, {})
        sessions = self._sessions.get(line.course.id, [])
        session = the_session(line.course.title, sessions, line.row.day, places)
        check_over(session, self._arrival.now)
        key = session.id, line.student.person.id
        _check_once(line, self._rows.setdefault(key, line.row))
        if key in self._there:
            self._compare(line, key)
        else:
            self._mark(line, session, places[session.run])

    def write(self) -> None:
        """A few hundred at once, and then that these registers have been taken."""
        for start in range(0, len(self._new), AT_ONCE):
            some = self._new[start : start + AT_ONCE]
            db.session.execute(insert(Mark), some)
            self._arrival.report.taken["marks"] += len(some)
            self._arrival.progress(f"Writing marks, of {len(self._new)}", start + len(some))
        ids = sorted({row["session_id"] for row in self._new})
        for start in range(0, len(ids), AT_ONCE):
            these = Session.id.in_(ids[start : start + AT_ONCE])
            db.session.execute(update(Session).where(these, ~Session.taken).values(taken=True))

    def _mark(self, line: Line, session: SessionToMark, place: PlaceToMark) -> None:
        check_missed(session, place, line.row.mark.state)
        self._new.append(
            {
                "session_id": session.id,
                "run_id": session.run,
                "enrolment_id": place.id,
                "state": line.row.mark.state,
                "minutes": line.row.mark.minutes,
                "marked_at": session.ends_at,
                "kept_at": self._arrival.now,
            }
        )

    def _compare(self, line: Line, key: tuple[int, int]) -> None:
        """Of a record that isn't open to who imports, nothing is said."""
        self._arrival.report.standing["marks"] += 1
        here, there = line.row.mark.state, self._there[key]
        if here is not there and not line.student.hidden:
            what = f'{line.student.person.name}, "{line.course.title}" on {short_day(line.row.day)}'
            self._arrival.differs(what, "mark", here=here.label, there=there.label)


def _check_day(row: MarkRow, today: date) -> None:
    if row.day > today:
        raise Refusal("This day is still to come, so nobody can say who came.", field="day")


def _check_once(line: Line, first: MarkRow) -> None:
    if first is not line.row:
        raise Refusal(
            f"{first.source} marks the same person on this session. Take one of the two rows out.",
            field="student",
        )
