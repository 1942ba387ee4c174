"""Setting up a second factor, taking it away, and starting again."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from pyotp import TOTP
from sqlalchemy import func, select

from recovery_college import clock
from recovery_college.accounts import queries
from recovery_college.accounts.commands import factors, second_factor
from recovery_college.accounts.commands.signing_in import Asking
from recovery_college.accounts.factors import LastFactor, NoFactorYet, OwnFactor, WrongCode
from recovery_college.accounts.models import Authenticator, Passkey, Person, RecoveryCode, Visit
from recovery_college.accounts.rules import NoAddressYet, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.editing import Edit, prints_of
from recovery_college.errors import NotFound
from recovery_college.messages.models import OutboxMessage
from tests.factories import NOW, make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")
HERE = Asking("Firefox on Linux", "here", "192.0.2.1", "secret")
SHARED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
OTHER = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"


@pytest.fixture(autouse=True)
def in_may(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller, app.test_request_context():
        yield traveller


def make_ada(*roles: Role) -> Person:
    return make_person("Ada Osei", *roles, email="ada@example.org")


def make_passkey(person: Person, name: str = "My phone") -> Passkey:
    key = Passkey(
        person_id=person.id,
        credential_id=f"{person.id}:{name}".encode(),
        public_key=b"",
        sign_count=0,
        name=name,
        made_at=clock.now(),
    )
    with transaction():
        db.session.add(key)
    return key


def has_second_factor(person: Person) -> bool:
    apps = select(Authenticator.person_id).where(Authenticator.person_id == person.id)
    keys = select(Passkey.person_id).where(Passkey.person_id == person.id)
    return bool(db.session.scalars(apps.union_all(keys)).all())


def set_up(person: Person, secret: str = SHARED) -> Visit:
    code = TOTP(secret).at(clock.now())
    return factors.set_up_app(make_visit(person, proven=False), HERE, secret, code)


def entries() -> list[tuple[int | None, str, str, str]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.actor_id, line.verb, line.subject, line.fields) for line in lines]


def told() -> list[str]:
    """The part of each letter that tells which it is."""
    bodies = db.session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id))
    return [re.split("[:.]", re.split("\n{3,}", body)[1].strip())[0] for body in bodies]


def test_an_app_is_set_up_with_its_first_code_which_proves_the_visit() -> None:
    ada = make_ada()
    visit = set_up(ada)
    assert visit.second_factor_at == clock.now()
    assert has_second_factor(ada)
    assert entries() == [
        (ada.id, "set up", f"person:{ada.id}", "authenticator"),
        (ada.id, "proved", f"person:{ada.id}", "second_factor"),
    ]
    assert told() == ["A second step was just added to how you sign in"]
    code = TOTP(SHARED).at(clock.now())
    with pytest.raises(WrongCode):
        second_factor.prove_by_app(make_visit(ada, proven=False), HERE, code)


def test_without_the_right_code_nothing_is_set_up() -> None:
    ada = make_ada()
    with pytest.raises(WrongCode):
        factors.set_up_app(make_visit(ada), HERE, SHARED, "000000")
    assert not has_second_factor(ada)


def test_nobody_leaves_a_second_step_behind_who_has_not_proven_the_address() -> None:
    stranger = make_person("Ada Osei")
    with pytest.raises(NoAddressYet):
        set_up(stranger)
    with pytest.raises(NoAddressYet):
        factors.add_passkey(make_visit(stranger), HERE, {})
    assert not has_second_factor(stranger)


def test_another_app_takes_the_place_of_the_first(in_may: time_machine.Traveller) -> None:
    ada = make_ada()
    set_up(ada)
    set_up(ada, OTHER)
    in_may.shift(timedelta(minutes=2))
    visit = make_visit(ada, proven=False)
    with pytest.raises(WrongCode):
        second_factor.prove_by_app(visit, HERE, TOTP(SHARED).at(clock.now()))
    assert second_factor.prove_by_app(visit, HERE, TOTP(OTHER).at(clock.now()))


def test_new_codes_on_paper_take_the_place_of_the_old() -> None:
    ada = make_ada()
    with pytest.raises(NoFactorYet):
        factors.make_paper_codes(ada)
    set_up(ada)
    old, new = factors.make_paper_codes(ada), factors.make_paper_codes(ada)
    assert len({*old, *new}) == 20
    assert queries.factors_of(ada).codes == 10
    assert told()[-1] == "New codes to keep on paper were just made for you"


@pytest.mark.parametrize("roles", [(), (Role.TUTOR,)])
def test_who_need_not_have_one_takes_the_last_away_and_the_codes_go_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch, roles: tuple[Role, ...]
) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")
    ada = make_ada(*roles)
    visit = set_up(ada)
    factors.make_paper_codes(ada)
    factors.remove_app(ada)
    assert queries.factors_of(ada) == queries.Factors(app=None, passkeys=[], codes=0)
    assert db.session.scalars(select(func.count()).select_from(RecoveryCode)).one() == 0
    assert visit.second_factor_at is None
    assert told()[-1] == "A second step was just taken away from how you sign in"


def test_the_office_keeps_the_last_one_where_people_are_real(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")
    ada = make_ada(Role.DESK)
    set_up(ada)
    with pytest.raises(LastFactor):
        factors.remove_app(ada)
    key = make_passkey(ada)
    factors.remove_app(ada)
    with pytest.raises(LastFactor):
        factors.remove_passkey(ada, key.id)
    assert [each.name for each in queries.factors_of(ada).passkeys] == ["My phone"]


def test_a_passkey_is_named_and_taken_away_by_its_owner_alone() -> None:
    ada, bo = make_ada(), make_person("Bo Lind", email="bo@example.org")
    key = make_passkey(ada)
    named = Edit({"name": "Old phone"}, prints_of(key, ("name",)))
    with pytest.raises(NotFound):
        factors.rename_passkey(bo, key.id, named)
    for person, id in ((bo, key.id), (ada, 10**8)):
        with pytest.raises(NotFound):
            factors.remove_passkey(person, id)
    factors.rename_passkey(ada, key.id, named)
    factors.rename_passkey(ada, key.id, Edit({"name": "Old phone"}, prints_of(key, ("name",))))
    assert (key.name, [verb for _, verb, *_ in entries()]) == ("Old phone", ["named"])
    factors.remove_passkey(ada, key.id)
    assert not has_second_factor(ada)


def test_a_manager_lets_a_colleague_start_again_and_they_are_signed_out_and_told() -> None:
    ada, olu = make_ada(Role.DESK), make_person("Olu Bankole", Role.MANAGER)
    key = set_up(ada).key
    make_passkey(ada)
    factors.make_paper_codes(ada)
    factors.reset_second_factor(olu, ada)
    assert queries.factors_of(ada) == queries.Factors(app=None, passkeys=[], codes=0)
    assert queries.visit_of(key, clock.now()) is None
    assert entries()[-1] == (olu.id, "reset", f"person:{ada.id}", "second_factor")
    assert told()[-1].startswith("Your second step was just reset")


def test_nobody_starts_again_by_themself() -> None:
    olu = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    set_up(olu)
    with pytest.raises(OwnFactor):
        factors.reset_second_factor(olu, olu)
    assert has_second_factor(olu)
