"""Every need that somebody shared ends: the office says how, and the student whether it works."""

from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, hold, transaction
from recovery_college.editing import print_of
from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules.needs import (
    Settled,
    check_answers,
    check_can_settle,
    check_says_how,
)
from recovery_college.errors import NotFound, Refusal

SETTLED, AGREED, AGAIN = "settled what helps on", "said yes to what helps on", "asked again on"


def settle(actor: Person, enrolment: Enrolment, state: Settled, how: str, *, seen: str) -> None:
    """`seen` is the print of what the office had read when it answered: `what_stands`.

    Pressing twice is saying it once; other words are said anew.
    """
    now, how = clock.now(), how.strip()
    check_says_how(how)
    with transaction():
        person = _hold(enrolment)
        found = queries.adjustment_of(enrolment)
        if found and found.stands and (found.state, found.how) == (state, how):
            return
        check_can_settle(enrolment.state, person.shares_needs, enrolment.run.ends_at, now)
        if seen != what_stands(enrolment):
            raise Refusal("This has changed meanwhile. Read it once more, and save again.")
        by_id, found = actor.id, found or Adjustment(enrolment_id=enrolment.id)
        found.state, found.how, found.stands = state, how, True
        found.settled_at, found.settled_by_id = now, by_id
        found.agreed = found.agreed_at = None
        db.session.add(found)
        audit.record(actor, SETTLED, enrolment, fields=(state.value,), at=now)
        notices.need_settled(enrolment, found, now)


def what_stands(enrolment: Enrolment) -> str:
    """A print of what they share, and of how it was settled before."""
    found = queries.adjustment_of(enrolment)
    before = found and (found.settled_at.timestamp(), found.stands)
    return print_of(f"{enrolment.person and enrolment.person.needs} {before}")


def agree(actor: Person, enrolment: Enrolment) -> None:
    """It works for them: they say so themself, or to the office on the phone."""
    now = clock.now()
    with transaction():
        found = _answered(enrolment)
        if found.agreed is None:
            found.agreed, found.agreed_at = True, now
            _heard(actor, enrolment, AGREED, now)


def ask_again(actor: Person, enrolment: Enrolment) -> None:
    """It does not, and they wish to talk: it is open again. That may be after a yes."""
    now = clock.now()
    with transaction():
        found = _answered(enrolment)
        if found.agreed is not False:
            found.agreed, found.agreed_at, found.stands = False, now, False
            _heard(actor, enrolment, AGAIN, now)


def _answered(enrolment: Enrolment) -> Adjustment:
    """What there is to answer. Who has asked again already has said so."""
    _hold(enrolment)
    found = queries.adjustment_of(enrolment)
    check_answers(queries.stage_of_need(found))
    if found is None:
        raise NotFound
    return found


def _heard(actor: Person, enrolment: Enrolment, verb: str, now: datetime) -> None:
    """What would ask them has not to go any more."""
    notices.take_back_need(enrolment)
    audit.record(actor, verb, enrolment, fields=(), at=now)


def _hold(enrolment: Enrolment) -> Person:
    """With its person: what they share can't change meanwhile."""
    if enrolment.person is None:
        raise NotFound
    hold(enrolment.person, enrolment)
    return enrolment.person
