"""What must always be true of what reports keep. Each check gives the rows that break it."""

from sqlalchemy import or_, select

from recovery_college import clock
from recovery_college.college.queries import the_college
from recovery_college.database import db
from recovery_college.reports.adding_up import COLUMNS, sums_of_runs
from recovery_college.reports.models import RunTally


def _summed_wrong() -> list[str]:
    percent = the_college().completion_percent
    kept = select(RunTally.run_id).where(RunTally.percent == percent)
    right = sums_of_runs(kept, clock.now(), percent).subquery()
    differs = [getattr(RunTally, name) != right.c[name] for name in COLUMNS]
    wrong = select(RunTally.run_id).outerjoin(right, right.c.run_id == RunTally.run_id)
    found = wrong.where(
        RunTally.percent == percent, or_(right.c.run_id.is_(None), *differs)
    ).order_by(RunTally.run_id)
    return [f"run:{id}" for id in db.session.scalars(found)]


CHECKS = {"Every run that is added up is the sum of its sessions and places": _summed_wrong}
