"""Proving oneself a second time: by an app, by a code on paper, by a passkey."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from recovery_college import audit, clock
from recovery_college.accounts import factors, notices, passkeys, queries
from recovery_college.accounts.commands import throttling
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.factors import TooManyCodes, WrongCode, WrongPaperCode, WrongPasskey
from recovery_college.accounts.models import Authenticator, Person, RecoveryCode, Visit
from recovery_college.accounts.passwords import digest_like, salt_of
from recovery_college.accounts.rules import Limit
from recovery_college.accounts.secrets import digest, fresh_key, opened
from recovery_college.database import db, hold, transaction
from recovery_college.keys import Secret

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tries:
    """The counter of one kind of code of one person; a wrong one counts though it is refused."""

    key: str
    limit: Limit
    person: Person
    now: datetime

    def check(self) -> None:
        if throttling.is_blocked(self.key, self.now):
            raise TooManyCodes

    def count(self) -> None:
        """The audit says once when it is closed for a while, and the owner is told."""
        log.warning("wrong code for person %s", self.person.id)
        if throttling.count_try(self.key, self.limit, self.now):
            fields = ("second_factor",)
            audit.record(None, "throttled", self.person, fields=fields, at=self.now)
            notices.second_factor_throttled(self.person, self.now)

    def forget(self) -> None:
        throttling.forget_tries(self.key)


def prove_by_app(visit: Visit, asking: Asking, code: str) -> Visit:
    """The code that their app shows now; each works once."""
    now = clock.now()
    with transaction():
        person = visit.person
        hold(person)
        key = asking.throttle("second", str(person.id))
        tries = Tries(key, factors.CODES_OF_ONE, person, now)
        tries.check()
        app = db.session.get(Authenticator, person.id)
        if app is not None and _takes(app, asking.secret, code, now):
            tries.forget()
            return prove(visit, now)
        tries.count()
    raise WrongCode


def prove_by_paper(visit: Visit, asking: Asking, code: str) -> Visit:
    """A recovery code, when everything else is lost. Its owner is told."""
    now = clock.now()
    with transaction():
        person = visit.person
        hold(person)
        key = asking.throttle("paper", str(person.id))
        tries = Tries(key, factors.PAPER_CODES_OF_ONE, person, now)
        tries.check()
        found = _paper_code(person, factors.paper_key(code))
        if found is not None and found.used_at is None:
            found.used_at = now
            tries.forget()
            audit.record(person, "used", person, fields=("recovery_code",), at=now)
            notices.paper_code_used(person, now)
            return prove(visit, now)
        tries.count()
    raise WrongPaperCode


def prove_by_passkey(visit: Visit, asking: Asking, answer: Mapping[str, object]) -> Visit:
    """What the device signed; a passkey can't be guessed, so nothing is counted."""
    now = clock.now()
    with transaction():
        person = visit.person
        hold(person)
        key = queries.passkey_called(person, passkeys.credential_in(answer))
        if key is None:
            raise WrongPasskey
        challenge = passkeys.challenge(asking.secret, "prove", visit.key_digest)
        key.sign_count = passkeys.proven(answer, challenge, key.public_key, key.sign_count)
        key.used_at = now
        return prove(visit, now)


def prove(visit: Visit, now: datetime) -> Visit:
    """From now on it goes by another key, which nobody saw before. Inside a transaction."""
    visit.key = fresh_key()
    visit.key_digest = digest(visit.key)
    visit.second_factor_at = now
    audit.record(visit.person, "proved", visit.person, fields=("second_factor",), at=now)
    return visit


def app_purpose(person_id: int) -> str:
    """What the kept secret of an app is bound to, so that no row serves another person."""
    return f"authenticator:{person_id}"


def _paper_code(person: Person, typed: str) -> RecoveryCode | None:
    """Theirs are of one sheet, or of two if two records were merged."""
    known = queries.paper_codes_of(person)
    kept = {salt_of(code.digest): code.digest for code in known}
    typed_as = {salt: digest_like(like, typed) for salt, like in kept.items()}
    return next((c for c in known if compare_digest(c.digest, typed_as[salt_of(c.digest)])), None)


def _takes(app: Authenticator, secret: Secret, code: str, now: datetime) -> bool:
    """Whether it is the app's code and not used yet; then it is used now."""
    shared = opened(secret, app.secret, app_purpose(app.person_id))
    step = None if shared is None else factors.step_of(shared, code, now, app.last_step)
    if step is None:
        return False
    app.last_step = step
    return True
