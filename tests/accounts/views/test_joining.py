"""Joining, page after page; known and unknown addresses are told the same."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.equality import Reason
from recovery_college.accounts.models import Acceptance, ComingAs, Person, SignIn
from recovery_college.accounts.rules import ContactBy, Role
from recovery_college.database import db
from recovery_college.messages.models import OutboxMessage
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_person
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
NAME = {"name": "Ada Osei", "called": "Ada", "over_18": "y"}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reach(browser: Browser, **typed: str) -> tuple[int, str]:
    shown = seen(browser.get("/join/reach").text)
    page = browser.post("/join/reach", data=typed | {"discreet": "y", "seen": shown})
    return page.status_code, page.text


def finish(browser: Browser) -> str:
    browser.post("/join/agreement", data={"version": "", "yes": "y"})
    return browser.get("/join/done").text


def somebody(name: str) -> Person:
    return db.session.scalars(select(Person).filter_by(name=name)).one()


def letters() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(letter: OutboxMessage) -> str:
    found = re.search(r"/sign-in/link/\S+", letter.body)
    assert found
    return found[0]


def test_the_whole_way_from_a_name_to_being_a_student(browse: Browse) -> None:
    browser = browse()
    assert browser.post("/join", data=NAME).location == "/join/reach"
    assert reach(browser, email="Ada+new@Example.org", contact_by="email")[0] == 302
    helps = {"needs": "A seat near the door", "needs_shared": "y"}
    shown = seen(browser.get("/join/helps").text)
    assert browser.post("/join/helps", data=helps | {"seen": shown}).location == "/join/reasons"
    browser.post("/join/reasons", data={"reasons": ["myself", "staff"]})
    assert "What we ask of you" in browser.get("/join/agreement").text
    done = browser.post("/join/agreement", data={"version": "", "yes": "y"})
    assert done.location == "/join/done"
    assert "Welcome, Ada." in browser.get("/join/done").text
    ada = somebody("Ada Osei")
    assert (ada.email, ada.contact_by, ada.needs, ada.needs_shared, ada.discreet) == (
        "Ada+new@Example.org",
        ContactBy.EMAIL,
        "A seat near the door",
        True,
        True,
    )
    assert (ada.joined_at, ada.join_step) == (ada.over_18_at, None)
    reasons = db.session.scalars(select(ComingAs.reason).order_by(ComingAs.reason)).all()
    assert reasons == [Reason.MYSELF, Reason.STAFF]
    assert db.session.scalars(select(Acceptance.person_id)).all() == [ada.id]


def test_each_page_is_kept_and_one_comes_back_to_where_one_was(browse: Browse) -> None:
    browser = browse()
    browser.post("/join", data=NAME)
    assert browser.get("/join").location == "/join/reach"
    assert somebody("Ada Osei").joined_at is None
    reach(browser, phone="01632 960 999")
    assert browser.get("/join").location == "/join/helps"
    assert 'value="01632 960 999"' in browser.get("/join/reach").text
    reach(browser, phone="01632 960 998")
    browser.post("/join/helps", data={"seen": seen(browser.get("/join/helps").text)})
    shown = seen(browser.get("/join/name").text)
    browser.post("/join/name", data={"name": "Ada Osei-Lind", "seen": shown})
    assert browser.get("/join").location == "/join/reasons"
    assert somebody("Ada Osei-Lind").phone == "01632 960 998"
    assert "Go on joining" in browser.get("/my").text


def test_on_another_device_one_comes_back_by_a_link_to_where_one_was(browse: Browse) -> None:
    browser, other = browse(), browse()
    browser.post("/join?next=/courses/sleep", data=NAME)
    reach(browser, email="ada@example.org")
    assert letters() == []
    other.post("/sign-in?next=/courses/rest", data={"email": "ada@example.org", "how": "link"})
    assert other.post(link_in(letters()[0])).location == "/join/helps"
    assert 'href="/courses/rest"' in finish(other)
    assert browser.get("/join").status_code == 200  # the address is proven: nobody else is in


def test_the_link_of_a_free_address_proves_it_for_who_joined(browse: Browse) -> None:
    browser = browse()
    browser.post("/join", data=NAME)
    reach(browser, email="ada@example.org")
    assert "We sent a link to ada@example.org." in finish(browser)
    (letter,) = letters()
    assert "another device" not in browser.get(link_in(letter)).text
    assert browser.post(link_in(letter)).location == "/my"
    ada = somebody("Ada Osei")
    assert db.session.get_one(SignIn, ada.id).address_key == "ada@example.org"


def test_an_address_is_not_sent_more_than_five_links_by_whoever_joins_with_it(
    browse: Browse,
) -> None:
    told = set()
    for _ in range(7):
        browser = browse()
        browser.post("/join", data=NAME)
        reach(browser, email="ada@example.org")
        told.add(finish(browser))
    assert (len(letters()), len(told)) == (5, 1)


def test_who_has_joined_finds_the_pages_of_joining_under_their_details(browse: Browse) -> None:
    browser = browse(make_person("Ada Osei", email="ada@example.org"))
    for page in ("name", "reach", "helps", "reasons"):
        assert browser.get(f"/join/{page}").location == "/my/details"
        assert browser.post(f"/join/{page}", data=NAME).location == "/my/details"
    assert "You have joined already" in browser.get("/join").text


def test_a_known_and_an_unknown_address_are_told_the_same(browse: Browse) -> None:
    owner = make_person("Olu Bankole", email="olu@example.org")
    told = []
    for address in ("first@example.org", "olu@example.org", "new@example.org"):
        browser = browse()
        with counted() as statements:
            browser.post("/join", data=NAME)
            answered = reach(browser, email=address)
            pages = [finish(browser), browser.get("/my").text, browser.get("/my/details").text]
            pages.append(browser.get("/my/security").text)
        told.append((answered, [page.replace(address, "") for page in pages], len(statements)))
    assert told[1] == told[2]  # the first of all writes down the agreement
    assert [letter.person_id == owner.id for letter in letters()] == [False, True, False]
    assert letters()[1].body[:110] == letters()[2].body[:110]


def test_who_joins_with_anothers_address_is_a_student_and_gets_nowhere_near_the_other(
    browse: Browse,
) -> None:
    owner = make_person("Olu Bankole", Role.MANAGER, email="olu@example.org")
    browser = browse()
    browser.post("/join", data=NAME)
    reach(browser, email="olu@example.org")
    finish(browser)
    browse().post(link_in(letters()[0]))
    assert somebody("Ada Osei").sign_in is None
    assert db.session.get_one(SignIn, owner.id).address_key == "olu@example.org"
    assert browser.get("/office").status_code in (403, 404)


def test_an_address_that_a_link_has_proven_is_ones_own_at_once(browse: Browse) -> None:
    browser = browse()
    browser.post("/sign-in?next=/courses", data={"email": "new@example.org", "how": "link"})
    assert browser.post(link_in(letters()[0])).location == "/join?next=%2Fcourses"
    assert "You join with the address new@example.org" in browser.get("/join").text
    browser.post("/join", data=NAME)
    ada = somebody("Ada Osei")
    assert db.session.get_one(SignIn, ada.id).address_key == "new@example.org"
    finish(browser)
    assert len(letters()) == 1


def test_an_address_that_two_gave_is_answered_as_one_that_nobody_gave(browse: Browse) -> None:
    for name in ("Ash Reed", "Bo Reed"):
        browser = browse()
        browser.post("/join", data=NAME | {"name": name, "called": f"{name}, secretly"})
        reach(browser, email="reeds@example.org")
    told = []
    for address in ("reeds@example.org", "nobody@example.org"):
        browser = browse()
        asked = browser.post("/sign-in", data={"email": address, "how": "link"})
        link = link_in(letters()[-1])
        pages = [
            browser.get(asked.location).text,
            letters()[-1].body,
            browser.get(link).text,
            browser.post(link).location,
            browser.get("/join").text,
        ]
        told.append([page.replace(link, "").replace(address, "") for page in pages])
    assert told[0] == told[1]


def test_of_two_with_one_address_the_first_to_prove_it_finds_their_own_and_not_the_others(
    browse: Browse,
) -> None:
    for name in ("Ash Reed", "Bo Reed"):
        browser = browse()
        browser.post("/join", data=NAME | {"name": name, "called": f"{name}, secretly"})
        reach(browser, email="reeds@example.org")
        finish(browser)
    proofs = [link_in(letter) for letter in letters()]
    new = browse()
    new.post("/sign-in?next=/courses", data={"email": "reeds@example.org", "how": "link"})
    new.post(link_in(letters()[-1]))
    found = new.post("/join?next=/courses", data=NAME | {"name": "Bo Reed", "called": ""})
    assert found.location == "/courses"
    page = new.get("/my/details").text
    assert ("Bo Reed, secretly" in page, "Ash" in page) == (True, False)
    assert "Welcome back." in page
    assert browse().post(proofs[0]).status_code == 409  # the other one is reached in another way
    assert db.session.scalars(select(SignIn.person_id)).all() == [somebody("Bo Reed").id]


def test_an_address_that_was_proven_on_a_shared_computer_is_not_the_next_ones(
    browse: Browse,
) -> None:
    for leave in ("wait", "say so"):
        browser = browse()
        with time_machine.travel(NOW, tick=False) as clock:
            browser.post("/sign-in", data={"email": "new@example.org", "how": "link"})
            browser.post(link_in(letters()[-1]))
            if leave == "wait":
                clock.shift(timedelta(minutes=15))
            else:
                browser.post("/sign-out")
            assert "new@example.org" not in browser.get("/join").text
            browser.post("/join", data=NAME | {"name": leave})
        assert (somebody(leave).email, somebody(leave).sign_in) == (None, None)


def test_two_who_prove_one_address_at_once_get_it_once(browse: Browse) -> None:
    browsers = [browse(), browse()]
    for browser in browsers:
        browser.post("/sign-in", data={"email": "new@example.org", "how": "link"})
        browser.post(link_in(letters()[-1]))
    for browser in browsers:
        assert browser.post("/join", data=NAME).status_code == 302
    assert len(db.session.scalars(select(SignIn)).all()) == 1


def test_ones_own_device_is_remembered_for_thirty_days(browse: Browse) -> None:
    joined = browse().post("/join", data=NAME | {"own_device": "y"})
    assert "Expires=Wed, 02 Jun 2027" in joined.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Tell us your name."),
        ({"name": "a" * 300}, "Use 200 characters or fewer."),
        ({"over_18": ""}, "Our courses are for people over 18."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(
    browse: Browse, typed: dict[str, str], says: str
) -> None:
    data = {key: value for key, value in (NAME | typed).items() if value}
    page = browse().post("/join", data=data)
    assert (page.status_code, page.text.count(says)) == (422, 2)
    assert 'value="Ada"' in page.text


def test_many_who_join_from_one_place_are_asked_to_wait(browse: Browse) -> None:
    answers = [browse().post("/join", data=NAME) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [302] * 30 + [422]
    assert "Many people have joined from here just now." in answers[-1].text


def test_joining_leads_back_to_where_one_was_and_never_to_another_site(browse: Browse) -> None:
    for asked, offered in (("/courses/sleep", True), ("//evil.example", False)):
        browser = browse()
        browser.post(f"/join?next={asked}", data=NAME)
        browser.post("/join/agreement", data={"version": "", "yes": "y"})
        assert (f'href="{asked}"' in browser.get("/join/done").text) is offered
