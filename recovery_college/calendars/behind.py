"""Which tutors' entries have yet to follow what is taught.

Nothing marks them, so that no verb of scheduling need know of calendars: the two are compared.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    literal,
    or_,
    select,
    text,
)

from recovery_college.calendars.models import Entry
from recovery_college.calendars.rules import OF_A_TUTOR
from recovery_college.database import Instant, db
from recovery_college.scheduling.models import Delivery, Session

# Written out, so that either database sees that its partial index fits.
TAKEN = text("delivery.state = 'accepted' AND delivery.live")
STANDING = text(
    "calendar_entry.cancelled_at IS NULL AND substr(calendar_entry.holder, 1, 9) = 'delivery:'"
)
NOW: BindParameter[datetime] = bindparam("now", type_=Instant())
HOLDER = literal(OF_A_TUTOR) + cast(Delivery.id, String)


def delivery_id_of(holder: str) -> int:
    return int(holder.removeprefix(OF_A_TUTOR))


def deliveries_behind(now: datetime, most: int) -> Sequence[int]:
    """Of what is to come: those whose calendars don't say what is so; some may be gone.

    Whoever said yes themself comes before what was brought with a workbook.
    """
    asked = {"now": now, "most": most}
    connection = db.session.connection()
    unlike = connection.execute(_unlike(), asked).scalars().all()
    left = connection.execute(_left(), asked).scalars().all()
    return list(dict.fromkeys((*map(delivery_id_of, left), *unlike)))


def differs() -> ColumnElement[bool]:
    """An entry and its session, beside each other."""
    return or_(
        Entry.starts_at != Session.starts_at,
        Entry.ends_at != Session.ends_at,
        Entry.room_id.is_distinct_from(Session.room_id),
        Entry.link != Session.link,
    )


@lru_cache
def _unlike() -> Select[int]:
    """Accepted, and its entry is not there, or says something else than its session."""
    of_it = and_(Entry.holder == HOLDER, Entry.session_id == Delivery.session_id)
    own = and_(of_it, STANDING, Entry.ends_at > NOW)
    return (
        select(Delivery.id)
        .join(Session, Session.id == Delivery.session_id)
        .outerjoin(Entry, own)
        .where(TAKEN, Delivery.ends_at > NOW, or_(Entry.id.is_(None), differs()))
        .order_by(Delivery.answered_at.is_(None), Delivery.id)
        .limit(bindparam("most"))
    )


@lru_cache
def _left() -> Select[Any]:
    """It stands in a calendar, and nobody has accepted it, or it is off, or gone."""
    taken = exists().where(Delivery.session_id == Entry.session_id, Entry.holder == HOLDER, TAKEN)
    return (
        select(Entry.holder)
        .where(STANDING, Entry.ends_at > NOW, ~taken)
        .order_by(Entry.ends_at)
        .limit(bindparam("most"))
    )
