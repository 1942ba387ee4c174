"""Who really taught, who was asked, who was looked for: a statement each, whatever the size.

Each counts by term those of `Filters.terms`, or everything as term 0: from what is added up of runs
that are over, and of the others as they stand.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, literal, null, select, union_all

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
    LOADS,
    REQUESTS,
    SEARCHES,
    Kept,
    RunAlone,
    RunLoad,
    RunSide,
    alone,
    sides,
    taught,
    without_both,
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

    def both(
        self, table: Kept, by: Sequence[str], sums: Sequence[str], *of_rest: Asked
    ) -> list[Asked]:
        """Of what is added up these sums by term and something more; and the rest."""
        parts = [self.within(part) for part in of_rest]
        if self.rest is None:
            return parts
        keys = [getattr(table, name) for name in by]
        columns = [func.sum(getattr(table, name)).label(name) for name in sums]
        return [self.kept(table, *keys, *columns).group_by(*keys), *parts]

    def kept(self, table: Kept | type[RunTally], *columns: Any) -> Asked:
        """What has a sum is published, so that of a whole term runs need not be looked at."""
        asked, whole = self.filters, Filters(term=self.filters.term, beside=self.filters.beside)
        if not asked.term:
            found: Any = select(literal(0).label("term"), *columns).select_from(table)
        else:
            found = select(table.term_id.label("term"), *columns).group_by(table.term_id)
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
    parts = at.both(RunLoad, ["tutor_id"], LOADS, taught(at.now, at.term))
    rows = union_all(*parts).subquery().c
    sums = [func.sum(rows[name]).label(name) for name in LOADS]
    return select(rows.term, rows.tutor_id, *sums).group_by(rows.term, rows.tutor_id).subquery()


def asked_and_looked_for(at: Looked) -> dict[int, dict[Side, tuple[Requests, Searches]]]:
    names = (*REQUESTS, *SEARCHES)
    parts = at.both(RunSide, ["side"], names, *sides(at.now, at.term))
    rows = union_all(*parts).subquery().c
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
    each: Any = select(at.term, null().label("reason"), func.count().label("sessions"))
    of_rest = each.select_from(Session).join(Run, Session.run_id == Run.id)
    of_rest = of_rest.where(has_run(at.now), Session.kind == SessionKind.TEACHING)
    without = alone(at.now, at.term)
    parts = at.both(RunAlone, ["reason"], ["sessions"], without, of_rest.group_by(at.term))
    if at.rest is not None:
        ran = func.sum(RunTally.ran).label("sessions")
        whole = at.kept(RunTally, null().label("reason"), ran)
        parts.append(whole.where(RunTally.open_needs.is_not(None)))
    rows = union_all(*parts).subquery().c
    asked = select(rows.term, rows.reason, func.sum(rows.sessions))
    found: dict[int, dict[str | None, int]] = defaultdict(dict)
    for term, reason, number in db.session.execute(asked.group_by(rows.term, rows.reason)):
        found[term][reason] = int(number or 0)
    return found


def sessions_without_both(at: Looked, *, most: int) -> Sequence[Row[Any]]:
    """The newest first. Of a term they are looked for on runs that have some."""
    one, asked = SessionTally, at.filters
    found: Select[Any] = (
        select(Session.id, Session.starts_at, Session.paired, Session.alone_reason, Course.title)
        .add_columns(one.lived, one.professional, func.coalesce(one.tutors, 0).label("tutors"))
        .select_from(Session)
        .join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
    )
    found = without_both(found, at.now).where(*in_report(asked))
    if asked.term and at.rest is not None:
        some = select(RunAlone.run_id).where(RunAlone.term_id.in_(asked.terms))
        found = found.where(Run.id.in_(some.union_all(select(Run.id).where(Run.id.in_(at.rest)))))
    newest = found.order_by(Session.starts_at.desc(), Session.id.desc()).limit(most)
    return db.session.execute(newest).all()
