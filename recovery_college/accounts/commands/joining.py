"""Joining the college: each step is kept as soon as it is taken."""

from collections.abc import Mapping

from recovery_college import audit, clock
from recovery_college.accounts import notices, queries, rules
from recovery_college.accounts.commands import agreeing, throttling
from recovery_college.accounts.commands.signing_in import Asking, begin_visit, make_address_link
from recovery_college.accounts.models import Person, SignIn, Visit
from recovery_college.accounts.rules import address_key
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply


def begin_to_join(asking: Asking, values: Mapping[str, object], proven: str) -> Visit:
    """A name is enough to begin. `proven` is an address that a link has proven, or nothing."""
    now = clock.now()
    with transaction():
        network = asking.throttle("joins", asking.network)
        throttling.check_not_blocked(network, now)
        throttling.count_try(network, rules.JOINS_OF_NETWORK, now)
        person = Person(**values, over_18_at=now, made_at=now, active_at=now)
        if proven and queries.sign_in_at(proven) is None:
            person.email = proven
            person.sign_in = SignIn(address_key=address_key(proven), verified_at=now)
        db.session.add(person)
        db.session.flush()
        audit.record(person, "began to join", person, fields=sorted(values), at=now)
        return begin_visit(person, asking)


def keep_reach(asking: Asking, person: Person, edit: Edit) -> None:
    """How to reach them. A new address is sent a link; the page says the same of any address."""
    now = clock.now()
    with transaction():
        hold(person)
        fields = apply(person, edit)
        rules.check_reachable(person.contact_by, person.email or "", person.phone, person.address)
        if "email" in fields and person.email and not _is_proven(person):
            key, link = make_address_link(person, person.email, asking.device_key, now)
            notices.prove_address(link, key, person, person.email, now)
        if fields:
            audit.record(person, "changed", person, fields=fields, at=now)


def finish_joining(person: Person, agreement_id: int | None) -> None:
    """They have read the agreement and say yes to the version that they were shown."""
    now = clock.now()
    with transaction():
        hold(person)
        agreeing.accept(person, agreement_id)
        if person.joined_at is None:
            person.joined_at = now
            audit.record(person, "joined", person, fields=(), at=now)


def _is_proven(person: Person) -> bool:
    known = person.sign_in
    return known is not None and known.address_key == address_key(person.email or "")
