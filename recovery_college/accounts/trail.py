"""Whom lines of the trail are about, looked up when they are read and as far as one may know."""

from collections.abc import Collection

from sqlalchemy import case, literal, select, union_all

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.queries import people, seen_by
from recovery_college.audit.queries import ids_in
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage


def names_of(viewer: Person, subjects: Collection[str]) -> dict[str, str]:
    """The person behind each subject that has one.

    Who chose another manager has no name here; who is not there any more is left out.
    """
    name = case((seen_by(viewer), Person.name), else_="").label("name")
    person, wall, message = (
        select(literal(table.__tablename__).label("kind"), table.id.label("id"), name).where(
            table.id.in_(ids_in(subjects, table.__tablename__))
        )
        for table in (Person, RingFirst, OutboxMessage)
    )
    found = union_all(
        person,
        wall.join_from(RingFirst, Person, RingFirst.person_id == Person.id),
        message.join_from(OutboxMessage, Person, OutboxMessage.person_id == Person.id),
    )
    return {f"{row.kind}:{row.id}": row.name for row in db.session.execute(found)}


def ids_called(viewer: Person, words: str, *, most: int) -> list[int]:
    """The people whom the words find."""
    found = people(viewer, words).with_only_columns(Person.id).limit(most)
    return list(db.session.scalars(found))
