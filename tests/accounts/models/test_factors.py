"""What the database itself refuses of second steps."""

import pytest
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import Authenticator, Passkey, RecoveryCode
from recovery_college.clock import now
from recovery_college.database import Model, db, transaction
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")


def add(row: Model) -> None:
    with transaction():
        db.session.add(row)


def passkey(person_id: int) -> Passkey:
    return Passkey(
        person_id=person_id,
        credential_id=b"one",
        public_key=b"",
        sign_count=0,
        name="My phone",
        made_at=now(),
    )


def test_one_passkey_opens_one_record() -> None:
    add(passkey(make_person().id))
    other = make_person().id
    with pytest.raises(IntegrityError):
        add(passkey(other))


def test_somebody_has_one_app_and_no_code_is_there_twice() -> None:
    id = make_person().id
    add(Authenticator(person_id=id, secret=b"s", made_at=now()))
    add(RecoveryCode(person_id=id, digest="d", made_at=now()))
    db.session.remove()
    with pytest.raises(IntegrityError):
        add(Authenticator(person_id=id, secret=b"t", made_at=now()))
    with pytest.raises(IntegrityError):
        add(RecoveryCode(person_id=id, digest="d", made_at=now()))
