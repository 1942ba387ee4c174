"""People with the sums of their places, as `StudentTally` keeps them, and who must be added up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union,
    union_all,
)

from recovery_college.database import Instant, db, spelt_out
from recovery_college.enrolment.models import Enrolment
from recovery_college.reports.answers import said
from recovery_college.reports.counts import held_at_start, sum_where
from recovery_college.reports.models import StudentChange, StudentTally
from recovery_college.reports.rules.asked import EVERYTHING
from recovery_college.reports.tallies import Ids
from recovery_college.scheduling.models import Run, Term
from recovery_college.scheduling.rules import RunState

KEPT = tuple(each.name for each in StudentTally.__table__.columns)
COUNTED = (Run.state == RunState.PUBLISHED, ~Run.drop_in)


def changed(now: datetime) -> Subquery:
    """Of whom what is kept is not what is."""
    return union(*_changed(now)).subquery()


def untold(now: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """Those, and of whom no answers are kept."""
    unsaid = select(StudentTally.person_id).where(StudentTally.said.is_(None))
    return union(*_changed(now), unsaid)


def _changed(now: datetime) -> list[Select[*tuple[Any, ...]]]:
    due = select(StudentTally.person_id).where(StudentTally.until <= spelt_out(now))
    return [select(StudentChange.person_id), due]


def changes(most: int) -> Sequence[tuple[int, int]]:
    """The first of those that wait: their ids, and whose they are."""
    asked = select(StudentChange.id, StudentChange.person_id).order_by(StudentChange.id)
    return [(id, person) for id, person in db.session.execute(asked.limit(most))]


def come_due(now: datetime, most: int) -> Sequence[int]:
    """Whose next run has begun, or of whom no answers are kept."""
    one = StudentTally
    begun = select(one.person_id).where(one.until <= now).order_by(one.until).limit(most)
    unsaid = select(one.person_id).where(one.said.is_(None)).distinct().limit(most)
    found = [*db.session.scalars(begun), *db.session.scalars(unsaid)]
    return list(dict.fromkeys(found))[:most]


def sums_of_people(person_ids: Ids, now: datetime) -> Select[*tuple[Any, ...]]:
    """In the order of `KEPT`: of each term, and of all."""
    rows = union_all(_of_terms(person_ids, now), _of_everything(person_ids, now)).subquery()
    answers = said(person_ids).subquery()
    columns = {**rows.c, "said": answers.c.said}
    asked = select(*(columns[name] for name in KEPT))
    return asked.join_from(rows, answers, answers.c.person_id == rows.c.person_id)


def _of_terms(person_ids: Ids, now: datetime) -> Select[*tuple[Any, ...]]:
    first = func.min(Term.starts_on).over(partition_by=Enrolment.person_id)
    columns = {
        "person_id": Enrolment.person_id,
        "term_id": Run.term_id,
        "places": func.count(),
        "courses": func.count(Run.course_id.distinct()),
        "is_new": Term.starts_on == first,
        "until": cast(null(), Instant),
    }
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .join(Run, Enrolment.run_id == Run.id)
        .join(Term, Run.term_id == Term.id)
        .where(Enrolment.person_id.in_(person_ids), *COUNTED)
        .where(Run.starts_at <= now, held_at_start())
        .group_by(Enrolment.person_id, Run.term_id, Term.starts_on)
    )


def _of_everything(person_ids: Ids, now: datetime) -> Select[*tuple[Any, ...]]:
    held = and_(Run.starts_at <= now, held_at_start())
    places, until = sum_where(held), func.min(case((Run.starts_at > now, Run.starts_at)))
    columns = {
        "person_id": Enrolment.person_id,
        "term_id": literal(EVERYTHING),
        "places": places,
        "courses": func.count(case((held, Run.course_id)).distinct()),
        "is_new": true(),
        "until": until,
    }
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .join(Run, Enrolment.run_id == Run.id)
        .where(Enrolment.person_id.in_(person_ids), *COUNTED)
        .group_by(Enrolment.person_id)
        .having(or_(places > 0, until.is_not(None)))
    )
