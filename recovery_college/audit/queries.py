"""What a manager asks the trail. Whose names stand behind the ids is for others to say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, literal, or_, select

from recovery_college.audit.models import AuditEntry
from recovery_college.database import db


@dataclass(frozen=True)
class Asked:
    """Who did what, to which things, to which field, when. What is None is not asked.

    A thing is a whole subject, as in "course:3", or a kind, as in "course".
    """

    actors: Collection[int] | None = None
    things: Collection[str] | None = None
    verb: str = ""
    field: str = ""
    since: datetime | None = None
    before: datetime | None = None


def lines(asked: Asked, *, first: int, size: int) -> Sequence[AuditEntry]:
    """The newest first."""
    return db.session.scalars(
        select(AuditEntry)
        .where(*_conditions(asked))
        .order_by(AuditEntry.recorded_at.desc(), AuditEntry.id.desc())
        .offset(first)
        .limit(size)
    ).all()


def count(asked: Asked, *, most: int) -> int:
    """How many lines there are, counted to `most`: the trail is long."""
    some = select(AuditEntry.id).where(*_conditions(asked)).limit(most).subquery()
    return db.session.scalars(select(func.count()).select_from(some)).one()


def verbs() -> list[str]:
    """Every verb that the trail holds: a step in the index for each, however long the trail."""
    least = select(func.min(AuditEntry.verb).label("verb"))
    seen = least.cte("seen", recursive=True)
    following = select(func.min(AuditEntry.verb)).where(AuditEntry.verb > seen.c.verb)
    seen = seen.union_all(select(following.scalar_subquery()).where(seen.c.verb.is_not(None)))
    found = select(seen.c.verb).where(seen.c.verb.is_not(None)).order_by(seen.c.verb)
    return list(db.session.scalars(found))


def ids_in(subjects: Collection[str], kind: str) -> list[int]:
    """The ids of one kind's rows among the subjects."""
    named = (subject.partition(":") for subject in subjects)
    return sorted({int(id) for table, _, id in named if table == kind and id})


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.actors is not None:
        conditions.append(AuditEntry.actor_id.in_(asked.actors))
    if asked.things is not None:
        conditions.append(or_(false(), *map(_about, asked.things)))
    if asked.verb:
        conditions.append(AuditEntry.verb == asked.verb)
    if asked.field:
        fields = literal(" ") + AuditEntry.fields + " "
        conditions.append(fields.contains(f" {asked.field} ", autoescape=True))
    if asked.since:
        conditions.append(AuditEntry.recorded_at >= asked.since)
    if asked.before:
        conditions.append(AuditEntry.recorded_at < asked.before)
    return conditions


def _about(thing: str) -> ColumnElement[bool]:
    if ":" in thing:
        return AuditEntry.subject == thing
    return or_(AuditEntry.subject == thing, AuditEntry.subject.startswith(f"{thing}:"))
