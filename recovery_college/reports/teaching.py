"""Who really taught, who was asked, who was looked for: a statement each, whatever the size.

Each counts by term those of `Filters.terms`, or everything as term 0: from what is added up of runs
that are over, and of the others as they stand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Subquery, func, literal, null, select, union_all

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.tally import SessionTally
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.reports.counts import Asked, sum_where
from recovery_college.reports.models import RunTally
from recovery_college.reports.queries import has_run, in_report, of_runs
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Taught
from recovery_college.reports.rules.definitions import Requests, Searches
from recovery_college.reports.tallies import Ids, left_over
from recovery_college.reports.tutors_added_up import (
    ALONE,
    LOADS,
    REASON,
    REQUESTS,
    SEARCHES,
    Kept,
    RunAlone,
    RunLoad,
    RunSide,
    alone,
    sides,
    taught,
)
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionKind
from recovery_college.tutors.models import Tutor


@dataclass(frozen=True)
class Load:
    """What one tutor taught on one side, as registers mark it."""

    tutor_id: int
    name: str
    side: Side
    sessions: int
    minutes: int


@dataclass(frozen=True)
class Looked:
    """What is asked for, and of it the runs that are not added up: all, where days cut through."""

    filters: Filters
    now: datetime
    rest: Ids | None

    @property
    def term(self) -> Any:
        return (Run.term_id if self.filters.term else literal(0)).label("term")

    def of(self, filters: Filters) -> "Looked":
        """Some of it."""
        return replace(self, filters=filters)

    def both(self, kept: Asked, *of_rest: Asked) -> list[Asked]:
        """What is added up, and the rest."""
        parts = [self.within(part) for part in of_rest]
        return parts if self.rest is None else [kept, *parts]

    def sums(self, table: Kept | type[RunTally], by: Sequence[Any], *columns: Any) -> Asked:
        """Of what is added up, by term and something more."""
        keys = [table.term_id, *by] if self.filters.term else by
        return self.kept(table, *by, *columns).group_by(*keys)

    def kept(self, table: Kept | type[RunTally], *columns: Any) -> Asked:
        """What has a sum is published, so that of a whole term runs need not be looked at."""
        asked, whole = self.filters, Filters(term=self.filters.term, beside=self.filters.beside)
        term = table.term_id if asked.term else literal(0)
        found: Any = select(term.label("term"), *columns).select_from(table)
        if asked.term:
            found = found.where(table.term_id.in_(asked.terms))
        if asked != whole:
            found = found.join(Run, table.run_id == Run.id)
            found = found.join(Course, Run.course_id == Course.id).where(*of_runs(asked))
        kept: Asked = found
        return kept

    def within(self, asked: Asked) -> Asked:
        found = asked.join(Course, Run.course_id == Course.id).where(*in_report(self.filters))
        return found if self.rest is None else found.where(Run.id.in_(self.rest))


def looked(filters: Filters, now: datetime) -> Looked:
    is_cut = filters.since or filters.until
    return Looked(filters, now, None if is_cut else left_over(filters))


def taught_in(at: Looked) -> dict[int, Taught]:
    """Of each term: how many tutors, each once, and what they taught."""
    each = _by_tutor(at).c
    sums = [func.sum(each[name]) for name in LOADS]
    tutors = [func.count(), *(sum_where(each[f"{side.value}_sessions"] > 0) for side in Side)]
    asked = select(each.term, *tutors, *sums).group_by(each.term)
    return {term: Taught(*map(int, counts)) for term, *counts in db.session.execute(asked)}


def loads(at: Looked) -> list[Load]:
    """Of one term, or of everything, by name."""
    each = _by_tutor(at).c
    asked = (
        select(Tutor.id, Person.name, *(each[name] for name in LOADS))
        .join(Tutor, each.tutor_id == Tutor.id)
        .join(Person, Tutor.person_id == Person.id)
        .order_by(Person.name, Tutor.id)
    )
    return [
        Load(id, name, side, int(sessions), int(minutes))
        for id, name, *counts in db.session.execute(asked)
        for side, sessions, minutes in zip(Side, counts[::2], counts[1::2], strict=True)
        if sessions
    ]


def _by_tutor(at: Looked) -> Subquery:
    kept = at.kept(RunLoad, RunLoad.tutor_id, *(getattr(RunLoad, name) for name in LOADS))
    rows = union_all(*at.both(kept, taught(at.now, at.term))).subquery().c
    sums = [func.sum(rows[name]).label(name) for name in LOADS]
    return select(rows.term, rows.tutor_id, *sums).group_by(rows.term, rows.tutor_id).subquery()


def asked_and_looked_for(at: Looked) -> dict[int, dict[Side, tuple[Requests, Searches]]]:
    names = (*REQUESTS, *SEARCHES)
    columns = [func.sum(getattr(RunSide, name)).label(name) for name in names]
    kept = at.sums(RunSide, [RunSide.side], *columns)
    rows = union_all(*at.both(kept, *sides(at.now, at.term))).subquery().c
    asked = select(rows.term, rows.side, *(func.sum(rows[name]) for name in names))
    found: dict[int, dict[Side, tuple[Requests, Searches]]] = defaultdict(dict)
    for term, side, *sums in db.session.execute(asked.group_by(rows.term, rows.side)):
        counts = [int(each) for each in sums]
        here = len(REQUESTS)
        found[term][side] = Requests(*counts[:here]), Searches(*counts[here:])
    return found


def reasons(at: Looked) -> dict[int, dict[str | None, int]]:
    """Why sessions were without both tutors, and of how many nobody has said why ("").

    As `None`: how many sessions ran.
    """
    number = func.count().label("sessions")
    ran: Any = select(at.term, null().label("reason"), number).select_from(Session)
    ran = ran.join(Run, Session.run_id == Run.id)
    ran = ran.where(has_run(at.now), Session.kind == SessionKind.TEACHING).group_by(at.term)
    without = alone(at.now, at.term, REASON, number).group_by(at.term, Session.alone_reason)
    parts = at.both(at.sums(RunAlone, [RunAlone.reason], number), without, ran)
    if at.rest is not None:
        whole = func.sum(RunTally.ran).label("sessions")
        over = at.sums(RunTally, [], null().label("reason"), whole)
        parts.append(over.where(RunTally.open_needs.is_not(None)))
    rows = union_all(*parts).subquery().c
    asked = select(rows.term, rows.reason, func.sum(rows.sessions))
    found: dict[int, dict[str | None, int]] = defaultdict(dict)
    for term, reason, many in db.session.execute(asked.group_by(rows.term, rows.reason)):
        found[term][reason] = int(many or 0)
    return found


def sessions_without_both(at: Looked, *, most: int) -> Sequence[Row[Any]]:
    """The newest first."""
    kept = at.kept(RunAlone, RunAlone.session_id, RunAlone.starts_at)
    parts = [
        select(_newest(part, most).subquery())
        for part in at.both(kept, alone(at.now, at.term, *ALONE[:2]))
    ]
    newest, one = union_all(*parts).subquery().c, SessionTally
    asked = (
        select(Session.id, Session.starts_at, Session.paired, Session.alone_reason, Course.title)
        .add_columns(one.lived, one.professional, func.coalesce(one.tutors, 0).label("tutors"))
        .join(newest.session_id.table, newest.session_id == Session.id)
        .join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(one, one.session_id == Session.id)
        .order_by(Session.starts_at.desc(), Session.id.desc())
    )
    return db.session.execute(asked.limit(most)).all()


def _newest(part: Asked, most: int) -> Asked:
    rows = part.selected_columns
    return part.order_by(rows.starts_at.desc(), rows.session_id.desc()).limit(most)
