"""Joining the college: each step is kept as soon as it is taken."""

from collections.abc import Collection, Mapping
from datetime import datetime

from recovery_college import audit, clock
from recovery_college.accounts import queries, rules
from recovery_college.accounts.commands import agreeing, details, throttling
from recovery_college.accounts.commands.signing_in import (
    Asking,
    begin_visit,
    links_are_blocked,
    send_proof,
)
from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import Person, SignIn, Visit
from recovery_college.accounts.rules import JoinStep, address_key
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit


def begin_to_join(asking: Asking, values: Mapping[str, object], proven: str) -> Visit:
    """A name is enough to begin. `proven` is an address that a link has proven, or nothing."""
    now = clock.now()
    with transaction():
        network = asking.throttle("joins", asking.network)
        if throttling.is_blocked(network, now):
            raise rules.TooManyJoined
        throttling.count_try(network, rules.JOINS_OF_NETWORK, now)
        person = Person(
            **values, over_18_at=now, made_at=now, active_at=now, join_step=JoinStep.REACH
        )
        if proven and queries.sign_in_at(proven) is None:
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
