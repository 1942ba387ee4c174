"""What must always be true of what reports keep. Each check gives the rows that break it."""

from datetime import datetime

from sqlalchemy import and_, except_, exists, or_, select, union

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.reports.adding_up import COLUMNS, sums_of_runs
from recovery_college.reports.models import RunTally, StudentTally
from recovery_college.reports.people_added_up import changed, sums_of_people
from recovery_college.reports.tutors_added_up import sums_of_tutors


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
        differs = [except_(kept, right).subquery(), except_(right, kept).subquery()]
        found.update(db.session.scalars(union(*(select(each.c.run_id) for each in differs))))
    return found


def _people_summed_wrong() -> list[str]:
    now = clock.now()
    other = changed(now).c.person_id
    kept = select(*StudentTally.__table__.columns).where(
        ~exists().where(other == StudentTally.person_id)
    )
    people = select(Person.id).where(~exists().where(other == Person.id))
    right = sums_of_people(people, now)
    differs = [except_(kept, right).subquery(), except_(right, kept).subquery()]
    found = union(*(select(each.c.person_id) for each in differs)).order_by("person_id")
    return [f"person:{id}" for id in db.session.scalars(found)]


CHECKS = {
    "Every run that is added up is the sum of its sessions and places": _summed_wrong,
    "Every student is added up as their places are": _people_summed_wrong,
}
