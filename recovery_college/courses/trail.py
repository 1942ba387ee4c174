"""Which course lines of the trail are about."""

from collections.abc import Collection

from sqlalchemy import literal, select, union_all

from recovery_college.audit.queries import ids_in
from recovery_college.courses.models import Contributor, Course, Decision, Strand
from recovery_college.database import db


def titles_of(subjects: Collection[str]) -> dict[str, str]:
    """The title behind each subject that is a course, a part of one, or a strand."""
    course, contributor, decision, strand = (
        select(literal(table.__tablename__).label("kind"), table.id.label("id"), title).where(
            table.id.in_(ids_in(subjects, table.__tablename__))
        )
        for table, title in (
            (Course, Course.title.label("name")),
            (Contributor, Course.title.label("name")),
            (Decision, Course.title.label("name")),
            (Strand, Strand.name.label("name")),
        )
    )
    found = union_all(
        course,
        contributor.join_from(Contributor, Course, Contributor.course_id == Course.id),
        decision.join_from(Decision, Course, Decision.course_id == Course.id),
        strand,
    )
    return {f"{row.kind}:{row.id}": row.name for row in db.session.execute(found)}


def courses_called(words: str, *, most: int) -> list[int]:
    """The courses whose title holds the words."""
    called = Course.title.icontains(words, autoescape=True)
    return list(db.session.scalars(select(Course.id).where(called).order_by(Course.id).limit(most)))
