"""What runs add up to: places, who completed, and students; one statement for each kind of line."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ColumnExpressionArgument,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from recovery_college.attendance.models import Mark
from recovery_college.attendance.rules import CAME
from recovery_college.attendance.rules.completion import SETTLED_AFTER
from recovery_college.courses.models import Course, Strand
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.rules import PoolKind, Supporter, Way
from recovery_college.reports.models import RunTally
from recovery_college.reports.queries import By, of_runs, on_days
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Outcome, Places
from recovery_college.reports.tallies import (
    KEYS,
    Group,
    added_up,
    groups_of,
    kept,
    told_by_all,
)
from recovery_college.scheduling.models import Run, Session, Term, Venue
from recovery_college.scheduling.rules import SessionKind, SessionState

Asked = Select[*tuple[Any, ...]]
Only = Collection[int]
Where = ColumnExpressionArgument[bool]
ROOM = (
    select(func.sum(Pool.capacity))
    .where(Pool.run_id == Run.id, Pool.kind != PoolKind.CHAIRS)
    .correlate(Run)
    .scalar_subquery()
)


def places_of(filters: Filters, now: datetime) -> Places:
    """Of all runs that are asked for and have begun."""
    return added_up(Places, _places(filters, now))


def places_by(by: By, filters: Filters, now: datetime, only: Only = ()) -> Iterable[Group[Places]]:
    """The same, told apart; of `only` these runs, if there are any."""
    parts = _places(filters, now)
    return groups_of(Places, [_these(part, only) for part in parts], by)


def outcome_of(filters: Filters, now: datetime, percent: int) -> Outcome:
    """Of all runs that are asked for and are over."""
    return added_up(Outcome, _outcome(filters, now, percent))


def outcomes_by(
    by: By, filters: Filters, now: datetime, percent: int, only: Only = ()
) -> Iterable[Group[Outcome]]:
    parts = _outcome(filters, now, percent)
    return groups_of(Outcome, [_these(part, only) for part in parts], by)


def begun(filters: Filters, now: datetime) -> list[dict[str, Any]]:
    """What runs with students are told apart by; those that are alike are one."""
    by = (By.TERM, By.STRAND, By.COURSE, By.VENUE, By.MODE)
    keys = [KEYS[each][0].label(f"by_{each}") for each in by]
    asked = (
        select(*keys)
        .select_from(Run)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
        .where(*has_begun(filters, now), exists().where(Enrolment.run_id == Run.id))
    )
    rows = db.session.execute(asked.distinct())
    return [{each.value: getattr(row, f"by_{each}") for each in by} for row in rows]


def finished(filters: Filters, now: datetime, percent: int) -> list[dict[str, Any]]:
    """The same of runs that are over and whose students are counted."""
    return told_by_all(Outcome, _outcome(filters, now, percent), lambda of: of.students)


def count_runs(filters: Filters, now: datetime, *, over: bool) -> int:
    asked = _shown(filters, now, over=over).with_only_columns(func.count(Run.id))
    return db.session.scalars(asked).one()


def page_of_runs(
    filters: Filters, now: datetime, *, over: bool, first: int, size: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Those that have begun, or are `over`, the newest first."""
    asked = _shown(filters, now, over=over).order_by(Run.starts_at.desc(), Run.id.desc())
    return db.session.execute(asked.offset(first).limit(size)).all()


def _shown(filters: Filters, now: datetime, *, over: bool) -> Asked:
    shown = (Run.id, Run.starts_at, Course.title, Venue.name.label("venue"))
    return (
        select(*shown)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
        .where(*(_over(filters, now) if over else has_begun(filters, now)))
    )


def sum_where(where: Where, value: Any = 1) -> ColumnElement[int]:
    return func.sum(case((where, value), else_=0))


def _these(asked: Asked, only: Only) -> Asked:
    return asked.where(Run.id.in_(only)) if only else asked


def has_begun(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """Runs whose first session has begun. To a drop-in anybody just comes."""
    asked = (*of_runs(filters), *on_days(filters, Run.starts_at))
    return [*asked, ~Run.drop_in, Run.starts_at <= now]


def _over(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    """As `completion.is_over`: all registers are taken, or were given a week to be."""
    one = aliased(Session)
    untaken = exists().where(
        one.run_id == Run.id,
        one.kind == SessionKind.TEACHING,
        one.state == SessionState.PLANNED,
        ~one.taken,
    )
    settled = or_(Run.ends_at <= now - SETTLED_AFTER, ~untaken)
    return [*has_begun(filters, now), Run.ends_at <= now, settled]


def held_at_start(place: Any = Enrolment, run: Any = Run) -> ColumnElement[bool]:
    """When the first session began. Who gave it up at that very moment had it still."""
    return held_at(run.starts_at, place)


def held_at(moment: Any, place: Any = Enrolment) -> ColumnElement[bool]:
    stayed = or_(place.ended_at.is_(None), place.ended_at >= moment)
    return and_(place.held_from <= moment, stayed)


def _placed(of_each: Sequence[ColumnElement[Any]], *which: ColumnElement[bool]) -> Asked:
    """Places run by run."""
    return (
        select(Enrolment.run_id, *of_each)
        .join(Run, Enrolment.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(RunTally, RunTally.run_id == Run.id)
        .where(*which)
        .group_by(Enrolment.run_id)
    )


def _places(filters: Filters, now: datetime) -> list[Asked]:
    """Of runs that are added up, and of the others."""
    names = [name for name in Places.__dataclass_fields__ if name != "runs"]
    sums = {name: func.sum(getattr(RunTally, name)) for name in names}
    added = _of_tallies({"runs": func.count(Run.id), **sums})
    which = [*has_begun(filters, now), RunTally.run_id.is_(None)]
    of_run = _placed(counted_places(), *which).subquery()
    columns = {"runs": func.count(Run.id), "capacity": func.sum(ROOM)}
    return [
        added.where(*kept(filters), *has_begun(filters, now)),
        _runs(columns, of_run).where(*which),
    ]


def counted_places() -> list[ColumnElement[int]]:
    held, nothing_yet = held_at_start(), Enrolment.held_from.is_(None)
    known = or_(Enrolment.came_by == Way.WORKBOOK, Enrolment.requested_at <= Run.starts_at)
    in_line = or_(nothing_yet, Enrolment.held_from > Run.starts_at)
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at >= Run.starts_at)
    asked_before = and_(held, Enrolment.requested_at <= Run.starts_at)
    lead = extract("epoch", Run.starts_at) - extract("epoch", Enrolment.requested_at)
    offered = Enrolment.offered_at.is_not(None)
    columns = {
        "held": sum_where(held, case((Enrolment.supporter == Supporter.PLACE, 2), else_=1)),
        "students": sum_where(held),
        "asked": func.count(),
        "waiting": sum_where(and_(known, in_line, still)),
        "unserved": sum_where(nothing_yet),
        "offered": sum_where(offered),
        "accepted": sum_where(and_(offered, ~nothing_yet)),
        "leads": sum_where(asked_before),
        "lead_seconds": sum_where(asked_before, cast(lead, BigInteger)),
    }
    return [column.label(name) for name, column in columns.items()]


def _runs(columns: Mapping[str, ColumnElement[Any]], of_run: Subquery) -> Asked:
    """Runs with what was counted of each, added up."""
    counted = {each.name: func.sum(each) for each in of_run.c if each.name != "run_id"}
    return (
        select(*(column.label(name) for name, column in {**columns, **counted}.items()))
        .select_from(Run)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
        .outerjoin(RunTally, RunTally.run_id == Run.id)
        .outerjoin(of_run, of_run.c.run_id == Run.id)
    )


def _of_tallies(columns: Mapping[str, ColumnElement[Any]]) -> Asked:
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(RunTally)
        .join(Run, RunTally.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
    )


def _outcome(filters: Filters, now: datetime, percent: int) -> list[Asked]:
    """As of places; a sum for another percent says nothing of this one."""
    one = RunTally
    settled = or_(Run.ends_at <= now - SETTLED_AFTER, one.taken == one.ran)
    over = [*has_begun(filters, now), Run.ends_at <= now, settled]
    columns = {
        "runs": func.count(Run.id),
        "counted": sum_where(one.taken > 0),
        "sessions": func.sum(one.ran),
        "taken": func.sum(one.taken),
        "students": sum_where(one.taken > 0, one.students),
        "completed": func.sum(one.completed),
    }
    added = _of_tallies(columns).where(*kept(filters), *over, one.percent == percent, one.ran > 0)
    return [added, _outcome_of_rest(filters, now, percent)]


def _outcome_of_rest(filters: Filters, now: datetime, percent: int) -> Asked:
    other = or_(RunTally.run_id.is_(None), RunTally.percent != percent)
    over = [*_over(filters, now), other]
    ran = _sessions(Session.run_id, *over).add_columns(sum_where(Session.taken).label("taken"))
    sessions = ran.subquery()
    came = came_to(*over)
    completed = sum_where(enough(came, percent, sessions)).label("completed")
    of_run = (
        _placed([func.count().label("students"), completed], *over, held_at_start())
        .where(sessions.c.taken > 0)
        .join(sessions, sessions.c.run_id == Enrolment.run_id)
        .outerjoin(came, came.c.enrolment_id == Enrolment.id)
        .subquery()
    )
    columns = {
        "runs": func.count(Run.id),
        "counted": sum_where(sessions.c.taken > 0),
        "sessions": func.sum(sessions.c.number),
        "taken": func.sum(sessions.c.taken),
    }
    asked = _runs(columns, of_run).join(sessions, sessions.c.run_id == Run.id)
    return asked.where(*over)


def came_to(*which: Where) -> Subquery:
    """At how many sessions with a register each place was used."""
    marks = (Mark.stands, Mark.state.in_(CAME), Mark.enrolment_id.is_not(None), Session.taken)
    came = _sessions(Mark.enrolment_id, *which, *marks)
    return came.join(Mark, Mark.session_id == Session.id).subquery()


def enough(came: Subquery, percent: int, sessions: Subquery) -> ColumnElement[bool]:
    return came.c.number * 100 >= percent * sessions.c.taken


def _sessions(key: Any, *which: Where) -> Asked:
    """How many sessions ran, for each of `key`; of runs that are over all have."""
    return (
        select(key, func.count().label("number"))
        .select_from(Session)
        .join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(RunTally, RunTally.run_id == Run.id)
        .where(Session.kind == SessionKind.TEACHING, Session.state == SessionState.PLANNED, *which)
        .group_by(key)
    )
