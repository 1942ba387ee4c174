"""A tutor writes to the others of a run what went well, and what to change."""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.attendance import notes
from recovery_college.attendance.models import PairNote
from recovery_college.attendance.rules.notes import (
    check_can_write,
    check_names_nobody,
    check_says_something,
)
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Session


def write_note(person: Person, session: Session, went_well: str, to_change: str) -> None:
    """One of each tutor for a session; it can be changed, and nothing in both takes it away."""
    now = clock.now()
    went_well, to_change = went_well.strip(), to_change.strip()
    with transaction():
        tutor = notes.tutor_of(person, session)
        if tutor is None:
            raise NotFound
        hold(tutor, session)
        check_can_write(session.starts_at, session.live, now)
        found = notes.note_of(tutor, session)
        if found and not (went_well or to_change):
            db.session.delete(found)
        else:
            check_says_something(went_well, to_change)
            names = notes.names_on(session.run_id)
            check_names_nobody(names, went_well=went_well, to_change=to_change)
            found = found or PairNote(session_id=session.id, tutor_id=tutor.id)
            found.went_well, found.to_change, found.written_at = went_well, to_change, now
            db.session.add(found)
        audit.record(person, "wrote for the pair of", session, fields=(), at=now)
