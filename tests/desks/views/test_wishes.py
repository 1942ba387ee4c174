"""A tutor says what suits them."""

from typing import Any

import pytest
from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, ShownAs
from recovery_college.audit.models import AuditEntry
from recovery_college.database import db
from recovery_college.tutors.queries import limits_of, tutor_of
from recovery_college.tutors.rules.limits import Limits
from tests.conftest import Browse, Browser
from tests.factories import make_person, make_venue
from tests.markup import seen, words_of

pytestmark = pytest.mark.usefixtures("app")
HERE = "/tutor/limits"
TYPED = {
    "sessions_a_week": "2",
    "sessions_a_term": "",
    "gap_minutes": "60",
    "no_evenings": "y",
    "prepare_minutes": "45",
    "debrief_minutes": "0",
    "hours_a_month": "16",
    "shown_as": "first_name",
}


@pytest.fixture
def ash() -> Person:
    return make_person("Ash Reed", Role.TUTOR)


@pytest.fixture
def browser(browse: Browse, ash: Person) -> Browser:
    return browse(ash)


def send(browser: Browser, **typed: Any) -> tuple[int, str]:
    typed.setdefault("seen", seen(browser.get(HERE).text))
    answer = browser.post(HERE, data=TYPED | typed)
    return answer.status_code, words_of(answer.text)


def test_what_suits_them_is_kept(browser: Browser, ash: Person) -> None:
    quay, oak = make_venue("Quay"), make_venue("Oak")
    assert send(browser, reaches=[str(quay.id), str(oak.id)])[0] == 302
    tutor = tutor_of(ash)
    assert tutor is not None
    assert limits_of(tutor) == Limits(2, None, 16, 60, True, frozenset({quay.id, oak.id}), 45)
    assert tutor.shown_as is ShownAs.FIRST_NAME
    assert send(browser, reaches=[str(oak.id)], sessions_a_term="12")[0] == 302
    again = tutor_of(ash)
    assert again is not None
    assert limits_of(again) == Limits(2, 12, 16, 60, True, frozenset({oak.id}), 45)


def test_the_history_tells_what_was_changed_and_not_to_what(browser: Browser, ash: Person) -> None:
    send(browser)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "changed")).one()
    assert entry.subject == f"person:{ash.id}"
    assert entry.fields.split() == [
        "sessions_a_week",
        "gap_minutes",
        "no_evenings",
        "prepare_minutes",
        "debrief_minutes",
        "hours_a_month",
        "shown_as",
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"sessions_a_week": "0"}, "Write a number from 1 to 50."),
        ({"gap_minutes": ""}, "Write 0 if you need none."),
        ({"hours_a_month": "\u00b2"}, "Write a whole number"),
        ({"shown_as": "loudly"}, "Choose from this list."),
        ({"reaches": ["999999"]}, "Choose from this list."),
    ],
)
def test_what_can_t_be_is_said_beside_the_field(
    browser: Browser, typed: dict[str, Any], words: str
) -> None:
    status, shown = send(browser, **typed)
    assert (status, words in shown) == (422, True)


def test_the_second_of_two_windows_hears_what_the_first_has_changed(browser: Browser) -> None:
    old = seen(browser.get(HERE).text)
    send(browser)
    status, shown = send(browser, seen=old, hours_a_month="20")
    assert (status, "This is now: 16" in shown) == (422, True)
