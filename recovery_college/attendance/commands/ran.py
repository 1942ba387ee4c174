"""A session that is over did not happen, or was on another day: as long as nobody is marked."""

from recovery_college.accounts.models import Person
from recovery_college.attendance import queries
from recovery_college.attendance.rules import check_unmarked
from recovery_college.college.rules import College
from recovery_college.database import hold, transaction
from recovery_college.enrolment.commands import afterwards
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import alone


def did_not_happen(actor: Person, session: Session, reason: str, college: College) -> None:
    """`reason` is one of the college's list. Nobody is told."""
    with transaction():
        _hold_unmarked(session)
        alone.check_reason(reason, college.cancel_reasons.splitlines())
        afterwards.write_off(actor, session, reason)


def was_on_another_day(actor: Person, session: Session, meeting: Meeting) -> None:
    """Its register can be taken then. Nobody is told."""
    with transaction():
        _hold_unmarked(session)
        afterwards.put_right(actor, session, meeting)


def _hold_unmarked(session: Session) -> None:
    """Whoever takes its register waits."""
    hold(session.run, session)
    marks = [*queries.standing_marks(session), *queries.standing_tutors(session)]
    check_unmarked(len(marks))
