"""Forget a person. What the college must keep stays, and says of nobody who it was."""

from sqlalchemy import and_, delete, func, or_, select, update

from recovery_college import audit, clock
from recovery_college.accounts import queries as people
from recovery_college.accounts import rules as accounts
from recovery_college.accounts.models import OneTimeLink, Person
from recovery_college.accounts.rules import Invites, ShownAs
from recovery_college.attendance.models import CertificateTutor
from recovery_college.calendars.commands.keeping import take_all_back
from recovery_college.calendars.models import IncomingMail
from recovery_college.college.queries import the_college
from recovery_college.database import (
    Model,
    db,
    forget_old_pages,
    hold,
    one_at_a_time,
    transaction,
)
from recovery_college.messages.models import OutboxMessage
from recovery_college.privacy import notices, queries
from recovery_college.privacy.commands import places
from recovery_college.privacy.rules import MAY_NAME_ANYBODY, SOMEBODY, TEACHING, Fate, NamesKept
from recovery_college.scheduling.models import Delivery, ProposedSlot, Session, TimeProposal
from recovery_college.scheduling.rules import DeliveryState
from recovery_college.tutors.models import Tutor

MANAGERS = "managers"
KEPT_OF_TUTORS = {"id", "person_id"}
KEPT = {"id", "name", "made_at", "active_at", "joined_at", "search", "discreet", "invites"}


def erase(actor: Person | None, person: Person) -> None:
    """At their own wish, told to us in any way; or because they were gone for years."""
    now = clock.now()
    with transaction():
        one_at_a_time(MANAGERS)
        hold(person)
        hold(*filter(None, (queries.tutor_of(person),)))
        if queries.is_needed(person):
            raise _why_not(person)
        _forget_address(person)
        places.give_up_all(actor, person, the_college())
        for entry in take_all_back(person, now):
            notices.taken_back(entry, now)
        notices.goodbye(person, now)
        audit.record(actor, "erased", person, fields=(), at=now)
        places.forget_whose(person)
        _forget_rows(person)
        _forget_teaching(person)
        if queries.must_stay(person):
            _say_nothing(person)
        else:
            db.session.execute(delete(Tutor).where(Tutor.person_id == person.id))
            db.session.delete(person)
    forget_old_pages()


def _why_not(person: Person) -> Exception:
    return NamesKept() if len(people.managers()) > 1 else accounts.LastManager()


def _forget_address(person: Person) -> None:
    """Also where it stands without saying whose it is; but not what goes to a companion there."""
    email = accounts.address_key(person.email or "")
    theirs = or_(OutboxMessage.person_id.is_(None), OutboxMessage.person_id == person.id)
    sent = delete(OutboxMessage).where(func.lower(OutboxMessage.address) == email, theirs)
    db.session.execute(sent)
    if email:
        db.session.execute(delete(IncomingMail).where(IncomingMail.sender == email))
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.address_key == email))


def _forget_rows(person: Person) -> None:
    db.session.expire(person, ["role_rows", "sign_in"])
    for table in MAY_NAME_ANYBODY:
        db.session.execute(delete(Model.metadata.tables[table]))
    for key in queries.keys_that(Fate.GOES):
        db.session.execute(delete(key.table).where(key.column == person.id))
    for key in queries.keys_that(Fate.FORGETS):
        nobody = update(key.table).where(key.column == person.id)
        db.session.execute(nobody.values({key.column.name: None}))
    db.session.expire(person)


def _forget_teaching(person: Person) -> None:
    """What they taught stays counted on its side; what they told us for it goes."""
    tutor = queries.tutor_of(person)
    if tutor is None:
        return
    _leave_sessions(tutor)
    made = select(TimeProposal.id).where(TimeProposal.made_by_id == tutor.id)
    db.session.execute(delete(ProposedSlot).where(ProposedSlot.proposal_id.in_(made)))
    stays = queries.must_stay(person)
    for key in queries.keys_to_tutors():
        if TEACHING[str(key)].fate is Fate.GOES or not stays:
            db.session.execute(delete(key.table).where(key.column == tutor.id))
    named = update(CertificateTutor).where(CertificateTutor.tutor_id == tutor.id)
    db.session.execute(named.values(name=""))
    for column in Tutor.__table__.columns:
        if column.name not in KEPT_OF_TUTORS:
            setattr(tutor, column.name, None if column.default is None else column.default.arg)
    db.session.flush()
    db.session.expire(tutor)


def _leave_sessions(tutor: Tutor) -> None:
    """Of sessions to come they are no half any more: the office must find one by today."""
    now = clock.now()
    mine = and_(Delivery.tutor_id == tutor.id, Delivery.starts_at > now)
    accepted = select(Delivery.session_id).where(mine, Delivery.state == DeliveryState.ACCEPTED)
    db.session.execute(
        update(Session)
        .where(Session.id.in_(accepted), Session.pair_by_on.is_(None))
        .values(pair_by_on=clock.in_london(now).date())
    )
    db.session.execute(delete(Delivery).where(mine))


def _say_nothing(person: Person) -> None:
    """The row stands for somebody, and nothing in it says for whom."""
    for column in Person.__table__.columns:
        if column.name not in KEPT:
            blank = "" if not column.nullable and column.type.python_type is str else None
            setattr(person, column.name, False if column.type.python_type is bool else blank)
    person.name, person.discreet, person.invites = SOMEBODY, True, Invites.NONE
    for contributor in queries.contributions_of(person):
        contributor.shown_as = ShownAs.NOT_NAMED
