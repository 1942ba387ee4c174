"""Signing in and out: by password, by a link that works once; where one is signed in."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from recovery_college import audit, clock
from recovery_college.accounts import notices, passwords, queries, rules
from recovery_college.accounts.commands import throttling
from recovery_college.accounts.models import OneTimeLink, Person, SignIn, Visit
from recovery_college.accounts.rules import BadLink, WrongPassword, address_key
from recovery_college.accounts.secrets import digest, fresh_key, keyed_digest
from recovery_college.college.queries import the_college
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.errors import NotFound
from recovery_college.keys import Secret

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asking:
    """Who asks, as far as it can be known: the device in words, its own key, its network.

    `secret` is the application's; addresses and networks are only kept as digests with it.
    """

    device: str
    device_key: str
    network: str
    secret: Secret
    own_device: bool = False

    def throttle(self, kind: str, words: str) -> str:
        return keyed_digest(self.secret, f"{kind}:{words}")


def sign_in(asking: Asking, email: str, password: str) -> Visit:
    """By password. What is said and how long it takes is the same for an unknown address."""
    now = clock.now()
    account = asking.throttle("password", address_key(email))
    network = asking.throttle("network", asking.network)
    for key in (account, network):
        throttling.check_not_blocked(key, now)
    found = queries.sign_in_at(email)
    if not passwords.verifies(found.password_hash if found else None, password):
        _count_wrong(found, account, network, now)
        raise WrongPassword
    with transaction():
        person = db.session.get_one(Person, found.person_id if found else 0)
        hold(person)
        throttling.forget_tries(account)
        _keep_up(person, password, now)
        return _begin_visit(person, asking, now)


def ask_for_link(asking: Asking, email: str) -> None:
    """Send a link to the address; what is done is the same whether anybody has it."""
    now = clock.now()
    with transaction():
        _count_link(asking, email, now)
        whose = _whose(email)
        key, link = _make_link(whose, email, asking.device_key, now)
        notices.sign_in_link(link, key, email, now)


def send_link(actor: Person, person: Person, email: str) -> None:
    """The office sends a link that is this person's, whoever else has the address."""
    now = clock.now()
    with transaction():
        hold(person)
        key, link = _make_link(person, email, "", now)
        notices.sign_in_link(link, key, email, now)
        audit.record(actor, "sent a sign-in link to", person, fields=(), at=now)


def make_link(actor: Person | None, person: Person, email: str) -> str:
    """The operator hands a link over by another way than mail; gives its key."""
    now = clock.now()
    with transaction():
        hold(person)
        key, _link = _make_link(person, email, "", now)
        audit.record(actor, "made a sign-in link for", person, fields=(), at=now)
    return key


def send_proof(asking: Asking, person: Person, email: str, now: datetime) -> None:
    """A link that proves an address for somebody; if another signs in with it, their way in.

    What is done is the same for both. Inside a transaction, with the person held.
    """
    _count_link(asking, email, now)
    whose = queries.person_signing_in_at(email) or person
    key, link = _make_link(whose, email, asking.device_key, now)
    notices.prove_address(link, key, person, email, now)


def links_are_blocked(asking: Asking, email: str, now: datetime) -> bool:
    """Whether this address, or this network, has asked for too many."""
    return any(throttling.is_blocked(key, now) for key in _link_keys(asking, email))


def use_link(asking: Asking, key: str) -> Visit | str:
    """A visit for whoever the link was for; or the address that it proves, if nobody's yet."""
    now = clock.now()
    with transaction():
        link = queries.link_at(key)
        if link is None or not rules.is_good_link(link.ends_at, link.used_at, now):
            log.warning("a sign-in link opens nothing: %s", link.id if link else "unknown")
            raise BadLink
        if link.person is not None:
            hold(link.person, link)
        else:
            hold(link)
        rules.check_link(link.ends_at, link.used_at, now)
        link.used_at = now
        if link.person is None:
            return link.address_key
        prove_address(link.person, link.address_key, now)
        throttling.forget_tries(asking.throttle("password", link.address_key))
        return _begin_visit(link.person, asking, now)


def check_link(key: str) -> None:
    """Look, without using it up."""
    link = queries.link_at(key)
    if link is None:
        raise BadLink
    rules.check_link(link.ends_at, link.used_at, clock.now())


def is_elsewhere(key: str, asking: Asking) -> bool:
    """Whether it is opened on another device than the one that asked for it."""
    link = queries.link_at(key)
    if link is None or not link.device_digest:
        return False
    return not asking.device_key or digest(asking.device_key) != link.device_digest


def begin_visit(person: Person, asking: Asking) -> Visit:
    """Sign in somebody who has just joined, or whom another organisation vouches for."""
    now = clock.now()
    with transaction():
        hold(person)
        return _begin_visit(person, asking, now)


def prove_address(person: Person, address: str, now: datetime) -> None:
    """The first to prove an address signs in with it. Inside a transaction, with the person held.

    Whoever is signed in as them without having proven it, on another device, is not any more.
    """
    if person.sign_in is not None and person.sign_in.address_key == address:
        return
    if not is_free(address):
        raise BadLink
    if person.sign_in is None:
        db.session.execute(delete(Visit).where(Visit.person_id == person.id))
        person.sign_in = SignIn(address_key=address, verified_at=now)
    else:
        notices.address_changed(person, now)
        person.sign_in.address_key, person.sign_in.verified_at = address, now
    if address_key(person.email or "") != address:
        person.email = address
    audit.record(person, "proved", person, fields=("email",), at=now)


def is_free(address: str) -> bool:
    """Nobody has proven it, and until the transaction ends nobody else does."""
    one_at_a_time(f"address:{address}")
    return queries.sign_in_at(address) is None


def sign_out(visit: Visit) -> None:
    with transaction():
        db.session.execute(delete(Visit).where(Visit.id == visit.id))


def sign_out_elsewhere(person: Person, visit: Visit) -> None:
    """On every device but this one."""
    now = clock.now()
    with transaction():
        hold(person)
        db.session.execute(delete(Visit).where(Visit.person_id == person.id, Visit.id != visit.id))
        audit.record(person, "signed out elsewhere", person, fields=(), at=now)


def sign_out_there(person: Person, visit_id: int) -> None:
    """On one of their devices."""
    with transaction():
        theirs = delete(Visit).where(Visit.person_id == person.id, Visit.id == visit_id)
        if db.session.scalar(theirs.returning(Visit.id)) is None:
            raise NotFound


def must_say_password(visit: Visit, now: datetime) -> bool:
    """Whoever has one says it before it is changed, unless they have come in just now.

    So somebody who forgot it comes in by a link, and who sits down at another's device does not.
    """
    known = visit.person.sign_in
    has_one = known is not None and known.password_hash is not None
    return has_one and not rules.came_just_now(visit.began_at, now)


def set_password(asking: Asking, visit: Visit, new: str, *, current: str = "") -> None:
    """Choose one, or another; everybody else who is signed in as them is signed out."""
    now, person = clock.now(), visit.person
    if must_say_password(visit, now):
        _check_password(asking, person, current, now)
    with transaction():
        hold(person)
        if person.sign_in is None:
            raise rules.NoAddressYet
        passwords.check_good(new, _about(person, person.sign_in))
        person.sign_in.password_hash = passwords.hashed(new)
        person.sign_in.password_set_at = now
        db.session.execute(delete(Visit).where(Visit.person_id == person.id, Visit.id != visit.id))
        audit.record(person, "chose a password", person, fields=("password",), at=now)
        notices.password_changed(person, now)


def drop_password(person: Person) -> None:
    """From now on by link only."""
    now = clock.now()
    with transaction():
        hold(person)
        if person.sign_in is not None:
            person.sign_in.password_hash = person.sign_in.password_set_at = None
            audit.record(person, "dropped the password", person, fields=("password",), at=now)


def _check_password(asking: Asking, person: Person, typed: str, now: datetime) -> None:
    """A wrong one counts as one at the door."""
    known = person.sign_in
    account = asking.throttle("password", known.address_key if known else "")
    throttling.check_not_blocked(account, now)
    if known is None or not passwords.verifies(known.password_hash, typed):
        _count_wrong(known, account, asking.throttle("network", asking.network), now)
        raise rules.WrongCurrentPassword


def _about(person: Person, known: SignIn) -> tuple[str, ...]:
    """What somebody who knows them, or the college, would try."""
    college = the_college()
    ours = (college.name, college.short_name, "recovery college", "recoverycollege")
    return (person.name, person.called, known.address_key, *ours)


def _count_wrong(found: SignIn | None, account: str, network: str, now: datetime) -> None:
    """The audit says once when an account is closed to passwords for a while."""
    log.warning("wrong password for %s", f"person {found.person_id}" if found else "nobody here")
    with transaction():
        blocks = throttling.count_try(account, rules.PASSWORDS_OF_ONE, now)
        throttling.count_try(network, rules.PASSWORDS_OF_NETWORK, now)
        if blocks and found is not None:
            person = db.session.get_one(Person, found.person_id)
            audit.record(None, "throttled", person, fields=("password",), at=now)
            notices.password_throttled(person, now)


def _link_keys(asking: Asking, email: str) -> tuple[str, str]:
    return (
        asking.throttle("link", address_key(email)),
        asking.throttle("links", asking.network),
    )


def _count_link(asking: Asking, email: str, now: datetime) -> None:
    account, network = _link_keys(asking, email)
    throttling.check_not_blocked(account, now)
    throttling.check_not_blocked(network, now)
    throttling.count_try(account, rules.LINKS_OF_ONE, now)
    throttling.count_try(network, rules.LINKS_OF_NETWORK, now)


def _whose(email: str) -> Person | None:
    """Whose link it is: who has proven the address, else the only one who gave it."""
    proven = queries.person_signing_in_at(email)
    if proven is not None:
        return proven
    named = queries.people_at(email)
    return named[0] if len(named) == 1 else None


def _make_link(
    person: Person | None, email: str, device_key: str, now: datetime
) -> tuple[str, OneTimeLink]:
    key = fresh_key()
    link = OneTimeLink(
        person=person,
        key_digest=digest(key),
        address_key=address_key(email),
        device_digest=digest(device_key) if device_key else "",
        made_at=now,
        ends_at=now + rules.LINK_LIVES,
    )
    db.session.add(link)
    db.session.flush()
    return key, link


def _keep_up(person: Person, password: str, now: datetime) -> None:
    """Hash a password anew when the hash is of a weaker kind than today's."""
    known = person.sign_in
    if known is not None and known.password_hash and passwords.is_outdated(known.password_hash):
        known.password_hash = passwords.hashed(password)


def _begin_visit(person: Person, asking: Asking, now: datetime) -> Visit:
    key = fresh_key()
    lasts = rules.visit_lasts(person.roles, own_device=asking.own_device)
    visit = Visit(
        person=person,
        key_digest=digest(key),
        began_at=now,
        seen_at=now,
        ends_at=now + lasts,
        own_device=asking.own_device,
        device=asking.device,
    )
    visit.key = key
    person.active_at = now
    db.session.add(visit)
    db.session.flush()
    audit.record(person, "signed in", person, fields=(), at=now)
    return visit
