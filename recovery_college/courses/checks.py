"""What must always be true of courses. Each check gives the rows that break it, as "table:id"."""

from sqlalchemy import func, select
from sqlalchemy.orm import undefer_group

from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db


def _not_made_together() -> list[str]:
    sides = select(func.count(Contributor.side.distinct())).where(
        Contributor.course_id == Course.id
    )
    lacking = select(Course.id).where(
        Course.state == CourseState.PUBLISHED, sides.scalar_subquery() < len(Side)
    )
    return [f"course:{id}" for id in db.session.scalars(lacking.order_by(Course.id))]


def _not_as_searched() -> list[str]:
    courses = select(Course).options(undefer_group("search")).order_by(Course.id)
    return [
        f"course:{course.id}"
        for course in db.session.scalars(courses)
        if course.searchable != (course.search_title, course.search_text, course.search_near)
    ]


CHECKS = {
    "Every published course was made by people with both kinds of experience": _not_made_together,
    "Search reads each course's words as they are now": _not_as_searched,
}
