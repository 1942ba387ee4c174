"""Signing on with another organisation, which vouches for who somebody is (OpenID Connect)."""

from dataclasses import dataclass

from recovery_college import audit, clock
from recovery_college.accounts import notices, queries
from recovery_college.accounts.commands.signing_in import Asking, begin_visit
from recovery_college.accounts.models import Person, SignOn, Visit
from recovery_college.accounts.rules import address_key
from recovery_college.database import db, hold, transaction
from recovery_college.errors import Refusal


@dataclass(frozen=True)
class Vouched:
    """What the organisation says; `email` only if it says that it has verified it."""

    issuer: str
    subject: str
    email: str


class NotVouched(Refusal):
    """Whatever went wrong over there, or on the way."""

    def __init__(self) -> None:
        super().__init__(
            "Your organisation did not sign you in. Try again, or use a sign-in link instead."
        )


def sign_on(asking: Asking, vouched: Vouched) -> Visit | str:
    """A visit for whom it is; or the address that is proven, if nobody signs in with it yet.

    Somebody who is known here by the verified address is linked once, and told.
    """
    now = clock.now()
    with transaction():
        known = db.session.get(SignOn, (vouched.issuer, vouched.subject))
        if known is not None:
            return begin_visit(db.session.get_one(Person, known.person_id), asking)
        if not vouched.email:
            raise NotVouched
        person = queries.person_signing_in_at(vouched.email)
        if person is None:
            return address_key(vouched.email)
        hold(person)
        db.session.add(
            SignOn(
                issuer=vouched.issuer,
                subject=vouched.subject,
                person_id=person.id,
                made_at=now,
            )
        )
        audit.record(person, "linked", person, fields=("sign_on",), at=now)
        notices.sign_on_linked(person, now)
        return begin_visit(person, asking)
