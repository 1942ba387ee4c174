"""Write the runs that were planned. The database has the last word on every one."""

from collections.abc import Sequence
from datetime import date
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import InstrumentedAttribute

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import Model, attempt, db, hold
from recovery_college.errors import Refusal
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.dates import Known, Plan
from recovery_college.intake.commands.terms import Terms
from recovery_college.intake.rules.series import Halves, Meeting, numbers
from recovery_college.scheduling.models import Delivery, Run, Session
from recovery_college.scheduling.rules import (
    DeliveryState,
    PairState,
    RunState,
    latest_pair_by,
    pair_state,
)
from recovery_college.scheduling.rules.timetable import timetable

AT_ONCE = 100  # runs written together; a refusal among them makes it fewer

Values = dict[str, Any]


def write_runs(arrival: Arrival, known: Known, plans: Sequence[Plan]) -> None:
    writer = _Writer(arrival, known, plans)
    for start in range(0, len(plans), AT_ONCE):
        writer.write(plans[start : start + AT_ONCE])
        arrival.progress(f"Writing runs, of {len(plans)}", min(start + AT_ONCE, len(plans)))
    writer.terms.say(arrival)


def publish_with_courses(runs: Sequence[Run], courses: Sequence[Course], today: date) -> None:
    """Drafts that waited for their course only: each session to come has its pair or a date."""
    ids = {course.id for course in courses}
    for run in runs:
        waiting = [s for s in run.sessions if in_london(s.starts_at).date() >= today]
        kept = all(pair_state(s.sides) is PairState.PAIRED or s.pair_by_on for s in waiting)
        if run.course_id in ids and run.state is RunState.DRAFT and kept:
            run.state = RunState.PUBLISHED


class _Writer:
    """Turns plans into rows: many runs in three statements."""

    def __init__(self, arrival: Arrival, known: Known, plans: Sequence[Plan]) -> None:
        self._arrival = arrival
        self._known = known
        self.terms = Terms(arrival, plans)
        self._runs = queries.runs({plan.run for plan in plans if plan.run is not None})
        hold(*self._runs.values())

    def write(self, plans: Sequence[Plan]) -> None:
        """All of them, or by halves down to the one that the database refuses."""
        try:
            with attempt():
                self._begin([plan for plan in plans if plan.run is None])
                for plan in plans:
                    if plan.run is not None:
                        self._continue(self._runs[plan.run], plan)
                db.session.flush()
        except Refusal as refusal:
            if len(plans) == 1:
                self._give_up(plans[0], refusal)
            else:
                self.write(plans[: len(plans) // 2])
                self.write(plans[len(plans) // 2 :])
        else:
            for plan in plans:
                self._count(plan)

    def _begin(self, plans: Sequence[Plan]) -> None:
        rows = [self._run(plan) for plan in plans]
        runs = _inserted(rows, Run, Run.link_key)
        meetings = {
            (runs[row["link_key"],], number): meeting
            for row, plan in zip(rows, plans, strict=True)
            for number, meeting in zip(numbers(plan.new), plan.new, strict=True)
        }
        rows = [{"run_id": run} | self._session(n, m) for (run, n), m in meetings.items()]
        sessions = _inserted(rows, Session, Session.run_id, Session.number)
        rows = [
            {"session_id": session} | _span(meetings[key]) | _half(side, tutor)
            for key, session in sessions.items()
            for side, tutor in sorted(meetings[key].halves)
        ]
        _inserted(rows, Delivery, Delivery.session_id, Delivery.side)

    def _run(self, plan: Plan) -> Values:
        """The run in one line, as `Run.follow_sessions` would work it out."""
        first = plan.new[0]
        published = self._known.states[first.course] is CourseState.PUBLISHED
        made = timetable(meeting.span for meeting in plan.new)
        venues = [meeting.room.venue_id for meeting in plan.new if meeting.room]
        return {
            "course_id": first.course,
            "link_key": token_urlsafe(16),
            "term_id": self.terms.of(plan).id,
            "capacity": min(meeting.capacity for meeting in plan.new),
            "mode": first.mode,
            "state": RunState.PUBLISHED if published else RunState.DRAFT,
            "starts_at": made.starts_at,
            "ends_at": made.ends_at,
            "weekday": made.weekday,
            "part": made.part,
            "regular": made.regular,
            "session_count": made.count,
            "venue_id": venues[0] if venues else None,
        }

    def _session(self, number: int, meeting: Meeting) -> Values:
        return {
            "number": number,
            "room_id": meeting.room_id,
            "room_exclusive": meeting.room.exclusive if meeting.room else None,
            "link": meeting.row.link,
            "pair_by_on": self._pair_by(meeting),
            **_span(meeting),
        }

    def _pair_by(self, meeting: Meeting) -> date | None:
        """A session to come that lacks half gets the latest day for it, or today."""
        if not _lacks_half(meeting) or meeting.span.starts_at <= self._arrival.now:
            return None
        days = self._arrival.college.pair_by_days
        return max(self._arrival.today, latest_pair_by(meeting.span.starts_at, days=days))

    def _continue(self, run: Run, plan: Plan) -> None:
        taken = [session.number for session in run.sessions]
        for number, meeting in zip(numbers(plan.new, taken), plan.new, strict=True):
            session = Session(**self._session(number, meeting))
            session.room = self._known.rooms.by_id[meeting.room_id] if meeting.room_id else None
            _pair(session, meeting.halves)
            run.sessions.append(session)
        there = {session.id: session for session in run.sessions}
        for _, session_id, halves in plan.halves:
            _pair(there[session_id], halves)
        run.follow_sessions()

    def _give_up(self, plan: Plan, refusal: Refusal) -> None:
        for meeting in [*plan.new, *(meeting for meeting, _, _ in plan.halves)]:
            self._arrival.refuse(meeting.row, Refusal(refusal.message))

    def _count(self, plan: Plan) -> None:
        report = self._arrival.report
        report.taken["runs"] += plan.run is None
        report.taken["sessions"] += len(plan.new)
        report.taken["lacking"] += sum(map(_lacks_half, plan.new))
        report.filled["half of a pair"] += sum(len(halves) for _, _, halves in plan.halves)


def _inserted(
    rows: list[Values], model: type[Model], *key: InstrumentedAttribute[Any]
) -> dict[Any, int]:
    """Each new row's id by its key. The order in which a database returns them is its own."""
    if not rows:
        return {}
    adding = insert(model).returning(model.__table__.c.id, *key)
    return {tuple(there): id_ for id_, *there in db.session.execute(adding, rows)}


def _span(meeting: Meeting) -> Values:
    return {"starts_at": meeting.span.starts_at, "ends_at": meeting.span.ends_at, "live": True}


def _half(side: Side, tutor: int) -> Values:
    """Taken as accepted: the college's own workbook says so."""
    return {"tutor_id": tutor, "side": side, "state": DeliveryState.ACCEPTED}


def _pair(session: Session, halves: Halves) -> None:
    session.deliveries += [Delivery(**_half(side, tutor)) for side, tutor in sorted(halves)]


def _lacks_half(meeting: Meeting) -> bool:
    return {side for side, _ in meeting.halves} != set(Side)
