"""Who needs the office just now, as far as this member of the office may know them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Label,
    Row,
    Select,
    TextClause,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.accounts.queries import VIEWER, hidden_from, seen_by
from recovery_college.clock import in_london
from recovery_college.database import Instant, db, in_all
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.queries import counted_by_hand, stuck, to_others_than, would_go

NEW_FOR = timedelta(days=14)  # somebody who joined; later the two have been looked at
UNFINISHED = timedelta(days=1)  # of joining, before somebody may need a hand
REVIEW_WITHIN = timedelta(days=7)
UNREACHED = text(  # as its index has it
    "person.join_step IS NULL AND person.email IS NULL "
    "AND trim(person.phone) = '' AND trim(person.address) = ''"
)


class Why(StrEnum):
    """Somebody stands here."""

    DOUBLE = "double"
    JOINING = "joining"
    REVIEW = "review"
    UNREACHED = "unreached"


class Post(StrEnum):
    """What there is to say of messages."""

    STUCK = "stuck"
    BY_HAND = "by_hand"
    WOULD_GO = "would_go"


TO_MIND = (Post.STUCK, Post.BY_HAND)


def people_to_mind(viewer: Person, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Who can't be reached at all; who stopped while joining; who joined by themself of late, and
    has the address or the name of somebody before them; and for a manager, the ring-first notes to
    be looked at again: `most` of each, in one statement.

    A row has `why`, `id` and `name` of the person, and how many there are of its kind as `total`.
    `other_id` and `other_name` are the one's before: two who share an address stand here too, for
    only the office can tell. Of a note, `other_id` is its own and `review_on` its day.
    """
    asked = {
        "viewer": viewer.id,
        "unfinished": now - UNFINISHED,
        "new": now - NEW_FOR,
        "by": in_london(now).date() + REVIEW_WITHIN,
    }
    found = _of_manager(most) if viewer.is_manager else _of_desk(most)
    return db.session.connection().execute(found, asked).all()


@lru_cache
def _of_desk(most: int) -> Select[Any]:
    """Built once, for building it costs more than asking it."""
    return _in_order(_unreached(most), _joining(most), _doubles(most))


@lru_cache
def _of_manager(most: int) -> Select[Any]:
    return _in_order(_unreached(most), _joining(most), _doubles(most), _reviews(most))


def _in_order(*parts: Select[Any]) -> Select[Any]:
    found = union_all(*(select(each.subquery()) for each in parts)).subquery()
    rows = found.c
    order = (rows.why, rows.review_on, rows.rank, rows.name, rows.id, rows.other_id)
    return select(found).order_by(*order)


def _unreached(most: int) -> Select[Any]:
    return _by_name(Why.UNREACHED, most, UNREACHED)


def _joining(most: int) -> Select[Any]:
    """By the index of those who are joining: `IS true` keeps SQLite from that of all visits."""
    stopped = Person.active_at <= bindparam("unfinished", type_=Instant)
    return _by_name(Why.JOINING, most, Person.join_step.is_not(None), stopped.is_(true()))


def _by_name(why: Why, most: int, *conditions: ColumnElement[bool] | TextClause) -> Select[Any]:
    found = (
        select(literal(why.value).label("why"), Person.id, Person.name, *_other())
        .add_columns(cast(null(), Date).label("review_on"), literal(0).label("rank"))
        .where(seen_by(VIEWER), *conditions)
    )
    return found.add_columns(in_all(found)).order_by(Person.name, Person.id).limit(most)


def _doubles(most: int) -> Select[Any]:
    """The newest first."""
    old = aliased(Person)
    pairs = (
        select(Person.id, Person.name, old.id.label("other_id"), old.name.label("other_name"))
        .join(old, old.id < Person.id)
        .where(Person.over_18_at.is_not(None))
        .where(Person.made_at > bindparam("new", type_=Instant))
        .where(seen_by(VIEWER), seen_by(VIEWER, old))
    )
    alike = union(
        pairs.where(func.lower(old.email) == func.lower(Person.email)),
        pairs.where(func.lower(old.name) == func.lower(Person.name)),
    ).subquery()
    found = select(literal(Why.DOUBLE.value).label("why"), *alike.c).add_columns(
        cast(null(), Date).label("review_on"), (-alike.c.id).label("rank")
    )
    counted = found.add_columns(in_all(found))
    return counted.order_by(alike.c.id.desc(), alike.c.other_id).limit(most)


def _reviews(most: int) -> Select[Any]:
    """Ring-first notes that a manager must look at again by then."""
    _, nobody = _other()
    whose = RingFirst.person_id + 0  # or SQLite would begin with all people
    found = (
        select(literal(Why.REVIEW.value).label("why"), Person.id, Person.name)
        .add_columns(RingFirst.id.label("other_id"), nobody)
        .add_columns(RingFirst.review_on, RingFirst.id.label("rank"))
        .join_from(RingFirst, Person, Person.id == whose)
        .where(seen_by(VIEWER), RingFirst.review_on <= bindparam("by", type_=Date))
    )
    counted = found.add_columns(in_all(found))
    return counted.order_by(RingFirst.review_on, RingFirst.id).limit(most)


def _other() -> tuple[Label[int], Label[str]]:
    """Where a row tells of nobody else."""
    return cast(null(), Integer).label("other_id"), literal("").label("other_name")


def post_to_mind(viewer: Person, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """What was not sent, the newest first, at `most` so many; and for each channel by hand, that
    has any, one row.

    A row has `kind` and how many there are as `total`. One that was not sent has `id`, `address`,
    `channel`, `trouble`, and `name`, which is None for an address that nobody has.
    """
    return (
        db.session.connection()
        .execute(_post(TO_MIND, most), {"viewer": viewer.id, "now": now})
        .all()
    )


def post_in_a_pause(viewer: Person, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """The same, and in a row of its own how many would go if mail were not paused."""
    return (
        db.session.connection()
        .execute(_post(tuple(Post), most), {"viewer": viewer.id, "now": now})
        .all()
    )


@lru_cache
def _post(kinds: tuple[Post, ...], most: int) -> Select[Any]:
    parts = {Post.STUCK: _stuck(most), Post.BY_HAND: _by_hand(), Post.WOULD_GO: _would_go()}
    found = union_all(*(select(parts[kind].subquery()) for kind in kinds)).subquery()
    return select(found).order_by(found.c.kind, found.c.id.desc())


def _stuck(most: int) -> Select[Any]:
    found = (
        select(literal(Post.STUCK.value).label("kind"), OutboxMessage.id, OutboxMessage.address)
        .add_columns(Person.name, OutboxMessage.channel, OutboxMessage.trouble)
        .join_from(OutboxMessage, Person, OutboxMessage.person_id == Person.id, isouter=True)
        .where(stuck(), to_others_than(hidden_from(VIEWER)))
    )
    return found.add_columns(in_all(found)).order_by(OutboxMessage.id.desc()).limit(most)


def _by_hand() -> Select[Any]:
    counts = counted_by_hand(hidden_from(VIEWER), bindparam("now", type_=Instant)).subquery()
    return select(
        *_no_message(Post.BY_HAND), counts.c.channel, _no_trouble(), counts.c.number.label("total")
    )


def _would_go() -> Select[Any]:
    channel = cast(null(), OutboxMessage.channel.type).label("channel")
    number = func.count(OutboxMessage.id).label("total")
    return select(*_no_message(Post.WOULD_GO), channel, _no_trouble(), number).where(would_go())


def _no_message(kind: Post) -> Sequence[ColumnElement[Any]]:
    return (
        literal(kind.value).label("kind"),
        cast(null(), Integer).label("id"),
        literal("").label("address"),
        literal("").label("name"),
    )


def _no_trouble() -> Label[Any]:
    return cast(null(), OutboxMessage.trouble.type).label("trouble")
