"""The office finds, adds and keeps people; a manager gives roles and sets walls."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college import clock
from recovery_college.accounts.models import Person, RingFirst, Visit
from recovery_college.accounts.rules import Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse, counted
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def dee() -> Person:
    return make_person("Dee Marsh", Role.DESK, email="dee@example.org")


def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")


@pytest.mark.parametrize(
    "question",
    ["osei", "ÓSEI", "ada o", "ada@", "example.org", "07700 900123", "+44 7700 900", "900123"],
)
def test_somebody_is_found_by_any_part_of_what_they_go_by(browse: Browse, question: str) -> None:
    make_person("Ada Oséi", email="Ada@Example.org", phone="+44 (0)7700 900123")
    make_person("Bo Lind")
    page = browse(make_person("Dee", Role.DESK)).get("/office/people", query_string={"q": question})
    assert ("Ada Oséi" in page.text, "Bo Lind" in page.text) == (True, False)


@pytest.mark.parametrize("question", ["%", "_", "\\", "zebra", "0" * 300])
def test_what_matches_nobody_says_what_to_do(browse: Browse, question: str) -> None:
    make_person("Ada Osei", email="ada@example.org")
    page = browse(dee()).get("/office/people", query_string={"q": question})
    assert "Nobody matches that." in page.text


def test_a_name_is_enough(browse: Browse) -> None:
    office = browse(dee())
    made = office.post("/office/people/new", data={"name": "Mair Rees"})
    mair = db.session.scalars(select(Person).filter_by(name="Mair Rees")).one()
    assert (made.status_code, made.location) == (302, f"/office/people/{mair.id}")
    assert "Mair Rees is a student now." in office.get(made.location).text
    assert mair.joined_at is not None
    assert db.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.parametrize(
    "name",
    ["X", "Zoë 🌻 Ålund", "محمد علي", "O'Neill-Ó Súilleabháin", "a" * 200, "Sun"],
)
def test_any_name_is_a_name(browse: Browse, name: str) -> None:
    office = browse(dee())
    made = office.post("/office/people/new", data={"name": name})
    assert made.status_code == 302
    assert name in office.get(made.location).text.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": " "}, "Type a name."),
        ({"name": "a" * 201}, "Use 200 characters or fewer."),
        ({"name": "Ada", "contact_by": "post"}, "To hear from us by post, tell us an address."),
        ({"name": "Ada", "contact_by": "pigeon"}, "Choose from this list."),
        ({"name": "Ada", "email": "no address"}, "This is not an e-mail address"),
        ({"name": "Ada", "safe_from": "9am"}, "Say both, from when and until when"),
        ({"name": "Ada", "safe_from": "9am", "safe_until": "09:00"}, "Choose a later time"),
        ({"name": "Ada", "invites": "daily"}, "Choose from this list."),
    ],
)
def test_what_can_t_be_kept_is_said_beside_its_field_and_stays_there(
    browse: Browse, typed: dict[str, str], says: str
) -> None:
    page = browse(dee()).post("/office/people/new", data=typed | {"phone": "01632 960 999"})
    assert page.status_code == 422
    assert page.text.count(says) == 2  # in the summary, and beside the field
    assert 'value="01632 960 999"' in page.text
    assert "<title>Error: Add somebody" in page.text


def test_a_line_break_in_a_name_is_a_space(browse: Browse) -> None:
    browse(dee()).post("/office/people/new", data={"name": "Ada\r\nBcc: all@example.org\x00"})
    names = db.session.scalars(select(Person.name).where(Person.name.startswith("Ada")))
    assert names.all() == ["Ada Bcc: all@example.org"]


def test_somebody_alike_is_shown_before_there_are_two(browse: Browse) -> None:
    ada, office = make_person("Ada Osei", email="ada@example.org"), browse(dee())
    page = office.post("/office/people/new", data={"name": "ada osei"})
    assert (page.status_code, f"/office/people/{ada.id}" in page.text) == (422, True)
    made = office.post("/office/people/new", data={"name": "ada osei", "somebody_else": "y"})
    assert made.status_code == 302


def test_details_are_kept_and_the_history_names_the_fields_and_no_value(browse: Browse) -> None:
    ada, office = make_person("Ada Osei", phone="1"), browse(dee())
    address = f"/office/people/{ada.id}"
    typed = {"name": "Ada Osei", "phone": "01632 960 999", "discreet": "y", "invites": "none"}
    typed |= {"safe_from": "10am", "safe_until": "16:30"}
    kept = office.post(address, data=typed | {"seen": seen(office.get(address).text)})
    assert kept.status_code == 302
    line = db.session.scalars(select(AuditEntry).filter_by(verb="changed")).one()
    assert (line.subject, line.fields) == (
        f"person:{ada.id}",
        "phone safe_from safe_until invites",
    )


def test_the_second_of_two_editors_is_told_what_the_first_changed_and_loses_nothing(
    browse: Browse,
) -> None:
    ada = make_person("Ada Osei", phone="1")
    address, (first, second) = f"/office/people/{ada.id}", (browse(dee()), browse(olu()))
    shown = seen(second.get(address).text)
    typed = {"name": "Ada Osei", "discreet": "y"}
    first.post(address, data=typed | {"phone": "2", "seen": seen(first.get(address).text)})
    page = second.post(address, data=typed | {"phone": "3", "seen": shown})
    assert page.status_code == 422
    assert "This is now: 2" in page.text
    assert 'value="3"' in page.text
    again = second.post(address, data=typed | {"phone": "3", "seen": seen(page.text)})
    assert again.status_code == 302
    assert db.session.get_one(Person, ada.id).phone == "3"


def test_every_look_into_a_page_is_in_the_history_once_an_hour(browse: Browse) -> None:
    ada, desk = make_person("Ada Osei"), dee()
    for _ in range(3):
        browse(desk).get(f"/office/people/{ada.id}")
    lines = db.session.scalars(select(AuditEntry).filter_by(verb="looked at")).all()
    assert [(line.actor_id, line.subject) for line in lines] == [(desk.id, f"person:{ada.id}")]


def test_a_restricted_record_is_there_for_its_one_manager_and_for_nobody_else(
    browse: Browse,
) -> None:
    named, other = olu(), make_person("Nia Cole", Role.MANAGER)
    ada = make_person("Ada Osei", restricted_to_id=named.id)
    for viewer in (other, dee()):
        theirs = browse(viewer)
        pages = [theirs.get(f"/office/people/{id}") for id in (ada.id, 10**8)]
        assert [page.status_code for page in pages] == [404, 404]
        assert pages[0].data == pages[1].data
        assert "Ada Osei" not in theirs.get("/office/people").text
    assert "Ada Osei" in browse(named).get("/office/people").text
    assert browse(named).get(f"/office/people/{ada.id}").status_code == 200


def test_a_manager_gives_and_takes_roles(browse: Browse) -> None:
    manager, ada = olu(), make_person("Ada Osei")
    address = f"/office/people/{ada.id}/roles"
    browse(manager).post(address, data={"roles": ["tutor", "desk"]})
    browse(manager).post(address, data={"roles": ["desk"]})
    found = db.session.get_one(Person, ada.id)
    assert found.roles == {Role.DESK}
    assert found.role_rows[0].given_by_id == manager.id
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb.contains("role")))
    assert [(line.verb, line.fields) for line in lines] == [
        ("gave a role to", "desk tutor"),
        ("took a role from", "tutor"),
    ]


def test_who_is_given_a_role_stays_signed_in_for_a_working_day_at_most(browse: Browse) -> None:
    ada, month = make_person("Ada Osei"), timedelta(days=30)
    browse(ada, own_device=True, ends_at=clock.now() + month)
    browse(olu()).post(f"/office/people/{ada.id}/roles", data={"roles": ["desk"]})
    ends = select(Visit.ends_at).where(Visit.person_id == ada.id)
    assert db.session.scalars(ends).all() == [clock.now() + timedelta(hours=12)]


def test_nobody_gives_themself_a_role(browse: Browse) -> None:
    manager = olu()
    address = f"/office/people/{manager.id}/roles"
    page = browse(manager).post(address, data={"roles": ["manager", "tutor"]})
    assert page.status_code == 422
    assert "Ask another manager." in page.text.replace("&#39;", "'")


def test_a_role_typed_into_a_form_is_no_role(browse: Browse) -> None:
    ada = make_person("Ada Osei", Role.DESK)
    typed = {"name": "Ada Osei", "role_rows": "manager", "roles": "manager", "is_manager": "y"}
    office = browse(ada)
    address = f"/office/people/{ada.id}"
    office.post(address, data=typed | {"seen": seen(office.get(address).text)})
    assert office.post(f"{address}/roles", data={"roles": ["manager"]}).status_code == 403
    assert db.session.get_one(Person, ada.id).roles == {Role.DESK}


def test_a_manager_whom_somebody_chose_as_the_only_one_stays_a_manager(browse: Browse) -> None:
    named, other = olu(), make_person("Nia Cole", Role.MANAGER)
    make_person("Ada Osei", restricted_to_id=named.id)
    page = browse(other).post(f"/office/people/{named.id}/roles", data={"roles": []})
    assert (page.status_code, "One person has chosen this manager" in page.text) == (422, True)


def test_ring_first_is_for_managers_has_a_day_to_look_again_and_no_reason(browse: Browse) -> None:
    manager, ada, bo = olu(), make_person("Ada Osei"), make_person("Bo Lind")
    address, office = f"/office/people/{ada.id}", browse(manager)
    refused = office.post(f"{address}/ring-first", data={"other": "", "review_on": ""})
    assert refused.status_code == 422
    office.post(f"{address}/ring-first", data={"review_on": "2027-08-01"})
    office.post(f"{address}/ring-first", data={"other": str(bo.id), "review_on": "2027-08-01"})
    walls = db.session.scalars(select(RingFirst).order_by(RingFirst.id)).all()
    assert [(wall.person_id, wall.other_id) for wall in walls] == [(ada.id, None), (ada.id, bo.id)]
    assert "Not together with Ada Osei" in office.get(f"/office/people/{bo.id}").text
    assert "Ring first" not in browse(dee()).get(address).text
    office.post(f"{address}/ring-first/{walls[1].id}/lift")
    assert db.session.scalars(select(RingFirst.id)).all() == [walls[0].id]


def test_one_person_or_thirty_cost_the_same_number_of_statements(browse: Browse) -> None:
    office, counts = browse(dee()), []
    for number in (1, 30):
        for _ in range(number):
            make_person("", Role.TUTOR)
        with counted() as statements:
            assert office.get("/office/people").status_code == 200
        counts.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert counts[0] == counts[1] <= 10
