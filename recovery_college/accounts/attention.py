"""Who needs the office just now, as far as this member of the office may know them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, union
from sqlalchemy.orm import aliased

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.queries import hidden_from, seen_by
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.queries import stuck, to_others_than

NEW_FOR = timedelta(days=14)  # somebody who joined; later the two have been looked at
UNFINISHED = timedelta(days=1)  # of joining, before somebody may need a hand


class Why(StrEnum):
    UNREACHED = "unreached"
    JOINING = "joining"


def people_to_mind(viewer: Person, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Who can't be reached at all, and who stopped while joining: `most` of either kind.

    A row has `id`, `name`, `why`, and as `total` how many there are of the kind.
    """
    unreached = and_(
        Person.join_step.is_(None),
        Person.email.is_(None),
        func.trim(Person.phone) == "",
        func.trim(Person.address) == "",
    )
    joining = and_(Person.join_step.is_not(None), Person.active_at <= now - UNFINISHED)
    why = case((joining, Why.JOINING.value), else_=Why.UNREACHED.value)
    place = func.row_number().over(partition_by=why, order_by=(Person.name, Person.id))
    found = (
        select(Person.id, Person.name, why.label("why"), place.label("place"))
        .add_columns(func.count().over(partition_by=why).label("total"))
        .where(seen_by(viewer), or_(unreached, joining))
        .subquery()
    )
    return db.session.execute(
        select(found).where(found.c.place <= most).order_by(found.c.why, found.c.place)
    ).all()


def maybe_one_person(viewer: Person, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Who joined by themself of late, and has the address or the name of somebody before them.

    A row has `id` and `name`, `old_id` and `old_name` of the one before, and `total`. Two who
    share an address stand here too: only the office can tell.
    """
    old = aliased(Person)
    pairs = (
        select(Person.id, Person.name, old.id.label("old_id"), old.name.label("old_name"))
        .join(old, old.id < Person.id)
        .where(Person.over_18_at.is_not(None), Person.made_at > now - NEW_FOR)
        .where(seen_by(viewer), seen_by(viewer, old))
    )
    alike = union(
        pairs.where(func.lower(old.email) == func.lower(Person.email)),
        pairs.where(func.lower(old.name) == func.lower(Person.name)),
    ).subquery()
    return db.session.execute(
        select(alike)
        .add_columns(func.count().over().label("total"))
        .order_by(alike.c.id.desc(), alike.c.old_id)
        .limit(most)
    ).all()


def stuck_messages(viewer: Person, *, most: int) -> Sequence[Row[Any]]:
    """What was not sent, the newest first. `name` is None for an address that nobody has."""
    return db.session.execute(
        select(OutboxMessage.id, OutboxMessage.address, Person.name)
        .add_columns(OutboxMessage.channel, OutboxMessage.trouble)
        .add_columns(func.count().over().label("total"))
        .join_from(OutboxMessage, Person, OutboxMessage.person_id == Person.id, isouter=True)
        .where(stuck(), to_others_than(hidden_from(viewer)))
        .order_by(OutboxMessage.id.desc())
        .limit(most)
    ).all()


def reviews_due(viewer: Person, by: date, *, most: int) -> Sequence[Row[Any]]:
    """Ring-first notes that a manager must look at again by then."""
    return db.session.execute(
        select(RingFirst.id, RingFirst.person_id, RingFirst.review_on, Person.name)
        .add_columns(func.count().over().label("total"))
        .join_from(RingFirst, Person, RingFirst.person_id == Person.id)
        .where(seen_by(viewer), RingFirst.review_on <= by)
        .order_by(RingFirst.review_on, RingFirst.id)
        .limit(most)
    ).all()
