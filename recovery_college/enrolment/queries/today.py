"""What is not happening today, and whoever was told so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, select
from sqlalchemy.orm import joinedload

from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import OTHERWISE, Channel
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionState

NOT_TODAY = "not_today"
CALLED = f"{OTHERWISE}{Channel.CALL}"  # instead of what failed for good
WAYS = (
    *(Channel.EMAIL, Channel.TEXT, Channel.CALL),
    *(f"{Channel.EMAIL}{CALLED}", f"{Channel.TEXT}{CALLED}"),
)


def told_today(session: Session) -> Sequence[tuple[Enrolment, OutboxMessage]]:
    """Each message about it, by whom it is for."""
    found = (
        select(Enrolment, OutboxMessage)
        .join_from(Enrolment, OutboxMessage, OutboxMessage.key.in_(_keys(str(session.id))))
        .where(Enrolment.run_id == session.run_id)
        .options(joinedload(Enrolment.person))
        .order_by(Enrolment.id, OutboxMessage.id)
    )
    return [(enrolment, message) for enrolment, message in db.session.execute(found)]


def messages_today(enrolment: Enrolment, session_id: int) -> Sequence[OutboxMessage]:
    """NotFound if they were told nothing of it."""
    keys = [f"{NOT_TODAY}:{session_id}:{enrolment.uid}:{way}" for way in WAYS]
    found = select(OutboxMessage).where(OutboxMessage.key.in_(keys)).order_by(OutboxMessage.id)
    rows = db.session.scalars(found).all()
    if not rows:
        raise NotFound
    return rows


def called_off(
    since: ColumnElement[datetime], until: ColumnElement[datetime]
) -> Select[*tuple[Any, ...]]:
    """Sessions whose students were told on the day that they are not happening: each with `id`,
    `run_id`, `title`, and `at` which it would have begun.
    """
    told = (
        exists()
        .where(Enrolment.run_id == Session.run_id)
        .where(OutboxMessage.key.in_(_keys(cast(Session.id, String))))
    )
    return (
        select(Session.id, Session.run_id, Course.title, Session.starts_at.label("at"))
        .join_from(Session, Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .where(Session.state == SessionState.CANCELLED, told)
        .where(Session.starts_at >= since, Session.starts_at < until)
    )


def _keys(session_id: str | ColumnElement[str]) -> list[ColumnElement[str]]:
    """As the notice writes them."""
    return [f"{NOT_TODAY}:" + session_id + ":" + Enrolment.uid + f":{way}" for way in WAYS]
