"""Whose place, on what, lines of the trail are about; the name only for whom one may know."""

from collections.abc import Collection

from sqlalchemy import case, select

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import seen_by
from recovery_college.audit.queries import ids_in
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.scheduling.models import Run

SOMEBODY = "somebody"


def names_of(viewer: Person, subjects: Collection[str]) -> dict[str, str]:
    name = case((seen_by(viewer), Person.name), else_=None).label("name")
    found = db.session.execute(
        select(Enrolment.id, name, Course.title, Run.starts_at)
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .outerjoin(Person, Enrolment.person_id == Person.id)
        .where(Enrolment.id.in_(ids_in(subjects, Enrolment.__tablename__)))
    )
    return {
        f"enrolment:{row.id}": f"{row.name or SOMEBODY} on {row.title}"
        + (f", {formatting.short_day(row.starts_at)}" if row.starts_at else "")
        for row in found
    }
