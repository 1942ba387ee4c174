"""A mail came to the address that invites come from: it is filed, and an answer in it counts.

Nobody's place is taken away by it, and no tutor who has said yes is let go by it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import people_at
from recovery_college.accounts.rules import address_key
from recovery_college.calendars import answers
from recovery_college.calendars.incoming import Arrived
from recovery_college.calendars.models import Entry, IncomingMail
from recovery_college.calendars.rules import OF_A_TUTOR, SAID, MailKind, MailState
from recovery_college.college.queries import the_college
from recovery_college.database import Model, db, hold, one_at_a_time, transaction
from recovery_college.enrolment import notices, office
from recovery_college.enrolment.commands import coming
from recovery_college.enrolment.models import THREAD, Enrolment
from recovery_college.errors import NotFound, Refusal
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.commands import asking
from recovery_college.scheduling.models import Delivery, Session
from recovery_college.scheduling.rules import DeliveryState

log = logging.getLogger(__name__)
INCOMING = "incoming mail"


def receive(mail: Arrived) -> None:
    """Bringing it twice is bringing it once. What can't be done as it says is for the office."""
    now = clock.now()
    try:
        with transaction():
            if _is_new(mail):
                _file(mail, _follow(mail, now), now)
    except SQLAlchemyError:
        raise
    except Exception as fault:
        if not isinstance(fault, Refusal | NotFound):
            log.error("a mail could not be followed: %s", type(fault).__name__)
        with transaction():
            if _is_new(mail):
                _file(mail, MailState.FOR_THE_OFFICE, now)


def see(actor: Person, mail: IncomingMail) -> None:
    """Somebody of the office has looked at it."""
    now = clock.now()
    with transaction():
        hold(mail)
        if mail.state is MailState.FOR_THE_OFFICE:
            mail.state = MailState.SEEN
            audit.record(actor, "saw to", mail, fields=(), at=now)


def _is_new(mail: Arrived) -> bool:
    one_at_a_time(INCOMING)
    return not answers.is_filed(mail.digest)


def _follow(mail: Arrived, now: datetime) -> MailState:
    """Do as it says, if it comes from the one who was asked."""
    entry = _entry_of(mail)
    if entry is None or mail.kind not in SAID or not _is_theirs(entry, mail):
        return MailState.DONE if mail.kind is MailKind.NOTE else MailState.FOR_THE_OFFICE
    if entry.holder.startswith(OF_A_TUTOR):
        return _from_tutor(_delivery(entry), entry, mail, now)
    return _from_student(_enrolment(entry), entry, mail, now)


def _from_student(enrolment: Enrolment, entry: Entry, mail: Arrived, now: datetime) -> MailState:
    """A no is about this session, and takes nothing away; a yes takes the no back."""
    hold(enrolment)
    if _counts(entry, mail):
        _note(entry, enrolment, mail, now)
        session = entry.session
        if session is not None and coming.could_say(enrolment, session, now):
            _say_of(enrolment, session, entry, mail.kind, now)
    return MailState.DONE


def _say_of(
    enrolment: Enrolment, session: Session, entry: Entry, said: MailKind, now: datetime
) -> None:
    if said is MailKind.ACCEPTED:
        coming.untell(entry.person, enrolment, session, now)
    elif said is MailKind.DECLINED:
        coming.tell(entry.person, enrolment, session, now)
        if entry.starts_at > now:
            notices.cannot_come(enrolment, entry, now)


def _from_tutor(delivery: Delivery, entry: Entry, mail: Arrived, now: datetime) -> MailState:
    """It answers the request. Who had said yes and now says no has to talk to somebody first."""
    hold(delivery.tutor, delivery.session.run, delivery.session)
    db.session.refresh(delivery)
    if not _counts(entry, mail):
        return MailState.DONE
    _note(entry, delivery, mail, now)
    match delivery.state, mail.kind:
        case DeliveryState.ASKED, MailKind.ACCEPTED:
            asking.accept(delivery.tutor.person, delivery, the_college())
        case DeliveryState.ASKED, MailKind.DECLINED:
            asking.decline(delivery.tutor.person, delivery)
        case DeliveryState.ACCEPTED, MailKind.DECLINED:
            return MailState.FOR_THE_OFFICE
    return MailState.DONE


def _counts(entry: Entry, mail: Arrived) -> bool:
    """Not if the entry is off, or has another time than the one that they answer."""
    db.session.refresh(entry)
    return entry.stands and mail.sequence >= answers.asked_last(entry)


def _note(entry: Entry, about: Model, mail: Arrived, now: datetime) -> None:
    answer = SAID[mail.kind]
    if entry.answer is not answer:
        entry.answer = answer
        said = "answered by their calendar about"
        audit.record(entry.person, said, about, fields=("answer",), at=now)


def _file(mail: Arrived, state: MailState, now: datetime) -> None:
    """Who sent it stands there only where the office has no other way to know."""
    entry, message = _entry_of(mail), answers.message_named(mail.returned)
    known = people_at(mail.sender) if mail.sender else []
    filed = IncomingMail(digest=mail.digest, came_at=now, kind=mail.kind, state=state)
    filed.uid, filed.entry = mail.uid or None, entry
    filed.message_id = message.id if message else None
    filed.person_id = _whose(entry, message, known)
    if state is MailState.FOR_THE_OFFICE and message is None:
        is_theirs = _is_theirs(entry, mail) if entry else len(known) == 1
        filed.sender = "" if is_theirs else mail.sender
        filed.subject = "" if entry or known else mail.subject
    db.session.add(filed)


def _whose(
    entry: Entry | None, message: OutboxMessage | None, known: Sequence[Person]
) -> int | None:
    about = entry or message
    if about is not None:
        return about.person_id
    return known[0].id if len(known) == 1 else None


def _is_theirs(entry: Entry, mail: Arrived) -> bool:
    """A stranger's answer changes nothing, though they know which entry it is."""
    return bool(mail.sender) and mail.sender == address_key(entry.mailed_to or "")


def _entry_of(mail: Arrived) -> Entry | None:
    return answers.entry_at(mail.uid) if mail.uid else None


def _enrolment(entry: Entry) -> Enrolment:
    uid = entry.holder.removeprefix(THREAD)
    found = office.by_uid({uid}).get(uid)
    if found is None:
        raise NotFound
    return found


def _delivery(entry: Entry) -> Delivery:
    found = db.session.get(Delivery, int(entry.holder.removeprefix(OF_A_TUTOR)))
    if found is None:
        raise NotFound
    return found
