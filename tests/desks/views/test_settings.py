"""A manager changes the college's settings, section by section; the desk reads them."""

import re
from typing import Any

import pytest

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.college.queries import the_college
from recovery_college.college.rules import CHANGEABLE, College
from recovery_college.desks.forms.settings import SECTIONS
from tests.conftest import Browse, Browser, counted
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("app")

NAME = "Harbour Recovery College"
PAIRS = {
    "pair_by_days": "21",
    "request_days": "5",
    "cover_wave_tutors": "4",
    "cover_wave_hours": "4",
    "cover_until_hours": "24",
    "travel_minutes": "30",
    "late_cancel_hours": "48",
    "alone_reasons": "Other",
    "cancel_reasons": "Other",
}
OFFICE: dict[str, Any] = {
    "short_name": "Quay",
    "office_phone": "01632 960 999",
    "office_hours": "Mornings",
    "office_email": "desk@example.org",
    "office_address": "1 Quay Street\nHarbour",
}


@pytest.fixture
def olu() -> Person:
    return make_person("Olu Bankole", Role.MANAGER)


def seen(page: str) -> str:
    """What the form had shown, as it sends it back."""
    return page.split('name="seen" type="hidden" value="')[1].split('"')[0].replace("&#34;", '"')


def fill_in(browser: Browser, slug: str, **typed: str) -> tuple[int, str]:
    address = f"/office/settings/{slug}"
    answer = browser.post(address, data={"seen": seen(browser.get(address).text)} | typed)
    return answer.status_code, answer.text


def test_every_setting_stands_in_one_section() -> None:
    asked = [
        name
        for section in SECTIONS.values()
        for name in vars(section)
        if not name.startswith("_") and name not in ("slug", "heading", "note")
    ]
    assert sorted(asked) == sorted(CHANGEABLE)


def test_what_a_manager_changes_stands_on_every_page_at_once(browse: Browse, olu: Person) -> None:
    before = browse().get("/courses")
    assert fill_in(browse(olu), "office", **OFFICE)[0] == 302
    assert the_college() == College(name=NAME, **OFFICE)
    again = browse().get("/courses", headers={"If-None-Match": before.headers["ETag"]})
    assert (again.status_code, "01632 960 999, Mornings" in re.sub("<.*?>", "", again.text)) == (
        200,
        True,
    )


def test_the_first_words_of_the_list_are_the_college_s_own(browse: Browse, olu: Person) -> None:
    words = vars(College(name=NAME)) | {"who_may_enrol": "Anyone over 16 in Harbour."}
    typed = {name: words[name] for name in vars(SECTIONS["words"]) if name in CHANGEABLE}
    assert fill_in(browse(olu), "words", **typed)[0] == 302
    pages = [browse().get(address).text for address in ("/", "/courses")]
    assert ["Anyone over 16 in Harbour." in page for page in pages] == [True, True]


@pytest.mark.parametrize(
    ("slug", "typed", "words"),
    [
        ("office", OFFICE | {"office_phone": "ring us"}, "as people dial it"),
        ("office", OFFICE | {"office_email": "desk"}, "This is not an e-mail address"),
        ("office", OFFICE | {"short_name": "  "}, "Write a short name."),
        ("days", {"nation": "scotland", "quiet_from": "late"}, "Write a time, as in"),
        ("days", {"nation": "france"}, "Choose from this list."),
        ("keeping", {"keep_audit_years": "2"}, "Write a number from 3 to 25."),
        ("pairs", PAIRS | {"pair_by_days": "-1"}, "Write a whole number"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_changes(
    browse: Browse, olu: Person, slug: str, typed: dict[str, str], words: str
) -> None:
    status, page = fill_in(browse(olu), slug, **typed)
    assert (status, words in page.replace("&#34;", '"')) == (422, True)
    assert the_college() == College(name=NAME)


def test_the_second_of_two_is_told_and_loses_nothing(browse: Browse, olu: Person) -> None:
    first, second = browse(olu), browse(make_person("Pat Lowe", Role.MANAGER))
    shown = seen(second.get("/office/settings/pairs").text)
    assert fill_in(first, "pairs", **PAIRS)[0] == 302
    typed = PAIRS | {"pair_by_days": "14", "same_side_first": "y"}
    told = second.post("/office/settings/pairs", data={"seen": shown} | typed)
    assert (told.status_code, "This is now: 21" in told.text, 'value="14"' in told.text) == (
        422,
        True,
        True,
    )
    again = second.post("/office/settings/pairs", data={"seen": seen(told.text)} | typed)
    assert (again.status_code, the_college().pair_by_days) == (302, 14)


def test_one_press_puts_one_setting_back(browse: Browse, olu: Person) -> None:
    browser = browse(olu)
    fill_in(browser, "office", **OFFICE)
    assert 'action="/office/settings/default/short_name"' in browser.get("/office/settings").text
    assert browser.post("/office/settings/default/short_name").status_code == 302
    assert the_college() == College(name=NAME, **OFFICE | {"short_name": "Harbour"})
    assert browser.post("/office/settings/default/invented").status_code == 404


def test_the_desk_reads_and_changes_nothing(browse: Browse) -> None:
    browser = browse(make_person("Dee", Role.DESK))
    page = browser.get("/office/settings")
    assert (page.status_code, "/office/settings/office" in page.text) == (200, False)
    assert [
        browser.get("/office/settings/office").status_code,
        browser.post("/office/settings/office", data=OFFICE).status_code,
        browser.post("/office/settings/default/short_name").status_code,
    ] == [403, 403, 403]


def test_a_section_that_is_not_there_is_not_found(browse: Browse, olu: Person) -> None:
    assert browse(olu).get("/office/settings/motto").status_code == 404


def test_the_settings_are_read_once(browse: Browse, olu: Person) -> None:
    browser = browse(olu)
    with counted() as statements:
        browser.get("/office/settings")
    assert len([each for each in statements if "SAVEPOINT" not in each]) <= 6
