"""What must always be true of what reports keep. Each check gives the rows that break it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    Subquery,
    and_,
    except_,
    exists,
    func,
    or_,
    select,
    true,
    union,
)

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, pairs_in
from recovery_college.reports.adding_up import COLUMNS, sums_of_runs
from recovery_college.reports.answers_counted import answers_kept, sums_of_answers
from recovery_college.reports.models import AnswerTally, RunTally, StudentTally
from recovery_college.reports.people_added_up import sums_of_people, untold
from recovery_college.reports.tutors_added_up import sums_of_tutors

Rows = Select[*tuple[Any, ...]]


def _summed_wrong() -> list[str]:
    """With needs or without: those of the version before have none."""
    now, percent = clock.now(), the_college().completion_percent
    kept = select(RunTally.run_id).where(RunTally.percent == percent)
    right = sums_of_runs(kept, now, percent).subquery()
    differs = [
        and_(getattr(RunTally, name) != right.c[name], getattr(RunTally, name).is_not(None))
        for name in COLUMNS
    ]
    wrong = select(RunTally.run_id).outerjoin(right, right.c.run_id == RunTally.run_id)
    found = wrong.where(RunTally.percent == percent, or_(right.c.run_id.is_(None), *differs))
    return [f"run:{id}" for id in sorted({*db.session.scalars(found), *_tutors_wrong(now)})]


def _tutors_wrong(now: datetime) -> set[int]:
    added_up = select(RunTally.run_id).where(RunTally.open_needs.is_not(None))
    found: set[int] = set()
    for table, right in sums_of_tutors(added_up, now).items():
        kept = select(*table.__table__.columns)
        found.update(db.session.scalars(_differing("run_id", kept, right)))
    return found


def _people_summed_wrong() -> list[str]:
    now = clock.now()
    other = untold(now).subquery().c.person_id
    kept = select(StudentTally).where(~exists().where(other == StudentTally.person_id))
    people = select(Person.id).where(~exists().where(other == Person.id))
    rows = _apart(kept.subquery()), _apart(sums_of_people(people, now).subquery())
    return [f"person:{id}" for id in db.session.scalars(_differing("person_id", *rows))]


def _apart(rows: Subquery) -> Rows:
    """With a row for each answer, for objects of them can't be compared."""
    answer = pairs_in(rows.c.said)
    columns = [column for column in rows.c if column.name != "said"]
    return select(*columns, answer.c.key, answer.c.value).join_from(rows, answer, true())


def _answers_summed_wrong() -> list[str]:
    kept = answers_kept().having(func.sum(AnswerTally.students) != 0)
    found = _differing("term_id", kept, sums_of_answers())
    return [f"term:{id}" for id in db.session.scalars(found)]


def _differing(key: str, kept: Rows, right: Rows) -> CompoundSelect[*tuple[Any, ...]]:
    differs = [except_(kept, right).subquery(), except_(right, kept).subquery()]
    return union(*(select(each.c[key]) for each in differs)).order_by(key)


CHECKS = {
    "Every run that is added up is the sum of its sessions and places": _summed_wrong,
    "Every student is added up as their places and answers are": _people_summed_wrong,
    "The answers of a term are those of its students": _answers_summed_wrong,
}
