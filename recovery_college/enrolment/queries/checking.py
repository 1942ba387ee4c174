"""What was written to somebody of whom we did not hear, and what is to be said on the phone."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Session

CHECKING_OK, CHECKING_CALL = "checking_ok", "checking_call"
BESIDE = {CHECKING_OK: ":checking", CHECKING_CALL: ":calling"}  # after the thread of the place
Checked = tuple[OutboxMessage | None, OutboxMessage | None]


def checking_keys(notice: str, enrolment: Enrolment, session: Session) -> str:
    """How the keys of all of one session begin."""
    return f"{notice}:{enrolment.uid}:{session.id}:"


def checking_key(notice: str, enrolment: Enrolment, session: Session, mark_id: int) -> str:
    """Once for each mark: one that was put right and is made again is another."""
    return f"{checking_keys(notice, enrolment, session)}{mark_id}"


def checked(marks: Sequence[tuple[Enrolment, int]], session: Session) -> dict[int, Checked]:
    """The line and the call, by the id of the place; `marks` say which mark it was of each."""
    keys = {
        each.id: [checking_key(notice, each, session, mark_id) for notice in BESIDE]
        for each, mark_id in marks
    }
    asked = [key for both in keys.values() for key in both]
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.key.in_(asked)))
    found = {row.key: row for row in rows}
    return {id: (found.get(line), found.get(call)) for id, (line, call) in keys.items()}


def of_ids(ids: Collection[int]) -> Sequence[Enrolment]:
    asked = select(Enrolment).where(Enrolment.id.in_(ids)).order_by(Enrolment.id)
    return db.session.scalars(asked.options(joinedload(Enrolment.person))).all()
