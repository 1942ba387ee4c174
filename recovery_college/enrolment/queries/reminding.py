"""Who is to be reminded of what comes, or of an offer that ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import THREAD, Enrolment, EnrolmentStep, NotComing
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.offers import By
from recovery_college.enrolment.rules.reminding import FIRST_CALL, SHIFTED, Reminder
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState

OFFER_ENDS = "offer_ends"
SAY_ALL_DATES = ("place_confirmed:", "dates_changed:", f"{Reminder.COURSE_BEGINS}:")


@dataclass(frozen=True)
class Comes:
    """Somebody comes to this session. `told_at` is when they were last told all dates."""

    enrolment: Enrolment
    session: Session
    told_at: datetime | None

    @property
    def is_first(self) -> bool:
        return self.session.starts_at == self.enrolment.run.starts_at


def to_remind(now: datetime, ahead: Mapping[Reminder, timedelta]) -> Sequence[Comes]:
    """Of sessions that come so soon, whoever has not been reminded, and can come."""
    return _comes(_to_remind(now, ahead))


def to_remind_on(run: Run, now: datetime, ahead: Mapping[Reminder, timedelta]) -> Sequence[Comes]:
    return _comes(_to_remind(now, ahead).where(Session.run_id == run.id))


def offers_ending(now: datetime) -> Sequence[tuple[Enrolment, datetime]]:
    """Those that end soon and were told in a message, without a reminder; and since when."""
    offered = EnrolmentStep.enrolment_id == Enrolment.id, EnrolmentStep.state == State.OFFERED
    since = select(func.max(EnrolmentStep.at)).where(*offered).scalar_subquery()
    found = (
        select(Enrolment, since)
        .where(Enrolment.state == State.OFFERED, Enrolment.offered_by == By.MESSAGE)
        .where(Enrolment.answer_by > now, Enrolment.answer_by <= now + FIRST_CALL + SHIFTED)
        .where(~_promised(f"{OFFER_ENDS}:" + Enrolment.uid))
        .options(joinedload(Enrolment.person), joinedload(Enrolment.run).joinedload(Run.course))
        .order_by(Enrolment.run_id, Enrolment.id)
    )
    return [(enrolment, at) for enrolment, at in db.session.execute(found) if at is not None]


def _comes(found: Select[Enrolment, Session, datetime | None]) -> Sequence[Comes]:
    rows = db.session.execute(found)
    return [Comes(enrolment, session, told_at) for enrolment, session, told_at in rows]


def _to_remind(
    now: datetime, ahead: Mapping[Reminder, timedelta]
) -> Select[Enrolment, Session, datetime]:
    begins = and_(
        Session.starts_at == Run.starts_at,
        Session.starts_at <= now + ahead[Reminder.COURSE_BEGINS],
        ~_promised(_key(Reminder.COURSE_BEGINS)),
    )
    comes = Session.starts_at <= now + ahead[Reminder.SESSION_TOMORROW]
    return (
        select(Enrolment, Session, _told_at())
        .join_from(Session, Run, Session.run_id == Run.id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Session.kind == SessionKind.TEACHING, Session.state == SessionState.PLANNED)
        .where(Session.starts_at > now, Session.starts_at <= now + max(ahead.values()))
        .where(Enrolment.state == State.CONFIRMED, or_(begins, comes))
        .where(~_promised(_key(Reminder.SESSION_TOMORROW)), ~_told())
        .options(contains_eager(Enrolment.person))
        .options(contains_eager(Enrolment.run).joinedload(Run.course))
        .order_by(Session.run_id, Enrolment.id, Session.starts_at)
    )


def _told_at() -> ColumnElement[datetime]:
    said = or_(*(OutboxMessage.key.startswith(each) for each in SAY_ALL_DATES))
    told = select(func.max(OutboxMessage.queued_at)).where(
        OutboxMessage.person_id == Enrolment.person_id,
        OutboxMessage.thread == THREAD + Enrolment.uid,
        OutboxMessage.state != MessageState.DROPPED,
        said,
    )
    return told.correlate(Enrolment).scalar_subquery()


def _told() -> ColumnElement[bool]:
    mine = NotComing.enrolment_id == Enrolment.id
    return exists().where(mine, NotComing.session_id == Session.id)


def _promised(key: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(OutboxMessage.key == key)


def _key(reminder: Reminder) -> ColumnElement[str]:
    """As the notice writes it: of another start it is another."""
    start = cast(cast(extract("epoch", Session.starts_at), BigInteger), String)
    return f"{reminder}:" + Enrolment.uid + ":" + cast(Session.id, String) + ":" + start
