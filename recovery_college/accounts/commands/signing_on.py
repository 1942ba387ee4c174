"""Signing on with another organisation, which vouches for who somebody is (OpenID Connect).

Its word for an address is worth as much as a link that was opened there, and no more. So it
leads to whoever has proven that address, or else to the one record in which the office wrote
it down. A record that somebody made by joining is not handed over for its address alone:
anybody could have typed that. Then, and when several people gave the address, whoever came
says their name on the page of joining: see `joining.begin_to_join`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from recovery_college import audit, clock
from recovery_college.accounts import notices, queries, rules
from recovery_college.accounts.commands.signing_in import Asking, begin_visit, prove_address
from recovery_college.accounts.models import Person, SignOn, Visit
from recovery_college.accounts.rules import address_key
from recovery_college.database import db, hold, one_at_a_time, transaction
from recovery_college.errors import Refusal


@dataclass(frozen=True)
class Vouched:
    """What the organisation says; `email` only if it says that it has verified it.

    `called` is how it calls them, for their own eyes.
    """

    issuer: str
    subject: str
    email: str
    called: str = ""


class NotVouched(Refusal):
    """Whatever is amiss with its answer. The other ways to fail are kinds of it."""

    words = "Your organisation did not sign you in. Try again, or use a sign-in link instead."

    def __init__(self) -> None:
        super().__init__(self.words)


class OrganisationAway(NotVouched):
    """No answer, or one that the other side gives when it is broken."""

    words = (
        "Your organisation does not answer just now. Try again in a few minutes, or use a "
        "sign-in link instead."
    )


class OrganisationRefused(NotVouched):
    """They stopped over there, or it does not let them."""

    words = (
        "You stopped at your organisation\u2019s page, or it did not let you through. Nothing "
        "was changed here. Try again, or use a sign-in link instead."
    )


class NotBegunHere(NotVouched):
    """Too long ago, in another browser, finished already, or made up by somebody else."""

    words = (
        "This way in was begun too long ago, in another browser, or was used already. "
        "Begin again here."
    )


class AddressNotVouched(NotVouched):
    """It knows them, and we don't yet; nothing ties the two together."""

    words = (
        "Your organisation knows you, and does not tell us which e-mail address is surely "
        "yours. So come in with a sign-in link this once. Then open My details, How you sign "
        "in, and connect your organisation there."
    )


class AnothersSignOn(Refusal):
    """One name over there opens one record here."""

    def __init__(self) -> None:
        super().__init__(
            "Your organisation opens another record here already. If both are yours, phone the "
            "office: they put them together."
        )


def sign_on(asking: Asking, vouched: Vouched) -> Visit | str:
    """A visit for whom it is; or the address that is proven, if we can't tell whose it is.

    Somebody who is known here by the verified address is linked once, and told.
    """
    now = clock.now()
    with transaction():
        known = _linked(vouched)
        if known is not None:
            return begin_visit(db.session.get_one(Person, known.person_id), asking)
        if not vouched.email:
            raise AddressNotVouched
        person = _whose(vouched.email)
        if person is None:
            return address_key(vouched.email)
        hold(person)
        prove_address(person, address_key(vouched.email), now)
        _link(person, vouched, now)
        return begin_visit(person, asking)


def connect(person: Person, vouched: Vouched) -> None:
    """Somebody who is signed in says that this is themself over there."""
    now = clock.now()
    with transaction():
        known = _linked(vouched)
        hold(person)
        if known is not None and known.person_id != person.id:
            raise AnothersSignOn
        if person.sign_in is None:
            raise rules.NoAddressYet
        if known is None:
            _link(person, vouched, now)


def disconnect(person: Person) -> None:
    """From now on their organisation opens nothing here."""
    now = clock.now()
    with transaction():
        hold(person)
        theirs = delete(SignOn).where(SignOn.person_id == person.id)
        if db.session.scalars(theirs.returning(SignOn.person_id)).all():
            audit.record(person, "unlinked", person, fields=("sign_on",), at=now)
            notices.sign_on_unlinked(person, now)


def _linked(vouched: Vouched) -> SignOn | None:
    """Two windows that come back at once find the same."""
    one_at_a_time(f"sign_on:{vouched.issuer}:{vouched.subject}")
    return db.session.get(SignOn, (vouched.issuer, vouched.subject))


def _whose(email: str) -> Person | None:
    proven = queries.person_signing_in_at(email)
    if proven is not None:
        return proven
    named = queries.people_at(email)
    return named[0] if len(named) == 1 and _written_by_office(named[0]) else None


def _written_by_office(person: Person) -> bool:
    """By hand or with its spreadsheet: whoever joins by themself says that they are over 18."""
    return person.over_18_at is None


def _link(person: Person, vouched: Vouched, now: datetime) -> None:
    link = SignOn(issuer=vouched.issuer, subject=vouched.subject, person_id=person.id, made_at=now)
    db.session.add(link)
    audit.record(person, "linked", person, fields=("sign_on",), at=now)
    notices.sign_on_linked(person, now)
