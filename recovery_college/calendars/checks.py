"""What must always be true of entries. Each check gives those that break it."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from recovery_college import clock
from recovery_college.calendars.behind import HOLDER
from recovery_college.calendars.models import Entry
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState, Method
from recovery_college.scheduling.models import Delivery
from recovery_college.tutors.models import Tutor


def _twice() -> list[str]:
    stands = and_(Entry.cancelled_at.is_(None), Entry.session_id.is_not(None))
    same = select(func.max(Entry.id)).where(stands).group_by(Entry.holder, Entry.session_id)
    return _broken(same.having(func.count() > 1))


def _somebody_elses() -> list[str]:
    """A tutor's entry, in the calendar of another."""
    own = and_(Entry.holder == HOLDER, Delivery.session_id == Entry.session_id)
    found = select(Entry.id).join(Delivery, own).join(Tutor, Tutor.id == Delivery.tutor_id)
    to_come = (Entry.cancelled_at.is_(None), Entry.ends_at > clock.now())
    return _broken(found.where(*to_come, Tutor.person_id != Entry.person_id))


def _back_to_life() -> list[str]:
    """A calendar takes what it is asked for after it was taken back for something new."""
    off = aliased(OutboxMessage)
    asked, live = OutboxMessage, MessageState.DROPPED
    before = exists().where(
        off.uid == asked.uid,
        off.state != live,
        off.method == Method.CANCEL,
        off.address == asked.address,
        off.id < asked.id,
    )
    found = select(Entry.id).join(asked, asked.uid == Entry.uid)
    return _broken(found.where(asked.state != live, asked.method == Method.REQUEST, before))


def _broken(found: Select[Any]) -> list[str]:
    return [f"calendar_entry:{id}" for id in db.session.scalars(found.order_by(None))]


CHECKS = {
    "No session stands twice in a calendar for the same reason": _twice,
    "Every entry of what somebody teaches is in their own calendar": _somebody_elses,
    "Nothing is asked of a calendar after it was taken back": _back_to_life,
}
