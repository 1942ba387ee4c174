"""Joining the college: each step is kept as soon as it is taken."""

from collections.abc import Collection, Mapping
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts import queries, rules
from recovery_college.accounts.commands import agreeing, details, throttling
from recovery_college.accounts.commands.signing_in import (
    Asking,
    begin_visit,
    is_free,
    links_are_blocked,
    prove_address,
    send_proof,
)
from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import Person, SignIn, Visit
from recovery_college.accounts.rules import JoinStep, address_key
from recovery_college.accounts.words import plain
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit


def begin_to_join(asking: Asking, values: Mapping[str, object], proven: str) -> Visit:
    """A name is enough to begin. `proven` is an address that they have just proven, or nothing.

    Whoever gave this address before, and was called so, comes back to their record: it may be
    one of several with the address, so that a link alone could not tell. Any other name is that
    of somebody new, who is shown nothing of the others; the office is told of both records.
    """
    now = clock.now()
    with transaction():
        network = asking.throttle("joins", asking.network)
        if throttling.is_blocked(network, now):
            raise rules.TooManyJoined
        throttling.count_try(network, rules.JOINS_OF_NETWORK, now)
        known = _known_as(values["name"], proven)
        if known is not None:
            return _come_back(known, asking, proven, now)
        person = Person(
            **values, over_18_at=now, made_at=now, active_at=now, join_step=JoinStep.REACH
        )
        if proven and is_free(proven):
            person.email = proven
            person.sign_in = SignIn(address_key=address_key(proven), verified_at=now)
        db.session.add(person)
        db.session.flush()
        audit.record(person, "began to join", person, fields=sorted(values), at=now)
        return begin_visit(person, asking)


def keep_step(person: Person, step: JoinStep, edit: Edit) -> None:
    """What stood on a page, and how far they have come."""
    with transaction():
        details.keep_details(person, edit)
        _come_to(person, step)


def keep_reasons(person: Person, reasons: Collection[Reason]) -> None:
    """None is an answer too: they went on without one."""
    with transaction():
        hold(person)
        details.keep_reasons(person, reasons)
        _come_to(person, JoinStep.REASONS)


def finish_joining(asking: Asking, person: Person, agreement_id: int | None) -> None:
    """They have read the agreement and say yes to the version that they were shown.

    The link that proves their address goes now, so that it doesn't call them away before.
    """
    now = clock.now()
    with transaction():
        hold(person)
        agreeing.accept(person, agreement_id)
        if person.is_joining:
            person.join_step, person.joined_at = None, now
            audit.record(person, "joined", person, fields=(), at=now)
            _prove(asking, person, now)


def _known_as(name: object, proven: str) -> Person | None:
    """The one who gave this address under this name, while nobody has proven it.

    Nobody of the office or of the tutors: the office sends them a link that is theirs.
    """
    if not proven or queries.sign_in_at(proven) is not None:
        return None
    same = [p for p in queries.people_at(proven) if plain(p.name) == plain(str(name))]
    return same[0] if len(same) == 1 and not same[0].roles else None


def _come_back(person: Person, asking: Asking, proven: str, now: datetime) -> Visit:
    hold(person)
    prove_address(person, proven, now)
    person.over_18_at = person.over_18_at or now
    return begin_visit(person, asking)


def _come_to(person: Person, step: JoinStep) -> None:
    if person.join_step is not None:
        person.join_step = rules.step_after(step, person.join_step)


def _prove(asking: Asking, person: Person, now: datetime) -> None:
    """Known or not, the same happens; an address that was sent many links gets no more."""
    email = person.email
    if not email or details.is_own_address(person, email):
        return
    if not links_are_blocked(asking, email, now):
        send_proof(asking, person, email, now)
