"""Of whom we did not hear on a session, and what the office has done about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from recovery_college.accounts.rules import ContactBy
from recovery_college.attendance.models import Mark
from recovery_college.attendance.rules import MarkState
from recovery_college.attendance.rules.checking import WhyCall, why_call
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run, Session


@dataclass(frozen=True)
class Unheard:
    """One of them. `line` is what was written to them, `call` what waits to be said on the phone,
    `why_call` why they are to be called beside it.
    """

    enrolment: Enrolment
    mark_id: int
    line: OutboxMessage | None
    call: OutboxMessage | None
    why_call: WhyCall | None

    @property
    def is_asked(self) -> bool:
        return self.line is not None


def unheard_on(session: Session, college: College) -> list[Unheard]:
    """Whose mark that stands says so, by name; who has been forgotten is not among them."""
    marked = db.session.execute(
        select(Enrolment, Mark.id)
        .join(Mark, Mark.enrolment_id == Enrolment.id)
        .where(Mark.session_id == session.id, Mark.stands, Mark.state == MarkState.UNHEARD)
        .where(Enrolment.person_id.is_not(None))
        .options(joinedload(Enrolment.person))
        .options(joinedload(Enrolment.run).joinedload(Run.course))
    ).all()
    messages = queries.checked([(row[0], row[1]) for row in marked], session)
    marks = _marks(session, [row[0].id for row in marked])
    is_first = session.starts_at == session.run.starts_at
    found = [
        Unheard(
            each,
            mark_id,
            *messages.get(each.id, (None, None)),
            why_call(
                marks[each.id],
                is_first=is_first,
                asked=each.person is not None and each.person.contact_by is ContactBy.PHONE,
                college=college,
            ),
        )
        for each, mark_id in marked
    ]
    return sorted(found, key=_name)


def _name(each: Unheard) -> tuple[str, int]:
    name = each.enrolment.person.name if each.enrolment.person else ""
    return name.lower(), each.enrolment.id


def _marks(session: Session, enrolment_ids: Collection[int]) -> dict[int, Sequence[MarkState]]:
    """What stands of each on this run up to this session, in order."""
    found: dict[int, list[MarkState]] = {id: [] for id in enrolment_ids}
    rows = db.session.execute(
        select(Mark.enrolment_id, Mark.state)
        .join(Session, Mark.session_id == Session.id)
        .where(Mark.enrolment_id.in_(enrolment_ids), Mark.stands)
        .where(Session.starts_at <= session.starts_at)
        .order_by(Session.starts_at, Session.id)
    )
    for enrolment_id, state in rows:
        if enrolment_id is not None:
            found[enrolment_id].append(state)
    return dict(found)
