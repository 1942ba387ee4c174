"""Somebody comes without a place, and is welcome: counted at once, and seen to by the office."""

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.attendance.models import Mark, Welcome
from recovery_college.attendance.rules import MarkState, check_open
from recovery_college.database import db, hold, transaction
from recovery_college.errors import Refusal
from recovery_college.scheduling.models import Session

LONGEST = 100


def welcome(actor: Person, session: Session, name: str, key: str | None = None) -> Welcome:
    """With a name, whatever they like to be called. The room may be full: that is no refusal."""
    now = clock.now()
    name = name.strip()
    if not name:
        raise Refusal("Write their name, or what they like to be called.", field="name")
    if len(name) > LONGEST:
        raise Refusal(f"Write at most {LONGEST} letters.", field="name")
    with transaction():
        hold(session)
        check_open(session.starts_at, session.live, now)
        made = Welcome(session=session, name=name, made_at=now, made_by_id=actor.id, key=key)
        db.session.add(made)
        db.session.flush()
        db.session.add(
            Mark(
                session_id=session.id,
                run_id=session.run_id,
                welcome_id=made.id,
                state=MarkState.PRESENT,
                marked_at=now,
                kept_at=now,
                by_id=actor.id,
            )
        )
        session.taken = True
        audit.record(actor, "welcomed", made, fields=("session",), at=now)
    return made


def settle(actor: Person, found: Welcome, person: Person | None) -> None:
    """The office knows who it is, or leaves it at the count. The name as it was typed goes."""
    now = clock.now()
    with transaction():
        hold(found)
        if found.settled_at is not None:
            raise Refusal("Somebody has seen to this already.")
        found.person_id = person.id if person else None
        found.name, found.settled_at = "", now
        audit.record(actor, "saw to", found, fields=("person",) if person else (), at=now)
