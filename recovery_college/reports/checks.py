"""What must always be true of what reports keep. Each check gives the rows that break it."""

from sqlalchemy import or_, select

from recovery_college import clock
from recovery_college.database import db
from recovery_college.reports.models import RunTally
from recovery_college.reports.tallies import sums_of_runs


def _summed_wrong() -> list[str]:
    kept = select(RunTally.run_id)
    right = sums_of_runs(kept, clock.now()).subquery()
    names = [each.name for each in RunTally.__table__.columns if each.name != "run_id"]
    differs = [getattr(RunTally, name) != right.c[name] for name in names]
    wrong = select(RunTally.run_id).outerjoin(right, right.c.run_id == RunTally.run_id)
    found = wrong.where(or_(right.c.run_id.is_(None), *differs)).order_by(RunTally.run_id)
    return [f"run:{id}" for id in db.session.scalars(found)]


CHECKS = {"Every run that is added up is the sum of its sessions": _summed_wrong}
