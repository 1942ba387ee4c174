"""Nothing is kept for ever: what has been kept long enough goes, and its owner hears before."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, literal, select, update

from recovery_college import audit, clock
from recovery_college.accounts.models import OneTimeLink, Person, Throttle, Visit
from recovery_college.attendance import feedback
from recovery_college.attendance.models import FeedbackAnswer, PairNote, Welcome
from recovery_college.audit.models import AuditEntry
from recovery_college.calendars.models import IncomingMail
from recovery_college.calendars.rules import MAIL_KEPT
from recovery_college.college.queries import the_college
from recovery_college.college.rules import College
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment.models import THREAD, Adjustment, Enrolment
from recovery_college.enrolment.queries import NEED_SETTLED
from recovery_college.errors import Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import MessageState
from recovery_college.privacy import notices, queries, rules
from recovery_college.privacy.commands.erasing import erase
from recovery_college.privacy.merging import FIELDS, LABELS
from recovery_college.privacy.models import DataCopy
from recovery_college.privacy.rules import TOLD_BEFORE, UNFINISHED_FOR, WELCOME_NAMED_FOR, YEAR
from recovery_college.scheduling.models import Run

log = logging.getLogger(__name__)
Say = Callable[[str], object]


def keep_no_longer(say: Say = lambda _words: None) -> Counter[str]:
    """One transaction for each person; what fails for one is logged, and tried again next time."""
    now, college, done = clock.now(), the_college(), Counter[str]()
    _each(queries.people_to_tell(now, college), _tell, done, say)
    _each(queries.people_to_forget(now, college), _forget, done, say)
    _each(queries.unfinished(now), _forget_unfinished, done, say)
    _each(queries.people_whose_needs_go(now, college), _forget_needs, done, say)
    with transaction():
        done.update(_sweep(now, college))
        done += Counter()  # what came to nothing is not said
        if done:
            counted = (f"{what.replace(' ', '_')}={many}" for what, many in sorted(done.items()))
            audit.record(None, "kept no longer", "retention", fields=counted, at=now)
    return done


def _each(people: list[Person], do: Callable[[Person], str], done: Counter[str], say: Say) -> None:
    for number, person in enumerate(people, 1):
        try:
            done[do(person)] += 1
        except Refusal:
            done["kept because the college needs them"] += 1
        except Exception as fault:
            log.error("person %s: %s", person.id, type(fault).__name__)
            db.session.rollback()
        if number % 100 == 0:
            say(f"{number:,} of {len(people):,} people")


def _tell(person: Person) -> str:
    now, years = clock.now(), the_college().keep_people_years
    with transaction():
        hold(person)
        if not rules.is_due_to_be_told(person.active_at, now, years=years):
            return "still here"
        person.ending_told_at = now
        ends_at = max(rules.ends_at(person.active_at, years=years), now + TOLD_BEFORE)
        notices.record_ends(person, ends_at, now)
        audit.record(None, "told of the end", person, fields=("ending_told_at",), at=now)
    return "people told"


def _forget(person: Person) -> str:
    erase(None, person)
    return "people forgotten"


def _forget_unfinished(person: Person) -> str:
    erase(None, person)
    return "unfinished joinings"


def _forget_needs(person: Person) -> str:
    now, college = clock.now(), the_college()
    with transaction():
        hold(person)
        if not queries.needs_are_over(person, now, college):
            return "still needed"
        person.needs, person.needs_shared = "", False
        person.earlier = rules.without(person.earlier, FIELDS["needs"], LABELS)
        audit.record(None, "kept no longer", person, fields=("needs", "needs_shared"), at=now)
    return "people's needs forgotten"


def _sweep(now: datetime, college: College) -> dict[str, int]:
    """Rows that have had their time, whoever's they are."""
    old = now - college.keep_messages_years * YEAR
    long_ago = now - college.keep_people_years * YEAR
    settled = OutboxMessage.state != MessageState.WAITING
    kept = now - college.keep_audit_years * YEAR
    return {
        "visits": _delete(Visit, Visit.ends_at <= now),
        "links": _delete(OneTimeLink, OneTimeLink.ends_at <= now - TOLD_BEFORE),
        "tries": _delete(Throttle, Throttle.since_at <= now - UNFINISHED_FOR),
        "copies": _delete(DataCopy, DataCopy.ends_at <= now),
        "messages": _delete(OutboxMessage, settled, OutboxMessage.queued_at <= old),
        "words about courses": _delete(FeedbackAnswer, feedback.is_written_before(long_ago)),
        "notes of pairs": _delete(PairNote, PairNote.written_at <= old),
        "mail that came in": _delete(IncomingMail, IncomingMail.came_at <= now - MAIL_KEPT),
        "lines of history": _delete(
            AuditEntry, AuditEntry.keep_until <= now, AuditEntry.recorded_at <= kept
        ),
        "names of who was welcomed": _forget_welcomed(now),
        "what was arranged": _forget_what_was_arranged(now, college),
    }


def _forget_welcomed(now: datetime) -> int:
    """Nobody has seen who they were; that they came stays counted."""
    named = (
        Welcome.settled_at.is_(None),
        Welcome.name != "",
        Welcome.made_at <= now - WELCOME_NAMED_FOR,
    )
    gone = update(Welcome).where(*named).values(name="").returning(Welcome.id)
    return len(db.session.execute(gone).all())


def _forget_what_was_arranged(now: datetime, college: College) -> int:
    """With its run gone for as long as needs are kept; and the letters and calls that said it."""
    runs = select(Run.id).where(Run.ends_at <= rules.needs_end(now, days=college.keep_needs_days))
    past = select(Enrolment.id).where(Enrolment.run_id.in_(runs))
    gone = update(Adjustment).where(Adjustment.how != "", Adjustment.enrolment_id.in_(past))
    many = len(
        db.session.execute(
            gone.values(how="", stands=False).returning(Adjustment.enrolment_id)
        ).all()
    )
    without = select(literal(THREAD) + Enrolment.uid).join(Adjustment).where(Adjustment.how == "")
    said = OutboxMessage.key.startswith(NEED_SETTLED), OutboxMessage.thread.in_(without)
    _delete(OutboxMessage, *said)
    return many


def _delete(table: type, *conditions: object) -> int:
    keys = table.__table__.primary_key.columns.values()[0]  # type: ignore[attr-defined]
    gone = delete(table).where(*conditions).returning(keys)  # type: ignore[arg-type]
    return len(db.session.execute(gone).all())
