"""Runs out of rows of dates, and which of them the college has already.

A run is rows of one course, place and hour whose "n of m" continue, in any order of rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from recovery_college import formatting
from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.rules import Mode
from recovery_college.intake.rules.report import Fault
from recovery_college.intake.rules.tabs.dates import DateRow
from recovery_college.intake.rules.terms import term_key
from recovery_college.scheduling.rules.timetable import Span

LONGEST_GAP = timedelta(days=15)  # without "n of m", a run may leave out one week

Halves = frozenset[tuple[Side, int]]
Series = list["Meeting"]
Order = tuple[bool, bool, bool, datetime]


@dataclass(frozen=True)
class RoomPlace:
    """A room as a timetable needs it."""

    id: int
    venue_id: int
    places: int | None
    exclusive: bool
    online: bool
    label: str


@dataclass(frozen=True)
class Meeting:
    """A row of the dates of which everything is understood. Course and tutors by id."""

    row: DateRow
    course: int
    span: Span
    room: RoomPlace | None
    capacity: int
    mode: Mode
    halves: Halves

    @property
    def number(self) -> int | None:
        return self.row.part.number if self.row.part else None

    @property
    def weekday(self) -> int:
        return self.row.day.weekday()

    @property
    def room_id(self) -> int | None:
        return self.room.id if self.room else None

    @property
    def place_and_hour(self) -> tuple[int, int | None, time, time]:
        starts, ends = in_london(self.span.starts_at), in_london(self.span.ends_at)
        return self.course, self.room_id, starts.time(), ends.time()


@dataclass(frozen=True)
class Standing:
    """A session that the college has, with its accepted tutors by side."""

    id: int
    run: int
    course: int
    title: str
    capacity: int
    number: int
    room_id: int | None
    exclusive: bool
    span: Span
    live: bool
    halves: Halves
    run_begins: datetime

    @property
    def sides(self) -> frozenset[Side]:
        return frozenset(side for side, _ in self.halves)


@dataclass(frozen=True)
class StandingRun:
    """A run that the college has, in its term."""

    id: int
    course: int
    title: str
    begins: datetime | None
    sessions: int
    term: str
    term_starts_on: date
    term_ends_on: date


@dataclass
class Reconciled:
    """A run's rows beside its sessions in the college."""

    standing: list[tuple[Meeting, Standing]] = field(default_factory=list)
    moved: list[tuple[Meeting, Standing]] = field(default_factory=list)
    new: list[Meeting] = field(default_factory=list)


class Busy:
    """Who and what is taken when. Spans that are held never overlap."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], dict[date, list[tuple[Span, str]]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def hold(self, what: str, which: int, span: Span, label: str) -> None:
        for day in _days(span):
            self._held[what, which][day].append((span, label))

    def clash(self, what: str, which: int, span: Span) -> str | None:
        """What it is held for then."""
        for day in _days(span):
            for held, label in self._held[what, which][day]:
                if held.starts_at < span.ends_at and span.starts_at < held.ends_at:
                    return label
        return None


def label_of(title: str, span: Span, where: str) -> str:
    """As in: "Sleep well", Monday 7 June 2027, 10am to midday (Dates row 12)."""
    return (
        f'"{title}", {formatting.when(span.starts_at)} to {formatting.time(span.ends_at)} ({where})'
    )


def in_series(meetings: Iterable[Meeting]) -> tuple[list[Series], list[Fault]]:
    """The runs that the rows make, in the order of the file, and the rows that fit in none."""
    places: dict[object, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        places[meeting.place_and_hour].append(meeting)
    runs: list[Series] = []
    faults: list[Fault] = []
    for together in places.values():
        here: list[Series] = []
        for meeting in sorted(together, key=_when_and_row):
            _place(meeting, here, faults)
        runs += here
    return sorted(runs, key=lambda run: _first_row(run)), faults


def matched(runs: Sequence[Series], standing: Iterable[Standing]) -> dict[int, int]:
    """For each run of the file, by its place in the list, the id of the same run in the college.

    They are the same when sessions of one course begin together, best in the same room.
    """
    at: dict[tuple[int, datetime], list[Standing]] = defaultdict(list)
    for session in standing:
        at[session.course, session.span.starts_at].append(session)
    likeness: dict[tuple[int, int], int] = defaultdict(int)
    for index, run in enumerate(runs):
        for meeting in run:
            for session in at[meeting.course, meeting.span.starts_at]:
                likeness[index, session.run] += _likeness(meeting, session)
    return _best_pairs(likeness)


def moved_from(run: Series, gone: Iterable[StandingRun]) -> StandingRun | None:
    """A run that left the file, of which this one may be the new time: as long, in its term."""
    terms = {term_key(meeting.row.term) for meeting in run if meeting.row.term}
    first = run[0].row.day
    for there in gone:
        around = there.term_starts_on <= first <= there.term_ends_on
        same_term = term_key(there.term) in terms if terms else around
        if there.course == run[0].course and there.sessions == len(run) and same_term:
            return there
    return None


def reconciled(run: Series, standing: Iterable[Standing]) -> Reconciled:
    """Which rows stand already, which stand at another time, and which are new."""
    at = {session.span.starts_at: session for session in standing}
    numbered = {session.number: session for session in at.values()}
    beside = Reconciled()
    for meeting in run:
        if meeting.span.starts_at in at:
            session = at[meeting.span.starts_at]
            beside.standing.append((meeting, session))
            numbered.pop(session.number, None)
    for meeting in run:
        if meeting.span.starts_at not in at:
            twin = numbered.get(meeting.number or 0)
            if twin:
                beside.moved.append((meeting, twin))
            else:
                beside.new.append(meeting)
    return beside


def numbers(meetings: Sequence[Meeting], taken: Iterable[int] = ()) -> list[int]:
    """A number for each new session: its own where it has one that is free, else the next."""
    used = set(taken)
    given: list[int] = []
    for meeting in meetings:
        number = meeting.number
        if number is None or number in used:
            number = max(used, default=0) + 1
        used.add(number)
        given.append(number)
    return given


def _place(meeting: Meeting, runs: list[Series], faults: list[Fault]) -> None:
    """Continue a run, begin one, or say why neither."""
    twin = next((m for run in runs for m in run[-1:] if _says_the_same(m, meeting)), None)
    if twin:
        reason = f"This row says the same as row {twin.row.source.number}."
        faults.append(meeting.row.source.fault("course", reason))
        return
    open_runs = [run for run in runs if _continues(run, meeting)]
    if open_runs:
        max(open_runs, key=lambda run: _fit(run[-1], meeting)).append(meeting)
        return
    double = next((run[-1] for run in runs if _has_number_already(run, meeting)), None)
    if double:
        reason = (
            f"Row {double.row.source.number} is this session of the run already. Number it anew."
        )
        faults.append(meeting.row.source.fault("part", reason))
        return
    runs.append([meeting])


def _continues(run: Series, meeting: Meeting) -> bool:
    last = run[-1]
    if not _in_its_term(run, meeting) or meeting.row.day <= last.row.day:
        return False
    if last.row.part is None or meeting.row.part is None:
        gap = meeting.row.day - last.row.day
        same_day = meeting.weekday == last.weekday
        return last.row.part is meeting.row.part and same_day and gap <= LONGEST_GAP
    before, part = last.row.part, meeting.row.part
    return part.of == before.of and part.number > before.number


def _fit(last: Meeting, meeting: Meeting) -> Order:
    """How well it continues: the same weekday, the very next number, the same tutors."""
    next_one = (last.number or 0) + 1 == (meeting.number or 0)
    alike = last.halves == meeting.halves
    return last.weekday == meeting.weekday, next_one, alike, last.span.starts_at


def _has_number_already(run: Series, meeting: Meeting) -> bool:
    """A later row with the number of the run's latest: one of the two is mistyped."""
    last = run[-1]
    return (
        (meeting.number or 1) > 1
        and meeting.row.part == last.row.part
        and meeting.weekday == last.weekday
        and meeting.row.day > last.row.day
        and _in_its_term(run, meeting)
    )


def _says_the_same(one: Meeting, other: Meeting) -> bool:
    return (one.span, one.halves, one.row.part) == (other.span, other.halves, other.row.part)


def _in_its_term(run: Series, meeting: Meeting) -> bool:
    """A row that names no term belongs to any."""
    return len({term_key(m.row.term) for m in [*run, meeting] if m.row.term}) < 2


def _likeness(meeting: Meeting, session: Standing) -> int:
    return 1 + 4 * (meeting.room_id == session.room_id) + (meeting.halves == session.halves)


def _best_pairs(likeness: dict[tuple[int, int], int]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    claimed: set[int] = set()
    for index, run in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if index not in pairs and run not in claimed:
            pairs[index] = run
            claimed.add(run)
    return pairs


def _days(span: Span) -> set[date]:
    return {span.starts_at.date(), span.ends_at.date()}


def _when_and_row(meeting: Meeting) -> tuple[datetime, str, int]:
    return meeting.span.starts_at, meeting.row.source.tab, meeting.row.source.number


def _first_row(run: Series) -> tuple[str, int]:
    return min((m.row.source.tab, m.row.source.number) for m in run)
