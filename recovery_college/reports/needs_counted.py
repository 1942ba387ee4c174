"""Needs counted by how they ended: of runs that are added up, and of the others place by place."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.queries.needs import SHARES
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.reports.counts import Asked, held_at, sum_where
from recovery_college.reports.models import RunTally
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.tallies import left_over
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState

Part = tuple[int, ...]  # a term and a course in it, or a term and 0
Counts = Mapping[Part, Sequence[int]]
COUNTED = (Run.state == RunState.PUBLISHED, ~Run.drop_in, Run.starts_at.is_not(None))
ENDS = (
    *("arranged_agreed", "arranged_unsaid", "not_possible_agreed", "not_possible_unsaid"),
    "open_needs",
)


def needs_counted(now: datetime, term: int) -> Counts:
    """Of each term, in the order of `ENDS`; those of this term by course."""
    sums = [func.sum(getattr(RunTally, name)) for name in ENDS]
    others = select(RunTally.term_id, literal(0), *sums).where(RunTally.term_id != term)
    here = select(RunTally.term_id, Run.course_id, *sums).join(Run, RunTally.run_id == Run.id)
    parts: list[Asked] = [
        others.group_by(RunTally.term_id),
        here.where(RunTally.term_id == term).group_by(RunTally.term_id, Run.course_id),
        _of_the_rest(now, term),
    ]
    found: dict[Part, list[int]] = defaultdict(lambda: [0] * len(ENDS))
    for in_term, course, *numbers in db.session.execute(union_all(*parts)):
        before = found[in_term, course]
        found[in_term, course] = [a + int(b or 0) for a, b in zip(before, numbers, strict=True)]
    return dict(found)


def _of_the_rest(now: datetime, term: int) -> Asked:
    course = case((Run.term_id == term, Run.course_id), else_=0)
    asked: Any = (
        select(Run.term_id, course, *ended(now))
        .select_from(Enrolment)
        .join(Run, Enrolment.run_id == Run.id)
        .outerjoin(Person, Enrolment.person_id == Person.id)
        .outerjoin(Adjustment, Adjustment.enrolment_id == Enrolment.id)
        .where(*COUNTED, Run.id.in_(left_over(Filters())))
    )
    some = or_(Adjustment.enrolment_id.is_not(None), SHARES)
    counted: Asked = asked.where(some).group_by(Run.term_id, course)
    return counted


def ended(now: datetime) -> list[ColumnElement[int]]:
    """Sums of places, each beside its person and what was settled; none of a drop-in.

    What they share has changed since it was settled, or they wish to talk again: until the run is
    over that is open.
    """
    one, held = Adjustment, and_(~Run.drop_in, _held(now))
    again = or_(and_(~one.stands, Run.ends_at > now), one.agreed.is_(False))
    is_open = case((one.enrolment_id.is_(None), SHARES), else_=again)
    columns = {
        f"{state.value}_{word}": and_(held, one.state == state, ~again, one.agreed.is_(agreed))
        for state in Settled
        for word, agreed in (("agreed", True), ("unsaid", None))
    }
    columns["open_needs"] = and_(held, is_open)
    return [sum_where(columns[name]).label(name) for name in ENDS]


def _held(now: datetime) -> ColumnElement[bool]:
    """As all reports count places; on a run that is still to come, those that are held now."""
    return held_at(case((Run.starts_at <= now, Run.starts_at), else_=now))
