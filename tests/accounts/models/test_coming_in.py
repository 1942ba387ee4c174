"""What the database itself refuses of visits, links and tries."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from recovery_college.accounts.models import OneTimeLink, SignOn, Throttle, Visit
from recovery_college.clock import now
from recovery_college.database import db, transaction
from tests.factories import make_person, make_visit

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(seconds=-1)])
def test_a_visit_ends_after_it_begins(lasts: timedelta) -> None:
    ada, at = make_person(), now()
    with pytest.raises(IntegrityError, match="ends_after_it_begins"):
        make_visit(ada, began_at=at, ends_at=at + lasts)


def test_two_devices_never_have_one_key() -> None:
    ada = make_person()
    visit = make_visit(ada)
    with pytest.raises(IntegrityError):
        make_visit(make_person(), key_digest=visit.key_digest)


def test_a_visit_is_known_to_its_device_by_its_key_and_to_nobody_after() -> None:
    visit = make_visit(make_person())
    assert visit.get_id() == visit.key != ""
    db.session.remove()
    assert db.session.get_one(Visit, visit.id).get_id() == ""


@pytest.mark.parametrize(
    "twice",
    [
        lambda at, id: OneTimeLink(key_digest="x", address_key="a", made_at=at, ends_at=at),
        lambda at, id: SignOn(issuer="i", subject="s", person_id=id, made_at=at),
        lambda at, id: Throttle(key="k", tries=1, since_at=at),
    ],
)
def test_what_must_be_there_once_is(twice: Any) -> None:
    id = make_person().id
    with transaction():
        db.session.add(twice(now(), id))
    db.session.remove()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(twice(now(), id))


def test_there_are_no_fewer_tries_than_none() -> None:
    with pytest.raises(IntegrityError, match="some_tries"), transaction():
        db.session.add(Throttle(key="k", tries=-1, since_at=now()))
