"""Write the runs that were planned. The database has the last word on every one."""

from collections.abc import Sequence
from datetime import date

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState, slug_of
from recovery_college.database import attempt, db, hold
from recovery_college.errors import Refusal
from recovery_college.formatting import short_day
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.commands.dates import Known, Plan
from recovery_college.intake.rules.lookup import free_slug, same
from recovery_college.intake.rules.series import Halves, Meeting, numbers
from recovery_college.intake.rules.terms import public_from, term_name, whole_weeks
from recovery_college.scheduling.models import Delivery, Run, Session, Term
from recovery_college.scheduling.rules import (
    DeliveryState,
    PairState,
    RunState,
    latest_pair_by,
    pair_state,
)

AT_ONCE = 50  # runs written together; a refusal among them makes it fewer


def write_runs(arrival: Arrival, known: Known, plans: Sequence[Plan]) -> None:
    writer = _Writer(arrival, known, plans)
    for start in range(0, len(plans), AT_ONCE):
        writer.write(plans[start : start + AT_ONCE])
        arrival.progress(f"Writing runs, of {len(plans)}", min(start + AT_ONCE, len(plans)))
    _say_terms(arrival, writer.terms)


def publish_with_courses(runs: Sequence[Run], courses: Sequence[Course], today: date) -> None:
    """Drafts that waited for their course only: each session to come has its pair or a date."""
    ids = {course.id for course in courses}
    for run in runs:
        waiting = [s for s in run.sessions if in_london(s.starts_at).date() >= today]
        kept = all(pair_state(s.sides) is PairState.PAIRED or s.pair_by_on for s in waiting)
        if run.course_id in ids and run.state is RunState.DRAFT and kept:
            run.state = RunState.PUBLISHED


class _Writer:
    """Turns plans into rows, made anew for every attempt."""

    def __init__(self, arrival: Arrival, known: Known, plans: Sequence[Plan]) -> None:
        self._arrival = arrival
        self._known = known
        self.terms = _Terms(arrival, plans)
        self._runs = queries.runs({plan.run for plan in plans if plan.run is not None})
        hold(*self._runs.values())

    def write(self, plans: Sequence[Plan]) -> None:
        """All of them, or by halves down to the one that the database refuses."""
        try:
            with attempt():
                for plan in plans:
                    self._write_one(plan)
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

    def _write_one(self, plan: Plan) -> None:
        run = self._new_run(plan) if plan.run is None else self._runs[plan.run]
        taken = [session.number for session in run.sessions]
        for number, meeting in zip(numbers(plan.new, taken), plan.new, strict=True):
            run.sessions.append(self._session(number, meeting))
        sessions = {session.id: session for session in run.sessions}
        for _, session_id, halves in plan.halves:
            _pair(sessions[session_id], halves)
        run.follow_sessions()

    def _new_run(self, plan: Plan) -> Run:
        first = plan.new[0]
        published = self._known.states[first.course] is CourseState.PUBLISHED
        run = Run(
            course_id=first.course,
            term_id=self.terms.of(plan).id,
            capacity=min(meeting.capacity for meeting in plan.new),
            mode=first.mode,
            state=RunState.PUBLISHED if published else RunState.DRAFT,
        )
        db.session.add(run)
        return run

    def _session(self, number: int, meeting: Meeting) -> Session:
        session = Session(
            number=number,
            starts_at=meeting.span.starts_at,
            ends_at=meeting.span.ends_at,
            room=self._known.rooms.by_id[meeting.room_id] if meeting.room_id else None,
            link=meeting.row.link,
            live=True,
        )
        _pair(session, meeting.halves)
        if _lacks_half(meeting) and session.starts_at > self._arrival.now:
            days = self._arrival.college.pair_by_days
            latest = latest_pair_by(session.starts_at, days=days)
            session.pair_by_on = max(self._arrival.today, latest)
        return session

    def _give_up(self, plan: Plan, refusal: Refusal) -> None:
        for meeting in [*plan.new, *(meeting for meeting, _, _ in plan.halves)]:
            self._arrival.refuse(meeting.row, refusal)

    def _count(self, plan: Plan) -> None:
        report = self._arrival.report
        report.taken["runs"] += plan.run is None
        report.taken["sessions"] += len(plan.new)
        report.taken["lacking"] += sum(map(_lacks_half, plan.new))
        report.filled["half of a pair"] += sum(len(halves) for _, _, halves in plan.halves)


class _Terms:
    """The terms that the runs belong to; those that aren't there yet are made."""

    def __init__(self, arrival: Arrival, plans: Sequence[Plan]) -> None:
        self._there = list(queries.terms())
        self._named = {same(term.name): term for term in self._there}
        self.new: list[Term] = []
        days: dict[str, list[date]] = {}
        for plan in plans:
            if plan.run is None:
                meetings = [meeting.row.day for meeting in plan.new]
                days.setdefault(self._name(plan), []).extend(meetings)
        slugs = {term.slug for term in self._there}
        for name, within in days.items():
            if same(name) not in self._named:
                self._add(_term(name, within, slugs, arrival))
        db.session.flush()

    def of(self, plan: Plan) -> Term:
        return self._named[same(self._name(plan))]

    def _name(self, plan: Plan) -> str:
        """As the rows say; else the term around their first date; else its season."""
        named = [meeting.row.term for meeting in plan.rows if meeting.row.term]
        if named:
            return named[0]
        first = plan.rows[0].row.day
        around = [t.name for t in self._there if t.starts_on <= first <= t.ends_on]
        return around[0] if around else term_name(first)

    def _add(self, term: Term) -> None:
        db.session.add(term)
        self._named[same(term.name)] = term
        self.new.append(term)


def _term(name: str, days: list[date], slugs: set[str], arrival: Arrival) -> Term:
    starts_on, ends_on = whole_weeks(days)
    public_at = public_from(starts_on, arrival.now)
    return Term(
        name=name,
        slug=free_slug(slug_of(name), slugs),
        starts_on=starts_on,
        ends_on=ends_on,
        public_at=public_at,
        enrolment_opens_at=public_at,
    )


def _say_terms(arrival: Arrival, terms: _Terms) -> None:
    for term in terms.new:
        arrival.report.taken["terms"] += 1
        arrival.report.notes.append(
            f"The term {term.name} is new, from {short_day(term.starts_on)} to "
            f"{short_day(term.ends_on)}. It is in the prospectus and open for enrolment "
            f"from {short_day(term.public_at)}."
        )


def _pair(session: Session, halves: Halves) -> None:
    """Taken as accepted: the college's own workbook says so."""
    for side, tutor_id in sorted(halves):
        session.deliveries.append(
            Delivery(tutor_id=tutor_id, side=side, state=DeliveryState.ACCEPTED)
        )


def _lacks_half(meeting: Meeting) -> bool:
    return {side for side, _ in meeting.halves} != set(Side)
