"""What others ask about runs."""

from datetime import datetime

from sqlalchemy import func, select

from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState


def runs_to_come(course: Course, now: datetime) -> int:
    """How many of its published runs have yet to end."""
    coming = select(func.count(Run.id)).where(
        Run.course_id == course.id, Run.state == RunState.PUBLISHED, Run.ends_at > now
    )
    return db.session.scalars(coming).one()
