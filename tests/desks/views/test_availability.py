"""A tutor says when they can teach, and has their calendar read."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.tutors.models import BusyCalendar, BusyTime, TutorAway, TutorWindow
from recovery_college.tutors.rules import CalendarTrouble
from tests.conftest import Browse, Browser, counted
from tests.factories import NOW, make_person
from tests.markup import seen, words_of
from tests.tutors.calendars.servers import calendar, event

pytestmark = pytest.mark.usefixtures("app")
HERE = "/tutor/availability"
HOURS: dict[str, Any] = {
    "weekdays": ["0", "2"],
    "starts": "9am",
    "ends": "17:00",
    "from_on": "03/05/2027",
}
CALENDAR = calendar(event("DTSTART:20270607T090000Z", "DURATION:PT1H", "SUMMARY:Clinic"))


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ash() -> Person:
    return make_person("Ash Reed", Role.TUTOR)


@pytest.fixture
def browser(browse: Browse, ash: Person) -> Browser:
    return browse(ash)


def page(browser: Browser) -> str:
    return words_of(browser.get(HERE).text)


def send(browser: Browser, to: str = "", **typed: Any) -> int:
    return browser.post(HERE + to, data=typed).status_code


def test_who_has_said_nothing_reads_that(browser: Browser) -> None:
    assert "You have not said yet when you can teach" in page(browser)
    assert db.session.scalars(select(TutorWindow)).all() == []


def test_hours_are_added_on_several_days_at_once_and_read_back(browser: Browser) -> None:
    assert send(browser, **HOURS, until_on="30/07/2027") == 302
    shown = page(browser)
    assert "Monday 9am to 5pm until 30 July 2027 Change Monday, 9am to 5pm" in shown
    assert "Tuesday Not on this day" in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"weekdays": []}, "Choose a day of the week."),
        ({"weekdays": ["7"]}, "Choose from this list."),
        ({"weekdays": ["\u00b2"]}, "Choose from this list."),
        ({"starts": ""}, "Say from what time."),
        ({"starts": "soon"}, "Write a time, as in"),
        ({"ends": "8:00"}, "These hours end before they start."),
        ({"until_on": "2027-05-02"}, "The last day is before the first day."),
        ({"from_on": "31/02/2027"}, "Write a date, as in"),
    ],
)
def test_what_can_t_be_is_said_beside_the_field_and_what_was_typed_stays(
    browser: Browser, typed: dict[str, Any], words: str
) -> None:
    answer = browser.post(HERE, data=HOURS | typed)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    assert answer.text.count("nhsuk-error-summary__title") == 1
    assert db.session.scalars(select(TutorWindow)).all() == []


def test_hours_are_changed_and_removed(browser: Browser) -> None:
    send(browser, **HOURS)
    first, second = db.session.scalars(select(TutorWindow.id).order_by(TutorWindow.id))
    shown = browser.get(f"{HERE}/windows/{first}").text
    typed = {"weekday": "4", "starts": "10:30", "ends": "midday", "from_on": "2027-05-03"}
    typed["seen"] = seen(shown)
    assert send(browser, f"/windows/{first}", **typed) == 422
    assert send(browser, f"/windows/{first}", **typed | {"ends": "12:00"}) == 302
    assert "Friday 10:30am to midday" in page(browser)
    assert send(browser, f"/windows/{second}/remove") == 302
    assert "Wednesday Not on this day" in page(browser)


def test_days_away_come_and_go(browser: Browser) -> None:
    assert send(browser, "/away", starts_on="01/06/2027", ends_on="14/06/2027") == 302
    assert "1 June 2027 to 14 June 2027" in page(browser)
    assert send(browser, "/away", starts_on="01/06/2027", ends_on="31/05/2027") == 422
    away = db.session.scalars(select(TutorAway.id)).one()
    assert send(browser, f"/away/{away}/remove") == 302
    assert "1 June 2027" not in page(browser)


def test_a_file_is_read_and_its_titles_are_not_kept(browser: Browser) -> None:
    assert send(browser, "/calendars", file=(BytesIO(CALENDAR), "me.ics")) == 302
    shown = page(browser)
    assert "A file that you sent on 3 May 2027 Last read Monday 3 May 2027, 10am." in shown
    assert "Clinic" not in shown
    assert len(db.session.scalars(select(BusyTime)).all()) == 1


def test_a_link_is_kept_and_only_its_host_is_shown(browser: Browser) -> None:
    assert send(browser, "/calendars", link="webcal://example.org/secret-4711") == 302
    shown = browser.get(HERE).text
    assert "A calendar at example.org" in shown
    assert "Not read yet" in shown
    assert "4711" not in shown


def test_what_is_wrong_with_it_is_said_in_words(browser: Browser) -> None:
    send(browser, "/calendars", link="https://example.org/a")
    with transaction():
        db.session.scalars(select(BusyCalendar)).one().trouble = CalendarTrouble.TOO_SLOW
    assert CalendarTrouble.TOO_SLOW.label in page(browser)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Paste a link, or choose a file."),
        ({"link": "me@example.org"}, "This is not a link to a calendar."),
        ({"file": b"<html>"}, "What came is not a calendar."),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(
    browser: Browser, typed: dict[str, Any], words: str
) -> None:
    sent = {name: (BytesIO(v), "me.ics") if name == "file" else v for name, v in typed.items()}
    answer = browser.post(f"{HERE}/calendars", data=sent)
    assert answer.status_code == 422
    assert words in words_of(answer.text)


def send_file(browser: Browser, content: bytes) -> int:
    """Encoded here, for the client would leave the file open in which it gathers a large one."""
    file = FileStorage(BytesIO(content), "me.ics", "file")
    boundary, body = encode_multipart({"csrf_token": browser.token(), "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    answer = browser.post(f"{HERE}/calendars", data=body, content_type=kind, csrf=False)
    return answer.status_code


def test_a_calendar_may_be_larger_than_anything_else_and_not_larger_than_it_may_be(
    browser: Browser, browse: Browse
) -> None:
    large = CALENDAR + b"X-LARGE:" + bytes(1_500_000)
    assert send_file(browser, large) == 422
    assert send_file(browser, bytes(2_200_000)) == 413
    assert send_file(browse(make_person("Ada")), large) == 413


def test_it_is_read_again_and_removed_by_a_press(browser: Browser) -> None:
    send(browser, "/calendars", link="https://example.org/a")
    id = db.session.scalars(select(BusyCalendar.id)).one()
    assert send(browser, f"/calendars/{id}/read") == 302
    assert send(browser, f"/calendars/{id}/remove") == 302
    assert "A calendar at" not in page(browser)


def test_nobody_else_s_rows_are_there(browser: Browser, browse: Browse) -> None:
    send(browser, **HOURS)
    send(browser, "/away", starts_on="01/06/2027")
    send(browser, "/calendars", link="https://example.org/a")
    window, away = (db.session.scalars(select(t.id)).first() for t in (TutorWindow, TutorAway))
    other = browse(make_person("Bo", Role.TUTOR, Role.MANAGER))
    calendar_id = db.session.scalars(select(BusyCalendar.id)).one()
    assert other.get(f"{HERE}/windows/{window}").status_code == 404
    assert {
        send(other, each)
        for each in (
            f"/windows/{window}",
            f"/windows/{window}/remove",
            f"/away/{away}/remove",
            f"/calendars/{calendar_id}/read",
            f"/calendars/{calendar_id}/remove",
        )
    } == {404}


@pytest.mark.parametrize("roles", [(), (Role.DESK,), (Role.MANAGER,)])
def test_only_tutors_open_it(browse: Browse, roles: tuple[Role, ...]) -> None:
    browser = browse(make_person("Ada", *roles))
    assert (browser.get(HERE).status_code, send(browser, **HOURS)) == (403, 403)


def test_it_costs_the_same_however_much_was_said(browser: Browser, ash: Person) -> None:
    send(browser, **HOURS | {"weekdays": ["0"]})
    send(browser, "/away", starts_on="01/06/2027")
    send(browser, "/calendars", link="https://example.org/a")
    with counted() as few:
        browser.get(HERE)
    send(browser, **HOURS | {"weekdays": [str(day) for day in range(1, 7)]})
    for day in range(2, 9):
        send(browser, "/away", starts_on=f"0{day}/06/2027")
    for _ in range(3):
        send(browser, "/calendars", link="https://example.org/a")
    with counted() as many:
        browser.get(HERE)
    assert len(many) == len(few)
    assert len([each for each in many if "SAVEPOINT" not in each]) <= 10
