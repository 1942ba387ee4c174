"""The pages of people's rights, as they themselves and as a manager."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import db
from recovery_college.privacy.models import DataCopy
from tests.conftest import Browse
from tests.factories import NOW, make_person

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_copy_is_its_owner_s_and_nobody_else_s(browse: Browse) -> None:
    ada, bo = make_person("Ada Osei"), make_person("Bo Lind", Role.MANAGER)
    mine = browse(ada)
    assert "Make a copy" in mine.get("/my/data").text
    assert mine.post("/my/data").location == "/my/data"
    copy = db.session.scalars(select(DataCopy)).one()
    got = mine.get(f"/my/data/{copy.id}")
    assert (got.mimetype, got.data[:2]) == ("application/zip", b"PK")
    assert got.headers["Cache-Control"] == "no-store"
    theirs = browse(bo)
    answers = [theirs.get(f"/my/data/{id}") for id in (copy.id, 10**8)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_a_copy_is_gone_after_a_week(browse: Browse) -> None:
    ada = make_person("Ada Osei")
    browse(ada).post("/my/data")
    copy = db.session.scalars(select(DataCopy)).one()
    with time_machine.travel("2027-05-10T09:00Z", tick=False):
        assert browse(ada).get(f"/my/data/{copy.id}").status_code == 404


def test_somebody_deletes_their_account_after_being_asked_once_more(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    mine = browse(ada)
    assert "What stays, and why" in mine.get("/my/data/delete").text
    assert mine.post("/my/data/delete").status_code == 422
    assert mine.post("/my/data/delete", data={"sure": "y"}).location == "/forgotten"
    assert db.session.get(Person, ada.id) is None
    assert mine.get("/my").status_code == 302
    assert "You are forgotten" in mine.get("/forgotten").text


def test_somebody_with_only_a_name_and_an_address_is_found_merged_exported_and_erased(
    browse: Browse,
) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    for name in ("Mair Rees", "Mair Reese"):
        typed = {"name": name, "address": "2 Hill Road", "contact_by": "post"}
        assert office.post("/office/people/new", data=typed).status_code == 302
    kept, other = db.session.scalars(
        select(Person.id).where(Person.name.contains("Mair")).order_by(Person.id)
    )
    found = office.get("/office/people?q=mair+reese").text
    assert (f'"/office/people/{other}"' in found, f'"/office/people/{kept}"' in found) == (
        True,
        False,
    )
    page = office.get(f"/office/people/{kept}/merge/{other}").text
    assert "Where they differ" in page
    state = page.split('name="state" type="hidden" value="')[1].split('"')[0]
    merged = office.post(
        f"/office/people/{kept}/merge/{other}", data={"state": state, "name": "other"}
    )
    assert merged.location == f"/office/people/{kept}"
    assert "Name: Mair Rees" in office.get(f"/office/people/{kept}").text
    assert office.get(f"/office/records/{other}").location == f"/office/people/{kept}"
    assert office.get(f"/office/people/{other}").status_code == 404
    assert office.post(f"/office/people/{kept}/data").data[:2] == b"PK"
    assert office.post(f"/office/people/{kept}/erase", data={"sure": "y"}).status_code == 302
    assert db.session.get(Person, kept) is None


def test_a_merge_that_was_looked_at_too_long_ago_is_shown_anew(browse: Browse) -> None:
    office = browse(make_person("Olu Bankole", Role.MANAGER))
    kept, other = make_person("Ada"), make_person("Ada M")
    address = f"/office/people/{kept.id}/merge/{other.id}"
    page = office.post(address, data={"state": "old", "name": "kept"})
    assert (page.status_code, "has changed meanwhile" in page.text) == (422, True)


@pytest.mark.parametrize("page", ["data", "erase", "merge", "merge/{other}"])
def test_a_restricted_record_is_as_good_as_absent(browse: Browse, page: str) -> None:
    olu, nia = make_person("Olu", Role.MANAGER), make_person("Nia", Role.MANAGER)
    ada, bo = make_person("Ada Osei", restricted_to_id=olu.id), make_person("Bo Lind")
    theirs = browse(nia)
    answers = [
        theirs.get(f"/office/people/{id}/{page.format(other=bo.id)}") for id in (ada.id, 10**8)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    hidden = theirs.get(f"/office/people/{bo.id}/merge/{ada.id}")
    assert hidden.data == answers[1].data
