"""Runs, sessions and their pairs out of the workbook's dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.errors import Refusal
from recovery_college.formatting import listed, short_day, time
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.tutors import Tutors
from recovery_college.intake.commands.venues import Rooms
from recovery_college.intake.rules.lookup import Lookup
from recovery_college.intake.rules.series import (
    Busy,
    Halves,
    Meeting,
    RoomPlace,
    Series,
    Standing,
    StandingRun,
    in_series,
    label_of,
    matched,
    moved_from,
    reconciled,
)
from recovery_college.intake.rules.tabs.dates import DATES, DateRow
from recovery_college.scheduling.rules import check_fits
from recovery_college.scheduling.rules.timetable import span_on

USUAL_PLACES = 12
FIELDS = {Side.LIVED: "lived", Side.PROFESSIONAL: "professional"}


@dataclass
class Plan:
    """What is to be written of one run: new sessions, and halves for sessions that lack them."""

    rows: Series
    run: int | None
    new: list[Meeting] = field(default_factory=list)
    halves: list[tuple[Meeting, int, Halves]] = field(default_factory=list)


@dataclass
class Known:
    """What a row of dates may name."""

    courses: Lookup[Course]
    rooms: Rooms
    tutors: Tutors
    busy: Busy = field(default_factory=Busy)
    titles: dict[int, str] = field(default_factory=dict)
    states: dict[int, CourseState] = field(default_factory=dict)


def plan_dates(arrival: Arrival, known: Known) -> list[Plan]:
    """Every run of the file that has something to write, each row checked against all others."""
    meetings = list(_meetings(arrival, known))
    runs, faults = in_series(meetings)
    arrival.report.faults += faults
    standing = _standing(meetings)
    _hold(known, standing)
    same_runs = matched(runs, standing)
    by_run: dict[int, list[Standing]] = {}
    for session in standing:
        by_run.setdefault(session.run, []).append(session)
    moved = _refuse_moved(arrival, runs, same_runs)
    plans = [
        _compared(arrival, run, same_runs.get(index), by_run)
        for index, run in enumerate(runs)
        if index not in moved
    ]
    _say_absent(arrival, standing, set(same_runs.values()))
    _check_free(arrival, known, plans)
    _say_fragments(arrival, plans)
    _say_capacities(arrival, plans)
    return plans


def _meetings(arrival: Arrival, known: Known) -> Iterable[Meeting]:
    rows = arrival.reading.of(DATES)
    for count, row in enumerate(rows, 1):
        if count % 500 == 0:
            arrival.progress(f"Understanding the dates, of {len(rows)} rows", count)
        try:
            yield _meeting(row, known)
        except Refusal as refusal:
            arrival.refuse(row, refusal)


def _meeting(row: DateRow, known: Known) -> Meeting:
    course = known.courses.find(row.course, field="course")
    known.titles[course.id], known.states[course.id] = course.title, course.state
    room = known.rooms.place(row.venue, row.room)
    ends = row.ends or row.starts.ends
    if ends is None:
        raise Refusal("The row can't be taken without its end.", field="ends")
    span = span_on(row.day, row.starts.starts, ends)
    capacity = row.capacity or min(USUAL_PLACES, (room and room.places) or USUAL_PLACES)
    check_fits(capacity, room.places if room else None)
    return Meeting(
        row=row,
        course=course.id,
        span=span,
        room=room,
        capacity=capacity,
        mode=row.mode or (Mode.ONLINE if room and room.online else Mode.IN_PERSON),
        halves=_halves(row, known.tutors),
    )


def _halves(row: DateRow, tutors: Tutors) -> Halves:
    found = [
        tutors.find(name, side, field)
        for side, field in FIELDS.items()
        for name in getattr(row, field)
    ]
    found += [tutors.find(name, None, "tutors") for name in row.tutors]
    if len({tutor for _, tutor in found}) < len(found):
        raise Refusal("One tutor can't be both halves of the pair.", field="professional")
    return frozenset((side, tutor.id) for side, tutor in found)


def _standing(meetings: list[Meeting]) -> list[Standing]:
    """The college's sessions in the time that the file speaks of, and a day around it."""
    if not meetings:
        return []
    day = timedelta(days=1)
    first = min(meeting.span.starts_at for meeting in meetings) - day
    return queries.sessions_between(first, max(m.span.ends_at for m in meetings) + day)


def _hold(known: Known, standing: list[Standing]) -> None:
    for session in standing:
        if session.live:
            label = label_of(session.title, session.span, "in the college already")
            if session.exclusive and session.room_id:
                known.busy.hold("room", session.room_id, session.span, label)
            for _, tutor in session.halves:
                known.busy.hold("tutor", tutor, session.span, label)


def _refuse_moved(arrival: Arrival, runs: list[Series], same_runs: dict[int, int]) -> set[int]:
    """Runs that would stand twice, at their old time and at their new one, if they were taken."""
    new = {index: run for index, run in enumerate(runs) if index not in same_runs}
    there = queries.runs_of({run[0].course for run in new.values()})
    found = set(same_runs.values())
    gone: dict[int, list[StandingRun]] = {}
    for each in there:
        if each.id not in found:
            gone.setdefault(each.course, []).append(each)
    moved = {index: moved_from(run, gone.get(run[0].course, [])) for index, run in new.items()}
    for index, old in moved.items():
        if old:
            for meeting in new[index]:
                arrival.refuse(meeting.row, _moved(old))
    return {index for index, old in moved.items() if old}


def _moved(old: StandingRun) -> Refusal:
    return Refusal(
        f"This looks like a new time for {_at(old.title, old.begins)}, which the college has. "
        "Move it in the college first, or keep both in the file.",
        field="day",
    )


def _compared(
    arrival: Arrival, run: Series, run_id: int | None, by_run: dict[int, list[Standing]]
) -> Plan:
    """The run beside the one that the college has, if it has it."""
    if run_id is None:
        return Plan(run, None, new=list(run))
    beside = reconciled(run, by_run[run_id])
    plan = Plan(run, run_id, new=beside.new)
    _compare_capacity(arrival, run, by_run[run_id][0])
    arrival.report.standing.update(runs=1, sessions=len(beside.standing))
    for meeting, session in beside.standing:
        _compare(arrival, plan, meeting, session)
    for meeting, session in beside.moved:
        what = _what(session)
        there = f"{meeting.number} of this run"
        arrival.report.differs.append(
            f"{what} is number {there}; {meeting.row.source} has another time."
        )
    return plan


def _compare_capacity(arrival: Arrival, run: Series, session: Standing) -> None:
    here = {meeting.row.capacity for meeting in run} - {None, session.capacity}
    if here:
        said = ", ".join(map(str, here))
        arrival.differs(f"Run of {_what(session)}", "places", here=said, there=session.capacity)


def _compare(arrival: Arrival, plan: Plan, meeting: Meeting, session: Standing) -> None:
    if meeting.room and meeting.room_id != session.room_id:
        arrival.report.differs.append(f"{_what(session)} is not in {meeting.room.label}.")
    if meeting.span.ends_at != session.span.ends_at:
        here, there = time(meeting.span.ends_at), time(session.span.ends_at)
        arrival.differs(_what(session), "the end", here=here, there=there)
    gaps = frozenset((side, tutor) for side, tutor in meeting.halves if side not in session.sides)
    if gaps and session.live:
        plan.halves.append((meeting, session.id, gaps))
    elif len(session.sides) < len(Side):
        arrival.report.standing["lacking"] += 1
    if any(half not in session.halves for half in meeting.halves - gaps):
        arrival.report.differs.append(
            f"{_what(session)} has another tutor than {meeting.row.source}."
        )


def _check_free(arrival: Arrival, known: Known, plans: list[Plan]) -> None:
    """Row by row, as they stand in the file: who comes first has the room and the tutor."""
    wanted = [(m, m.halves, plan) for plan in plans for m in plan.new]
    wanted += [(m, halves, plan) for plan in plans for m, _, halves in plan.halves]
    wanted.sort(key=lambda each: (each[0].row.source.tab, each[0].row.source.number))
    for meeting, halves, plan in wanted:
        is_new = meeting in plan.new
        try:
            _take_free(known, meeting, halves, room=meeting.room if is_new else None)
        except Refusal as refusal:
            arrival.refuse(meeting.row, refusal)
            plan.new = [m for m in plan.new if m is not meeting]
            plan.halves = [half for half in plan.halves if half[0] is not meeting]


def _take_free(known: Known, meeting: Meeting, halves: Halves, *, room: RoomPlace | None) -> None:
    held = known.busy.clash("room", room.id, meeting.span) if room and room.exclusive else None
    if room and held:
        raise Refusal(f"{room.label} is already in use then: {held}.", field="room")
    for side, tutor in sorted(halves):
        held = known.busy.clash("tutor", tutor, meeting.span)
        if held:
            raise Refusal(f"This tutor is already teaching then: {held}.", field=FIELDS[side])
    label = label_of(known.titles[meeting.course], meeting.span, str(meeting.row.source))
    if room and room.exclusive:
        known.busy.hold("room", room.id, meeting.span, label)
    for _, tutor in halves:
        known.busy.hold("tutor", tutor, meeting.span, label)


def _say_absent(arrival: Arrival, standing: Sequence[Standing], found: set[int]) -> None:
    firsts: dict[int, Standing] = {}
    for session in standing:
        if session.run not in found:
            firsts.setdefault(session.run, session)
    arrival.report.absent += [
        f"Run of {_at(session.title, session.run_begins)}" for session in firsts.values()
    ]


def _say_fragments(arrival: Arrival, plans: list[Plan]) -> None:
    for plan in plans:
        first = plan.new[0] if plan.new and plan.run is None else None
        if first and (first.number or 1) > 1:
            arrival.report.notes.append(
                f"{first.row.source} begins a run with its session {first.number}: no earlier one "
                "of this course, place and hour was taken."
            )


def _say_capacities(arrival: Arrival, plans: list[Plan]) -> None:
    for plan in plans:
        said = sorted({meeting.capacity for meeting in plan.new})
        if len(said) > 1 and plan.run is None:
            many = listed([str(places) for places in said])
            first = plan.new[0].row.source
            arrival.report.notes.append(
                f"{first} begins a run whose rows give {many} places. It has {said[0]}."
            )


def _what(session: Standing) -> str:
    return _at(session.title, session.span.starts_at)


def _at(title: str, begins: datetime | None) -> str:
    return f'"{title}" on {short_day(begins)}, {time(begins)}' if begins else f'"{title}"'
