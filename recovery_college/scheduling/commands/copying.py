"""Copy a run, or a whole term: drafts, without tutors, in the same rooms where these are free.

A room that is taken is left open and told of; a copy is whole or not at all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, hold, transaction
from recovery_college.scheduling import queries
from recovery_college.scheduling.models import Room, Run, Session, Term
from recovery_college.scheduling.rules.copying import (
    check_has_dates,
    check_weekday,
    days_again,
    same_week,
)
from recovery_college.scheduling.rules.timetable import Span, span_on


@dataclass(frozen=True)
class Copied:
    """A run's copy, and those of its sessions whose room is taken at that time."""

    run: Run
    without_room: Sequence[Session]


@dataclass(frozen=True)
class TermCopied:
    """What was copied, the runs that are there already, and those that can't be copied.

    These are of courses that are no longer offered, or have no dates.
    """

    copied: Sequence[Copied]
    there: Sequence[Run]
    left: Sequence[Run]


@dataclass(frozen=True)
class Target:
    """Where copies go, and the days that they leave out."""

    term: Term
    skipping: Collection[date] = ()


def copy_run(actor: Person, run: Run, target: Target, first: date) -> Copied:
    """`first` is the day of the first session. Tutors are asked anew, so none are copied."""
    now = clock.now()
    with transaction():
        hold(target.term, run, *_rooms_of([run]))
        check_has_dates(len(run.planned))
        check_weekday(run.planned[0].day, first)
        made = _copied(run, target, first)
        audit.record(actor, "copied", made.run, fields=("course", "term", "sessions"), at=now)
    return made


def copy_term(actor: Person, old: Term, target: Target) -> TermCopied:
    """Each run in the same week of the new term; those that are there already stay as they are."""
    now = clock.now()
    with transaction():
        runs = queries.runs_to_copy(old)
        hold(old, target.term, *runs, *_rooms_of(runs))
        begin = {run: _first_day(run, old, target) for run in runs if _can_be_copied(run)}
        standing = queries.starts_in(target.term)
        there = [run for run, day in begin.items() if _start(run, target, day) in standing]
        copied = [_copied(run, target, day) for run, day in begin.items() if run not in there]
        for each in copied:
            audit.record(actor, "copied", each.run, fields=("course", "term", "sessions"), at=now)
    return TermCopied(copied, there, [run for run in runs if run not in begin])


def _copied(run: Run, target: Target, first: date) -> Copied:
    copy = Run(course=run.course, term=target.term, capacity=run.capacity)
    copy.mode, copy.visibility = run.mode, run.visibility
    spans = _spans(run, target, first)
    for number, (old, span) in enumerate(zip(run.planned, spans, strict=True), 1):
        session = Session(number=number, starts_at=span.starts_at, ends_at=span.ends_at)
        session.room = old.room if old.room and _is_free(old.room, run, span) else None
        copy.sessions.append(session)
    copy.follow_sessions()
    db.session.add(copy)
    db.session.flush()
    pairs = zip(run.planned, copy.sessions, strict=True)
    return Copied(copy, [new for old, new in pairs if old.room and not new.room])


def _is_free(room: Room, run: Run, span: Span) -> bool:
    fits = room.places is None or run.capacity <= room.places
    return fits and not queries.is_taken(room, span)


def _spans(run: Run, target: Target, first: date) -> list[Span]:
    days = days_again([session.day for session in run.planned], first, target.skipping)
    together = zip(run.planned, days, strict=True)
    return [span_on(day, session.starts, session.ends) for session, day in together]


def _start(run: Run, target: Target, first: date) -> tuple[int, datetime]:
    return run.course_id, _spans(run, target, first)[0].starts_at


def _first_day(run: Run, old: Term, target: Target) -> date:
    return same_week(run.planned[0].day, old.starts_on, target.term.starts_on)


def _can_be_copied(run: Run) -> bool:
    return bool(run.planned) and run.course.state is not CourseState.ARCHIVED


def _rooms_of(runs: Iterable[Run]) -> set[Room]:
    return {session.room for run in runs for session in run.planned if session.room}
