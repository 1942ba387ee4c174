"""What can be done about runs and their sessions: hold, check, change, audit, in this order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.courses import commands as courses
from recovery_college.courses.models import Course
from recovery_college.database import db, hold, transaction
from recovery_college.scheduling import queries, rules
from recovery_college.scheduling.models import Room, Run, Session, Term
from recovery_college.scheduling.rules import Half, RunState, SessionState, Span


@dataclass(frozen=True)
class Plan:
    """A run as the office lays it out, in one room; `rules.weekly_series` makes the spans."""

    course: Course
    term: Term
    room: Room
    spans: Sequence[Span]
    capacity: int


def plan_run(actor: Person, plan: Plan) -> Run:
    """Make a draft run; the database refuses a room that is taken."""
    now = clock.now()
    with transaction():
        rules.check_fits(plan.capacity, plan.room.places)
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


def publish_run(actor: Person, run: Run, college: College) -> None:
    """Put it in the prospectus: each session is paired, or carries a date by which it will be."""
    now = clock.now()
    with transaction():
        hold(run)
        rules.check_step(run.state, RunState.PUBLISHED)
        rules.check_offered(run.course.state, run.ends_at, now)
        planned = [s for s in run.sessions if s.state is SessionState.PLANNED]
        today = clock.in_london(now).date()
        halves = [Half(s.starts_at, s.sides, s.pair_by_on) for s in planned]
        rules.check_publishable(halves, pair_by_days=college.pair_by_days, today=today)
        run.state = RunState.PUBLISHED
        audit.record(actor, "published", run, fields=("state",), at=now)


def archive_course(actor: Person, course: Course) -> None:
    """No longer offer a course that has no runs to come."""
    with transaction():
        hold(course)
        rules.check_none_to_come(queries.runs_to_come(course, clock.now()))
        courses.archive_course(actor, course)


def set_pair_by(actor: Person, session: Session, day: date, college: College) -> None:
    """Promise that the session's pair is known by that day."""
    now = clock.now()
    with transaction():
        hold(session.run, session)
        today = clock.in_london(now).date()
        rules.check_pair_by(session.starts_at, day, days=college.pair_by_days, today=today)
        session.pair_by_on = day
        audit.record(actor, "promised a pair for", session, fields=("pair_by_on",), at=now)
