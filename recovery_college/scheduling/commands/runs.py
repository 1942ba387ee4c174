"""What can be done about runs: hold, check, change, audit, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.courses.commands import courses
from recovery_college.courses.models import Course
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply
from recovery_college.scheduling import notices, queries, rules
from recovery_college.scheduling.models import Room, Run, Session, Term
from recovery_college.scheduling.rules import RunState, SessionState, changing
from recovery_college.scheduling.rules.timetable import Span, span_on


@dataclass(frozen=True)
class Plan:
    """A run as the office lays it out; `timetable.weekly_series` makes the spans."""

    course: Course
    term: Term
    room: Room | None
    spans: Sequence[Span]
    capacity: int


def plan_run(actor: Person, plan: Plan) -> Run:
    """Make a draft run; the database refuses a room that is taken."""
    now = clock.now()
    with transaction():
        hold(*filter(None, (plan.course, plan.term, plan.room)))
        rules.check_fits(plan.capacity, plan.room.places if plan.room else None)
        run = Run(course=plan.course, term=plan.term, capacity=plan.capacity)
        run.mode = plan.course.mode
        run.sessions = [
            Session(number=number, starts_at=span.starts_at, ends_at=span.ends_at, room=plan.room)
            for number, span in enumerate(plan.spans, 1)
        ]
        run.follow_sessions()
        db.session.add(run)
        db.session.flush()
        audit.record(actor, "planned", run, fields=("course", "term", "sessions"), at=now)
    return run


def edit_run(actor: Person, run: Run, edit: Edit) -> None:
    """Its places fit into every room that it has yet to meet in."""
    now = clock.now()
    with transaction():
        hold(queries.term(edit.values["term_id"]), run)
        hold(*{each.room for each in run.to_come(now) if each.room})
        fields = apply(run, edit)
        rules.check_fits(run.capacity, None)
        for each in run.to_come(now):
            rules.check_fits(run.capacity, each.room.places if each.room else None)
        if fields:
            audit.record(actor, "changed", run, fields=fields, at=now)


def publish_run(actor: Person, run: Run, college: College) -> None:
    """Put it in the prospectus: each session is paired, or carries a date by which it will be."""
    now = clock.now()
    with transaction():
        hold(run)
        rules.check_step(run.state, RunState.PUBLISHED)
        rules.check_offered(run.course.state, run.ends_at, now)
        today = clock.in_london(now).date()
        halves = [session.half for session in run.planned]
        rules.check_publishable(halves, pair_by_days=college.pair_by_days, today=today)
        run.state = RunState.PUBLISHED
        audit.record(actor, "published", run, fields=("state",), at=now)


def unpublish_run(actor: Person, run: Run) -> None:
    """Take it out of the prospectus and work on it again."""
    now = clock.now()
    with transaction():
        hold(run)
        rules.check_step(run.state, RunState.DRAFT)
        run.state = RunState.DRAFT
        audit.record(actor, "unpublished", run, fields=("state",), at=now)


def close_run(actor: Person, run: Run, reason: str = "") -> None:
    """It will not be, or not to its end; its rooms and its tutors are free, and they hear of it.

    `enrolment` calls this: its students hear of it too. One `reason` is for all its sessions.
    """
    now = clock.now()
    with transaction():
        hold(run)
        rules.check_step(run.state, RunState.CANCELLED)
        coming = [*run.to_come(now), *(m for m in run.agreed_meetings if m.starts_at > now)]
        hold(*coming)
        run.state = RunState.CANCELLED
        for session in coming:
            session.live, session.state, session.cancelled_at = False, SessionState.CANCELLED, now
            session.cancel_reason = reason
            session.drop_proposals(now)
            notices.session_cancelled(session, now)
        run.follow_sessions()
        audit.record(actor, "cancelled", run, fields=("state",), at=now)


def delete_run(actor: Person, run: Run) -> None:
    """A draft that will not be. What has begun stays, for the history needs it."""
    now = clock.now()
    with transaction():
        hold(run)
        changing.check_draft(run.state)
        changing.check_run_not_begun(run.starts_at, now)
        audit.record(actor, "deleted", run, fields=("course", "term", "sessions"), at=now)
        for session in (*run.planned, *run.agreed_meetings):
            notices.session_cancelled(session, now)
        db.session.delete(run)


def move_run(actor: Person, run: Run, weeks: int, college: College) -> None:
    """All that is to come, with its pair-by dates, by whole weeks on the wall clock."""
    now = clock.now()
    with transaction():
        hold(run)
        changing.check_weeks(weeks)
        coming = run.to_come(now)
        changing.check_some_to_come(len(coming))
        hold(*coming)
        _step_aside(coming)
        for session in coming:
            _move_by(session, timedelta(weeks=weeks))
            session.drop_proposals(now)
            changing.check_to_come(session.starts_at, now)
        db.session.flush()
        today = clock.in_london(now).date()
        for session in coming:
            session.live = True
            session.pair_by_on = rules.kept_promise(
                session.half, days=college.pair_by_days, today=today
            )
        run.follow_sessions()
        fields = ("starts_at", "ends_at", "pair_by_on")
        audit.record(actor, "moved", run, fields=fields, at=now)
        for session in coming:
            notices.session_moved(session, now)


def archive_course(actor: Person, course: Course) -> None:
    """No longer offer a course that has no runs to come."""
    with transaction():
        hold(course)
        rules.check_none_to_come(queries.runs_to_come(course, clock.now()))
        courses.archive_course(actor, course)


def _step_aside(sessions: Sequence[Session]) -> None:
    """So that a weekly run which moves by a week does not refuse itself."""
    for session in sessions:
        session.live = False
    db.session.flush()


def _move_by(session: Session, time: timedelta) -> None:
    span = span_on(session.day + time, session.starts, session.ends)
    session.starts_at, session.ends_at = span.starts_at, span.ends_at
    if session.pair_by_on:
        session.pair_by_on += time
