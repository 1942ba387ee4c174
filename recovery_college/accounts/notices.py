"""What people are told about their own account: one function for each notice.

Discreet outside: the sender, the subject and the first lines name only the college's short name.
"""

from datetime import datetime

from flask import current_app, render_template

from recovery_college.accounts.models import OneTimeLink, Person
from recovery_college.accounts.rules import address_key
from recovery_college.college.queries import the_college
from recovery_college.messages import outbox
from recovery_college.messages.rules import Channel, MessageKind, Recipient, Words


def sign_in_link(link: OneTimeLink, key: str, email: str, now: datetime) -> None:
    """The link itself, or, to an address that nobody here has, a way to join."""
    words = _words("sign_in_link", link=link, address=f"{_site()}/sign-in/link/{key}")
    outbox.queue(
        Recipient(Channel.EMAIL, email.strip(), link.person_id),
        words,
        key=f"sign_in_link:{link.key_digest[:24]}",
        thread=f"sign_in_link:{link.key_digest[:24]}",
        at=now,
    )


def prove_address(link: OneTimeLink, key: str, person: Person, email: str, now: datetime) -> None:
    """To an address that somebody typed for themself; another's if they sign in with it."""
    words = _words(
        "prove_address",
        mine=link.person_id == person.id,
        link=link,
        address=f"{_site()}/sign-in/link/{key}",
    )
    outbox.queue(
        Recipient(Channel.EMAIL, email.strip(), link.person_id),
        words,
        key=f"prove_address:{link.key_digest[:24]}",
        thread=f"prove_address:{link.key_digest[:24]}",
        at=now,
    )


def address_changed(person: Person, now: datetime) -> None:
    """To the address that was theirs until now."""
    _warn(person, "address_changed", now)


def address_dropped(person: Person, now: datetime) -> None:
    """To the address that was theirs until now."""
    _warn(person, "address_dropped", now)


def password_changed(person: Person, now: datetime) -> None:
    _warn(person, "password_changed", now)


def password_throttled(person: Person, now: datetime) -> None:
    _warn(person, "password_throttled", now)


def second_factor_added(person: Person, now: datetime) -> None:
    _warn(person, "second_factor_added", now)


def second_factor_removed(person: Person, now: datetime) -> None:
    _warn(person, "second_factor_removed", now)


def second_factor_reset(person: Person, now: datetime) -> None:
    _warn(person, "second_factor_reset", now)


def second_factor_throttled(person: Person, now: datetime) -> None:
    _warn(person, "second_factor_throttled", now)


def paper_codes_made(person: Person, now: datetime) -> None:
    _warn(person, "paper_codes_made", now)


def paper_code_used(person: Person, now: datetime) -> None:
    _warn(person, "paper_code_used", now)


def sign_on_linked(person: Person, now: datetime) -> None:
    _warn(person, "sign_on_linked", now)


def sign_on_unlinked(person: Person, now: datetime) -> None:
    _warn(person, "sign_on_unlinked", now)


def _warn(person: Person, notice: str, now: datetime) -> None:
    """Something about signing in that its owner should know at once, at the address they proved."""
    if person.sign_in is None:
        return
    key, proven = f"{notice}:{person.id}:{now.timestamp():.0f}", person.sign_in.address_key
    as_typed = person.email if person.email and address_key(person.email) == proven else proven
    outbox.queue(
        Recipient(Channel.EMAIL, as_typed, person.id),
        _words(notice, person=person),
        key=key,
        thread=key,
        at=now,
    )


def _words(notice: str, **words: object) -> Words:
    college = the_college()
    body = render_template(f"messages/{notice}.txt", college=college, site=_site(), **words)
    return Words(college.short_name, body, MessageKind.SIGN_IN)


def _site() -> str:
    return str(current_app.config["BASE_URL"])
