"""Places and waiting lists out of the workbook, on the runs that the college has by then.

What the college holds already is never overwritten: whoever has asked for a place on a run, in
whatever way and whatever became of it, is left as they are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recovery_college.courses.models import Course
from recovery_college.database import hold
from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.formatting import count, short_day
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.booked import Students
from recovery_college.intake.commands.dates import Plan
from recovery_college.intake.commands.people import Known, People
from recovery_college.intake.commands.places import AT_ONCE, Place, write_places
from recovery_college.intake.rules.lookup import Lookup
from recovery_college.intake.rules.places import (
    RunToBook,
    agrees,
    check_left,
    meant,
    requested_at,
    the_run,
)
from recovery_college.intake.rules.tabs.bookings import BOOKINGS, BookingRow
from recovery_college.scheduling.models import Session

BY_HAND = "write this place down on the page of its run"
KINDS = {State.CONFIRMED: "places", State.WAITING: "waiting"}


@dataclass(frozen=True)
class Line:
    """A row of the bookings of which is known whose it is, and which course it means."""

    row: BookingRow
    student: Known
    course: Course
    state: State

    @property
    def order(self) -> tuple[date, str, int]:
        """Who booked first comes first, and then who stands first in the file."""
        return self.row.booked or date.max, self.row.source.tab, self.row.source.number


def read_bookings(arrival: Arrival, people: People, courses: Lookup[Course]) -> list[Line]:
    lines: list[Line] = []
    rows = arrival.reading.of(BOOKINGS)
    if not rows:
        return []
    students = Students(arrival, people, BY_HAND)
    for row in rows:
        try:
            course = courses.find(row.course, field="course")
            lines.append(Line(row, students.find(row.student), course, row.state))
        except Refusal as refusal:
            arrival.refuse(row, refusal)
    return sorted(lines, key=lambda line: line.order)


def hold_booked(
    lines: Sequence[Line], plans: Sequence[Plan], sessions: Collection[Session]
) -> None:
    """The runs that are there already and get a place, with all others that will be written to,
    and then the sessions that get marks: rows can be held in one order only."""
    runs = queries.runs_to_book({line.course.id for line in lines})
    there = queries.asked_for({run.id for some in runs.values() for run in some})
    booked = {
        run.id
        for line in lines
        for run in meant(runs.get(line.course.id, []), line.row.day)
        if (run.id, line.student.person.id) not in there
    }
    if booked or sessions:
        changed = {plan.run for plan in plans if plan.run and (plan.new or plan.halves)}
        hold(*queries.runs(booked | changed).values(), *sessions)


def take_bookings(arrival: Arrival, lines: Sequence[Line]) -> None:
    """In the order in which they were booked, so that the last one finds the run full."""
    runs = queries.runs_to_book({line.course.id for line in lines})
    taker = _Taker(arrival, {run.id for some in runs.values() for run in some})
    for line in lines:
        try:
            there = runs.get(line.course.id, [])
            taker.take(line, the_run(line.course.title, there, line.row.day))
        except Refusal as refusal:
            arrival.refuse(line.row, refusal)
    taker.write()


class _Taker:
    """Looks at each line beside what is there, and writes what is new."""

    def __init__(self, arrival: Arrival, runs: Collection[int]) -> None:
        self._arrival = arrival
        self._there = queries.asked_for(runs)
        self._pools = queries.main_pools(runs)
        self._left = {run: pool.left for run, pool in self._pools.items()}
        self._rows: dict[tuple[int, int], BookingRow] = {}
        self._new: dict[Place, Line] = {}
        self._said: set[int] = set()

    def take(self, line: Line, run: RunToBook) -> None:
        key = run.id, line.student.person.id
        _check_once(line, self._rows.setdefault(key, line.row))
        if key in self._there:
            self._compare(line, run, self._there[key])
            return
        if line.state is State.CONFIRMED:
            check_left(self._left[run.id], self._pools[run.id].capacity or 0)
            self._left[run.id] -= 1
        self._new[self._place(line, run)] = line

    def write(self) -> None:
        """A few hundred at once."""
        new, actor = list(self._new), self._arrival.actor
        by = actor.id if actor else None
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            written = write_places(some, self._arrival.now, by, self._refuse)
            self._arrival.report.taken.update(KINDS[place.state] for place in written)
            self._arrival.progress(f"Writing places, of {len(new)}", start + len(some))
        self._say_free()
        _say_to_come(self._arrival, self._new.values())

    def _place(self, line: Line, run: RunToBook) -> Place:
        pool, at = self._pools[run.id], requested_at(line.row.booked, self._arrival.now)
        return Place(line.student.person.id, run.id, pool.id, line.state, at)

    def _refuse(self, place: Place, refusal: Refusal) -> None:
        """Whatever the database knows better than this import."""
        self._arrival.refuse(self._new[place].row, Refusal(refusal.message, field="student"))

    def _compare(self, line: Line, run: RunToBook, there: State) -> None:
        """Of a record that isn't open to who imports, nothing is said."""
        self._arrival.report.standing[KINDS[line.state]] += 1
        if not agrees(line.state, there) and not line.student.hidden:
            what = f"{line.student.person.name}, {_named(line, run)}"
            here = line.state.label
            self._arrival.differs(what, "status", here=here, there=there.label)

    def _say_free(self) -> None:
        """A list may keep people waiting who need not: the college goes by its own rules."""
        for place, line in self._new.items():
            free, ahead = self._left[place.run], place.state is State.WAITING
            if ahead and free > 0 and place.run not in self._said:
                self._said.add(place.run)
                self._arrival.report.notes.append(
                    f'{line.row.source} waits for "{line.course.title}", on which '
                    f"{count(free, 'place is', 'places are')} free: whoever waits is offered one."
                )


def _check_once(line: Line, first: BookingRow) -> None:
    if first is not line.row:
        raise Refusal(
            f"{first.source} books this run for the same person. Take one of the two rows out.",
            field="student",
        )


def _named(line: Line, run: RunToBook) -> str:
    return f'"{line.course.title}" from {short_day(run.begins)}'


def _say_to_come(arrival: Arrival, lines: Iterable[Line]) -> None:
    """Nobody has booked tomorrow, and nobody who books today may come behind them."""
    many = sum((line.row.booked or date.min) > arrival.today for line in lines)
    if many:
        arrival.report.notes.append(
            f"{count(many, 'booking')} {'was' if many == 1 else 'were'} made on a day that is "
            f"still to come, and {'counts' if many == 1 else 'count'} from today."
        )
