"""Setting up, naming and taking away what somebody proves themself with a second time."""

from collections.abc import Mapping
from secrets import token_bytes

from flask import current_app
from sqlalchemy import delete, select, update

from recovery_college import audit, clock, formatting
from recovery_college.accounts import factors, notices, passkeys, queries
from recovery_college.accounts.commands.second_factor import app_purpose, prove
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.factors import KnownPasskey, NoFactorYet, WrongCode
from recovery_college.accounts.models import Authenticator, Passkey, Person, RecoveryCode, Visit
from recovery_college.accounts.passwords import code_digest
from recovery_college.accounts.rules import NoAddressYet
from recovery_college.accounts.secrets import sealed, sealed_anew
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply
from recovery_college.keys import Secret


def set_up_app(visit: Visit, asking: Asking, shared: str, code: str) -> Visit:
    """Their app shows the right code, so it is theirs from now on, instead of any before it."""
    now = clock.now()
    with transaction():
        person = visit.person
        hold(person)
        _check_address(person)
        step = factors.step_of(shared, code, now, 0)
        if step is None:
            raise WrongCode
        app = db.session.get(Authenticator, person.id) or Authenticator(person_id=person.id)
        app.secret = sealed(asking.secret, shared, app_purpose(person.id))
        app.made_at = app.confirmed_at = now
        app.last_step = step
        db.session.add(app)
        audit.record(person, "set up", person, fields=("authenticator",), at=now)
        notices.second_factor_added(person, now)
        return prove(visit, now)


def seal_apps_anew(secret: Secret) -> int:
    """Under the newest key. How many it was: one transaction for each."""
    anew = 0
    for person_id in db.session.scalars(select(Authenticator.person_id)).all():
        with transaction():
            app = db.session.get(Authenticator, person_id)
            if app is not None:
                hold(db.session.get_one(Person, person_id))
                before = app.secret
                app.secret = sealed_anew(secret, before, app_purpose(person_id))
                anew += app.secret != before
    return anew


def remove_app(person: Person) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        known = queries.factors_of(person)
        if known.app is not None:
            _check_may_go(person, known)
            db.session.delete(known.app)
            audit.record(person, "took away", person, fields=("authenticator",), at=now)
            notices.second_factor_removed(person, now)
            _if_none_is_left(person, known.count - 1)


def add_passkey(visit: Visit, asking: Asking, answer: Mapping[str, object]) -> Passkey:
    """Called by its day until its owner names it. It proves the visit."""
    now = clock.now()
    with transaction():
        person = visit.person
        hold(person)
        _check_address(person)
        asked = passkeys.challenge(asking.secret, "make", visit.key_digest)
        made = passkeys.made(answer, asked)
        if queries.is_passkey(made.credential_id):
            raise KnownPasskey
        key = Passkey(
            person_id=person.id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=f"Passkey of {formatting.short_day(now)}",
            made_at=now,
        )
        db.session.add(key)
        db.session.flush()
        audit.record(person, "set up", person, fields=("passkey",), at=now)
        notices.second_factor_added(person, now)
        prove(visit, now)
    return key


def rename_passkey(person: Person, passkey_id: int, edit: Edit) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        if apply(queries.passkey_of(person, passkey_id), edit):
            audit.record(person, "named", person, fields=("passkey",), at=now)


def remove_passkey(person: Person, passkey_id: int) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        key, known = queries.passkey_of(person, passkey_id), queries.factors_of(person)
        _check_may_go(person, known)
        db.session.delete(key)
        audit.record(person, "took away", person, fields=("passkey",), at=now)
        notices.second_factor_removed(person, now)
        _if_none_is_left(person, known.count - 1)


def make_paper_codes(person: Person) -> list[str]:
    """New ones instead of the old. They are shown now and never again."""
    now, codes, salt = clock.now(), factors.fresh_paper_codes(), token_bytes(16)
    kept = [code_digest(factors.paper_key(code), salt) for code in codes]  # which takes a moment
    with transaction():
        hold(person)
        if not queries.factors_of(person).count:
            raise NoFactorYet
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        for each in kept:
            db.session.add(RecoveryCode(person_id=person.id, digest=each, made_at=now))
        audit.record(person, "made", person, fields=("recovery_codes",), at=now)
        notices.paper_codes_made(person, now)
    return codes


def reset_second_factor(actor: Person | None, person: Person) -> None:
    """For a colleague who lost everything; they are signed out, and set it up anew.

    By a manager, or by the operator at the command line.
    """
    now = clock.now()
    with transaction():
        hold(person)
        factors.check_not_ones_own(actor.id if actor else None, person.id)
        for table in (Authenticator, Passkey, RecoveryCode, Visit):
            db.session.execute(delete(table).where(table.person_id == person.id))
        audit.record(actor, "reset", person, fields=("second_factor",), at=now)
        notices.second_factor_reset(person, now)


def _check_address(person: Person) -> None:
    """Nobody leaves a second step behind for whoever proves the address after them."""
    if person.sign_in is None:
        raise NoAddressYet


def _check_may_go(person: Person, known: queries.Factors) -> None:
    environment = str(current_app.config["ENVIRONMENT"])
    factors.check_may_go(person.roles, environment, known.count - 1)


def _if_none_is_left(person: Person, left: int) -> None:
    """Codes on paper stand in for nothing then, and what was proven counts no more."""
    if left:
        return
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    theirs = update(Visit).where(Visit.person_id == person.id)
    db.session.execute(theirs.values(second_factor_at=None))
