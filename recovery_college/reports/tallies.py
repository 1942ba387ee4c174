"""Sessions added up, in one statement however they are told apart.

Of runs that are over the sums are kept (`models.RunTally`); all other sessions are added up as
they stand. A venue is that of the run: where it mostly meets.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from recovery_college.attendance.tally import SessionTally
from recovery_college.courses.models import Course, Strand
from recovery_college.database import Instant, db
from recovery_college.reports.models import RunTally
from recovery_college.reports.queries import MARKS, MINUTES, By, has_run, in_report, of_runs
from recovery_college.reports.rules.as_read import AsRead
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.counted import Students, Sum
from recovery_college.reports.rules.definitions import Tally
from recovery_college.scheduling.models import Run, Session, Term, Venue
from recovery_college.scheduling.rules import SessionKind, SessionState

NAMES = tuple(Tally.__dataclass_fields__)
T = TypeVar("T")
S = TypeVar("S", bound=Sum)
C = TypeVar("C", bound=Sum | Students)
FEW = 500  # runs, for a statement to name them
AT_ONCE = 500  # rows of a cursor
Ids = Collection[int] | Select[int]
Named = tuple[Any, Any, Any]  # the key, the name, and what they go by
KEYS: dict[By, Named] = {
    By.TERM: (Term.id, Term.name, Term.starts_on),
    By.STRAND: (Strand.id, Strand.name, Strand.position),
    By.COURSE: (Course.id, Course.title, Course.title),
    By.VENUE: (Venue.id, Venue.name, Venue.name),
    By.MODE: (Run.mode, Run.mode, Run.mode),
    By.WEEKDAY: (Run.weekday, Run.weekday, Run.weekday),
    By.PART: (Run.part, Run.part, Run.part),
    By.RUN: (Run.id, Course.title, Run.starts_at),
}


@dataclass(frozen=True)
class Group(Generic[T]):
    """What is alike: the id or the value that the address names it by, and its name."""

    key: Any
    name: str
    tally: T


def tally_of(filters: Filters, now: datetime) -> Tally:
    """Of all sessions that are asked for, called off ones among them."""
    return added_up(Tally, _parts(filters, now))


def tallies_by(by: By, filters: Filters, now: datetime) -> Iterable[Group[Tally]]:
    """The same, told apart. Together they are the whole."""
    return groups_of(Tally, _parts(filters, now), by)


def groups_of(
    kind: type[S], parts: Sequence[Select[*tuple[Any, ...]]], by: By
) -> Iterable[Group[S]]:
    """A run is in one of the parts alone, so that there may be many of them."""
    apart = [told_apart(part, by) for part in parts]
    return _run_by_run(kind, apart) if by is By.RUN else _put_together(kind, apart)


def told_apart(part: Select[*tuple[Any, ...]], by: By) -> Select[*tuple[Any, ...]]:
    key, name, order = KEYS[by]
    columns = part.add_columns(key.label("key"), name.label("name"), order.label("place"))
    return columns.group_by(*dict.fromkeys((key, name, order)))


def _run_by_run(kind: type[S], parts: Sequence[Select[*tuple[Any, ...]]]) -> AsRead[Group[S]]:
    """In the order in which runs begin."""
    place, key = literal_column("place", Instant()), literal_column("key", Integer())
    asked = union_all(*parts).order_by(place.nulls_last(), key)

    def read() -> Iterator[Group[S]]:
        for row in db.session.execute(asked, execution_options={"yield_per": AT_ONCE}):
            yield Group(row.key, row.name, counts_in(kind, row))

    return AsRead(read)


def _put_together(kind: type[S], parts: Sequence[Select[*tuple[Any, ...]]]) -> list[Group[S]]:
    """Groups of several parts, in their order; what is in more than one is added up."""
    found: dict[Any, Group[S]] = {}
    for row in sorted(db.session.execute(union_all(*parts)), key=_in_order):
        before = found.get(row.key, Group(row.key, row.name or "", kind()))
        found[row.key] = Group(row.key, before.name, before.tally + counts_in(kind, row))
    return list(found.values())


def added_up(kind: type[S], parts: Sequence[Select[*tuple[Any, ...]]]) -> S:
    rows = db.session.execute(union_all(*parts))
    return reduce(kind.__add__, (counts_in(kind, row) for row in rows), kind())


def counts_in(kind: type[C], row: Row[Any]) -> C:
    """PostgreSQL gives the sum of sums as a decimal number."""
    return kind(*(int(each or 0) for each in _these(tuple(kind.__dataclass_fields__))(row)))


@lru_cache
def _these(names: tuple[str, ...]) -> Callable[[Row[Any]], tuple[Any, ...]]:
    """All at once: a long file reads a hundred thousand of them."""
    return attrgetter(*names)


def marked(filters: Filters, now: datetime) -> list[dict[str, Any]]:
    """What sessions with marks are told apart by; some that are alike may come twice."""
    return told_by_all(Tally, _parts(filters, now), lambda of: of.marks)


def told_by_all(
    kind: type[S], parts: Sequence[Select[*tuple[Any, ...]]], people: Callable[[S], int]
) -> list[dict[str, Any]]:
    """What they are told apart by at once, of those that count `people`."""
    by = (By.TERM, By.STRAND, By.COURSE, By.VENUE, By.MODE)
    keys = [KEYS[each][0] for each in by]
    named = [key.label(f"by_{each}") for each, key in zip(by, keys, strict=True)]
    asked = union_all(*(part.add_columns(*named).group_by(*keys) for part in parts))
    return [
        {each.value: getattr(row, f"by_{each}") for each in by}
        for row in db.session.execute(asked)
        if people(counts_in(kind, row))
    ]


def sums_of_sessions(run_ids: Ids, now: datetime) -> Select[*tuple[Any, ...]]:
    """Of each run, under the names of `Tally`."""
    return (
        select(Session.run_id, *_sums(now))
        .outerjoin(SessionTally, SessionTally.session_id == Session.id)
        .where(Session.run_id.in_(run_ids), Session.kind == SessionKind.TEACHING)
        .group_by(Session.run_id)
    )


def _parts(filters: Filters, now: datetime) -> list[Select[*tuple[Any, ...]]]:
    """Days cut through runs, so that of those every session counts for itself."""
    sessions = _joined(select(*_sums(now)).select_from(Session), Session.run_id).outerjoin(
        SessionTally, SessionTally.session_id == Session.id
    )
    sessions = sessions.where(*in_report(filters))
    if filters.since or filters.until:
        return [sessions]
    columns = [func.sum(getattr(RunTally, name)).label(name) for name in NAMES]
    runs = _joined(select(*columns).select_from(RunTally), RunTally.run_id)
    rest = sessions.outerjoin(RunTally, RunTally.run_id == Run.id)
    return [
        runs.where(*kept(filters)),
        rest.where(RunTally.run_id.is_(None)),
    ]


def kept(filters: Filters) -> list[ColumnElement[bool]]:
    """The runs that are asked for, and the same by what their sums say of them."""
    within = [RunTally.term_id.in_(filters.terms)] if filters.term else []
    return [*of_runs(filters), *within]


def left_over(filters: Filters) -> Ids:
    """The runs that are asked for and have no sum of needs and tutors: few, or a query of them."""
    one = RunTally
    within = [one.term_id.in_(filters.terms)] if filters.term else []
    asked = select(Run.id).outerjoin(one, and_(one.run_id == Run.id, *within))
    if filters.strand:
        asked = asked.join(Course, Run.course_id == Course.id)
    asked = asked.where(*of_runs(filters), one.open_needs.is_(None))
    few = db.session.scalars(asked.limit(FEW + 1)).all()
    return few if len(few) <= FEW else asked


def _joined(asked: Select[*tuple[Any, ...]], run_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        asked.join(Run, run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .join(Strand, Course.strand_id == Strand.id)
        .join(Term, Run.term_id == Term.id)
        .outerjoin(Venue, Run.venue_id == Venue.id)
    )


def _sums(now: datetime) -> list[ColumnElement[int]]:
    """Under the names of `Tally`, and in their order."""
    ran = has_run(now)
    off = and_(Session.state == SessionState.CANCELLED, Session.starts_at <= now)
    one, taken = SessionTally, and_(ran, Session.taken)
    sums = {
        "ran": _sum(ran, literal(1)),
        "taken": _sum(taken, literal(1)),
        "cancelled": _sum(off, literal(1)),
        "paired": _sum(and_(ran, Session.paired), literal(1)),
        "both": _sum(and_(ran, one.lived > 0, one.professional > 0), literal(1)),
        "unrecorded": _sum(and_(ran, func.coalesce(one.tutors, 0) == 0), literal(1)),
        "lived_minutes": _sum(ran, func.coalesce(one.lived, 0) * MINUTES),
        "professional_minutes": _sum(ran, func.coalesce(one.professional, 0) * MINUTES),
        **{name: _sum(taken, func.coalesce(getattr(one, name), 0)) for name in MARKS},
    }
    return [sums[name].label(name) for name in NAMES]


def _sum(where: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return func.sum(case((where, value), else_=0))


def _in_order(row: Row[Any]) -> tuple[bool, Any, Any]:
    """What has no name last."""
    return (row.place is None, row.place if row.place is not None else "", str(row.key))
