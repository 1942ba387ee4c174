"""What somebody sees, changes and takes back of what the college knows about them."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.equality import Question
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person, SignIn
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db, transaction
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(letter: OutboxMessage) -> str:
    found = re.search(r"/sign-in/link/\S+", letter.body)
    assert found
    return found[0]


def fields_of(verb: str = "changed") -> list[str]:
    lines = select(AuditEntry.fields).filter_by(verb=verb).order_by(AuditEntry.id)
    return list(db.session.scalars(lines))


def test_all_that_is_known_stands_on_one_page(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org", phone="01632 960 999", needs="A ramp")
    page = browse(ada).get("/my/details").text
    for word in ("Ada Osei", "ada@example.org", "01632 960 999", "A ramp", "need not"):
        assert word in page


def test_each_part_is_changed_on_its_own_and_the_history_names_fields_only(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    for part, typed in {
        "names": {"name": "Ada Osei", "called": "Addie"},
        "reach": {
            "phone": "01632 960 999",
            "contact_by": "text",
            "discreet": "y",
            "safe_from": "10am",
            "safe_until": "16:30",
            "invites": "at_once",
        },
        "helps": {"needs": "A ramp", "emergency_contact": "Bo"},
    }.items():
        address = f"/my/details/{part}"
        shown = seen(browser.get(address).text)
        assert browser.post(address, data=typed | {"seen": shown}).location == "/my/details"
    assert fields_of() == [
        "called",
        "phone contact_by safe_from safe_until invites",
        "needs emergency_contact",
    ]


def test_only_some_hours_are_safe_from_and_until_or_not_at_all(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    shown = seen(browser.get("/my/details/reach").text)
    for half, says in {"safe_from": "safe_until", "safe_until": "safe_from"}.items():
        page = browser.post("/my/details/reach", data={half: "10:00", "seen": shown})
        assert (page.status_code, f'id="{says}-error"' in page.text) == (422, True)


def test_a_new_address_counts_when_its_link_is_opened_and_the_old_one_is_told(
    browse: Browse,
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    browser = browse(ada)
    browser.post("/my/details/email", data={"email": "New@example.org"})
    assert db.session.get_one(SignIn, ada.id).address_key == "ada@example.org"
    browser.post(link_in(letters()[0]))
    assert db.session.get_one(SignIn, ada.id).address_key == "new@example.org"
    assert db.session.get_one(Person, ada.id).email == "new@example.org"
    assert [letter.address for letter in letters()] == ["New@example.org", "ada@example.org"]


def test_anothers_address_can_t_be_taken_and_nothing_tells_that_it_is_anothers(
    browse: Browse,
) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    make_person("Bo Lind", email="bo@example.org")
    told = []
    for address in ("bo@example.org", "nobody@example.org"):
        browser = browse(ada)
        browser.post("/my/details/email", data={"email": address})
        told.append(browser.get("/my/details").text)
    assert told[0] == told[1]
    browse().post(link_in(letters()[0]))
    assert db.session.get_one(SignIn, ada.id).address_key == "ada@example.org"


def test_ones_own_address_is_not_new_and_five_links_are_enough(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei", email="ada@example.org"))
    own = browser.post("/my/details/email", data={"email": "ADA@example.org"})
    assert (own.status_code, "with this address already." in own.text) == (422, True)
    typed = {"email": "new@example.org"}
    answers = [browser.post("/my/details/email", data=typed).status_code for _ in range(6)]
    assert answers == [302] * 5 + [422]
    assert len(letters()) == 5


def test_the_address_that_is_told_of_a_change_is_the_one_that_signed_in(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    with transaction():
        ada.email = "typed-by-the-office@example.org"
    browser = browse(ada)
    assert "You sign in with ada@example.org." in browser.get("/my/details").text
    browser.post("/my/details/email", data={"email": "new@example.org"})
    browser.post(link_in(letters()[0]))
    assert letters()[-1].address == "ada@example.org"


def test_one_can_do_without_e_mail_and_the_address_is_told(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org")
    browse(ada).post("/my/details/no-email")
    found = db.session.get_one(Person, ada.id)
    assert (found.email, found.sign_in) == (None, None)
    assert [letter.address for letter in letters()] == ["ada@example.org"]


def test_who_hears_by_e_mail_or_works_in_the_office_can_t_do_without(browse: Browse) -> None:
    ada = make_person("Ada Osei", email="ada@example.org", contact_by=ContactBy.EMAIL)
    dee = make_person("Dee Marsh", Role.DESK, email="dee@example.org")
    for person in (ada, dee):
        assert browse(person).post("/my/details/no-email").status_code == 409
        assert db.session.get_one(SignIn, person.id).address_key == person.email
    assert letters() == []


def test_an_address_that_is_emptied_is_none_and_is_nobodys(browse: Browse) -> None:
    browser = browse()
    browser.post("/join", data={"name": "Sun", "over_18": "y"})
    for email in ("sun@example.org", ""):
        shown = seen(browser.get("/join/reach").text)
        browser.post("/join/reach", data={"email": email, "seen": shown})
    assert db.session.scalars(select(Person.email)).all() == [None]


def test_what_did_not_change_is_not_in_the_history(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    for address in ("/my/details/reasons", "/my/details/equality", "/my/details/equality/delete"):
        browser.post(address)
    assert fields_of() == []


def test_why_one_comes_may_be_several_things_and_is_taken_back(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    browser.post("/my/details/reasons", data={"reasons": ["family", "staff"]})
    assert db.session.scalars(select(ComingAs.reason).order_by(ComingAs.reason)).all() == [
        "family",
        "staff",
    ]
    browser.post("/my/details/reasons", data={})
    assert db.session.scalars(select(ComingAs)).all() == []
    assert fields_of() == ["coming_as", "coming_as"]


def test_equality_answers_are_kept_changed_and_deleted(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei"))
    typed = {"age": ["65-74"], "ethnic_group": ["white_irish", "mixed_asian"]}
    browser.post("/my/details/equality", data=typed)
    rows = db.session.scalars(select(EqualityAnswer).order_by(EqualityAnswer.answer)).all()
    assert [(row.question, row.answer) for row in rows] == [
        (Question.AGE, "65-74"),
        (Question.ETHNIC_GROUP, "mixed_asian"),
        (Question.ETHNIC_GROUP, "white_irish"),
    ]
    assert 'value="65-74" checked' in browser.get("/my/details/equality").text
    refused = browser.post("/my/details/equality", data={"age": ["ageless"]})
    assert refused.status_code == 422
    browser.post("/my/details/equality/delete")
    assert db.session.scalars(select(EqualityAnswer)).all() == []


def test_a_record_is_restricted_to_one_manager_and_opened_again(browse: Browse) -> None:
    olu = make_person("Olu Bankole", Role.MANAGER)
    dee = make_person("Dee Marsh", Role.DESK)
    ada = make_person("Ada Osei")
    browser, desk = browse(ada), browse(dee)
    browser.post("/my/details/restrict", data={"manager": str(olu.id)})
    assert desk.get(f"/office/people/{ada.id}").status_code == 404
    refused = browser.post("/my/details/restrict", data={"manager": str(dee.id)})
    assert refused.status_code == 422
    browser.post("/my/details/restrict", data={"manager": "everybody"})
    assert desk.get(f"/office/people/{ada.id}").status_code == 200
