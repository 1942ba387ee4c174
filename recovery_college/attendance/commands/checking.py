"""Checking they are OK: one press of the office for all of whom it did not hear."""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.attendance import following
from recovery_college.college.rules import College
from recovery_college.database import hold, transaction
from recovery_college.enrolment.commands import checking
from recovery_college.scheduling.models import Session


def ask_whether_ok(actor: Person, session: Session, college: College) -> int:
    """How many were written to now. Whoever has been before is not again."""
    now = clock.now()
    with transaction():
        hold(session)
        hold(*(each.enrolment for each in following.unheard_on(session, college)))
        found = [each for each in following.unheard_on(session, college) if not each.is_asked]
        for each in found:
            checking.write_to(each.enrolment, session, each.mark_id, now)
            if each.why_call is not None:
                checking.have_called(each.enrolment, session, each.mark_id, now)
            audit.record(actor, "asked after", each.enrolment, fields=(), at=now)
    return len(found)
