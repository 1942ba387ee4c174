"""Which term, venue, run or session lines of the trail are about."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, cast, literal, null, select, union_all

from recovery_college import formatting
from recovery_college.audit.queries import ids_in
from recovery_college.courses.models import Course
from recovery_college.database import Instant, db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term, Venue

NEVER = cast(null(), Instant())


def names_of(subjects: Collection[str]) -> dict[str, str]:
    """What each subject is called that is one of these, with its day where it has one."""

    def of(table: Any, name: Any, at: Any = NEVER) -> Select[Any]:
        kind = table.__tablename__
        columns = (literal(kind).label("kind"), table.id.label("id"))
        named = select(*columns, name.label("name"), at.label("at"))
        return named.where(table.id.in_(ids_in(subjects, kind)))

    found = union_all(
        of(Term, Term.name),
        of(Venue, Venue.name),
        of(Room, Room.name + ", " + Venue.name).join_from(Room, Venue),
        of(Run, Course.title, Run.starts_at).join_from(Run, Course),
        of(Session, Course.title, Session.starts_at).join_from(Session, Run).join(Course),
        of(Delivery, Course.title, Delivery.starts_at)
        .join_from(Delivery, Session, Delivery.session_id == Session.id)
        .join(Run)
        .join(Course),
    )
    return {f"{row.kind}:{row.id}": _called(row.name, row.at) for row in db.session.execute(found)}


def _called(name: str, at: Any) -> str:
    return f"{name}, {formatting.short_day(at)}" if at else name
