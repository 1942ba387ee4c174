"""A manager searches the history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from recovery_college import audit
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import transaction
from tests.conftest import Browse, counted
from tests.factories import NOW, make_course, make_person

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


def lines(browse: Browse, viewer: Person, **asked: str) -> list[str]:
    page = browse(viewer).get("/office/history", query_string=asked).text
    items = page.split('<ul class="c-list">')[1:]
    return [part.split("</p>")[0] for part in "".join(items).split("<div>\n            <p>")[1:]]


def test_the_history_is_searched_by_name_thing_verb_field_and_day(
    browse: Browse, olu: Person
) -> None:
    ada, dee = make_person("Ada Osei"), make_person("Dee Marsh", Role.DESK)
    course = make_course("Sleeping well")
    with transaction():
        audit.record(dee, "changed", ada, fields=("phone",), at=AT)
        audit.record(olu, "published", course, fields=("state",), at=AT + timedelta(days=1))
    first = "Dee Marsh changed phone of Ada Osei"
    second = "Olu Bankole published the course Sleeping well: state"
    asked = {
        (): [second, first],
        (("who", "dee"),): [first],
        (("who", "nobody"),): [],
        (("about", "osei"),): [first],
        (("about", "sleeping"),): [second],
        (("about", "sleeping"), ("kind", "person")): [],
        (("kind", "course"),): [second],
        (("verb", "changed"),): [first],
        (("field", "Phone"),): [first],
        (("since", "2027-05-04"),): [second],
        (("until", "03/05/2027"),): [first],
        (("thing", f"person:{ada.id}"),): [first],
        (("page", "7"),): [],
    }
    assert {q: lines(browse, olu, **dict(q)) for q in asked} == asked


def test_who_is_not_for_this_manager_is_not_there(browse: Browse, olu: Person) -> None:
    ada = make_person("Ada Osei", restricted_to_id=make_person("Pat", Role.MANAGER).id)
    browser = browse(olu)
    things = [
        f"person:{ada.id}",
        f"person:{ada.id + 99}",
        "person:x",
        "x' OR 1",
        "person:" + "9" * 30,
    ]
    pages = [browser.get("/office/history", query_string={"thing": each}) for each in things]
    assert {page.status_code for page in pages} == {404}
    assert pages[0].data == pages[1].data
    assert lines(browse, olu, about="osei") == lines(browse, olu, who="osei") == []


@pytest.mark.parametrize(
    "asked", [{"since": "soon"}, {"kind": "zebra"}, {"verb": "\x00"}, {"page": "-1"}, {"who": "%"}]
)
def test_nonsense_is_no_fault(browse: Browse, olu: Person, asked: dict[str, str]) -> None:
    assert browse(olu).get("/office/history", query_string=asked).status_code == 200


def test_a_long_history_is_paged_and_keeps_the_question(browse: Browse, olu: Person) -> None:
    with transaction():
        for minute in range(60):
            audit.record(olu, "changed", olu, fields=(), at=AT + timedelta(minutes=minute))
    page = browse(olu).get("/office/history?verb=changed&who=olu").text
    assert "60 lines" in page
    assert 'href="/office/history?verb=changed&amp;who=olu&amp;page=2"' in page
    assert len(lines(browse, olu, verb="changed", page="2")) == 10


def test_it_asks_as_often_for_one_line_as_for_fifty(browse: Browse, olu: Person) -> None:
    browser, asked = browse(olu), []
    for more in (1, 50):
        changed = [make_person() for _ in range(more)]
        with transaction():
            for person in changed:
                audit.record(olu, "changed", person, fields=("phone",), at=AT)
        with counted() as statements:
            browser.get("/office/history")
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[1] <= 10


def test_the_desk_does_not_read_it(browse: Browse) -> None:
    assert browse(make_person("Dee", Role.DESK)).get("/office/history").status_code == 403
