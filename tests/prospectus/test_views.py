"""The public pages as a visitor meets them, on both databases."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar
from werkzeug.test import TestResponse

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.courses.models import Course, CourseTheme
from recovery_college.courses.rules import CourseState, Mode, Theme
from recovery_college.database import Model, db, identity, transaction
from recovery_college.enrolment.commands.capacity import set_link_places
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState, Visibility
from tests.conftest import Browse, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_room,
    make_run,
    make_strand,
    make_term,
    make_tutor,
    make_venue,
)

PNG = b"\x89PNG\r\n\x1a\n and the rest"
Visit = Callable[..., TestResponse]
Row = TypeVar("Row", bound=Model)
INLINE = r"(?:style|onclick|onload)=|<style|<script(?! type=\"application/ld)"


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(browse: Browse) -> Visit:
    return lambda address, **options: browse().get(address, **options)


@pytest.fixture
def course() -> Course:
    return make_course("Sleep well", summary="What helps.")


def change(row: Course | Run, **values: Any) -> None:
    with transaction():
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "Learn to live well, together"),
        ("/venues", "How to get there"),
        ("/privacy", "Privacy"),
        ("/security", "Tell us about a weakness"),
        ("/accessibility", "Accessibility"),
        ("/talk-now", "Need to talk to someone now?"),
        ("/courses/sleep-well", "Sleep well"),
        ("/venues/harbour-house", "Harbour House"),
    ],
)
def test_every_page_has_its_title_its_one_heading_its_main_and_the_offices_number(
    visit: Visit, course: Course, address: str, heading: str
) -> None:
    make_run(course, room=make_room(make_venue("Harbour House")))
    page = visit(address)
    assert page.status_code == 200
    assert f"<title>{heading} \u2013 Harbour Recovery College</title>" in page.text
    assert re.findall("<h1>(.*?)</h1>", page.text) == [heading]
    assert page.text.count('<main class="nhsuk-main-wrapper" id="maincontent">') == 1
    assert '<html lang="en-GB">' in page.text
    assert 'href="tel:01632960123">01632 960 123</a>' in page.text
    assert (
        re.findall(r"(?:style|onclick|onload)=|<style|<script(?! type=\"application/ld)", page.text)
        == []
    )
    assert (page.headers["Cache-Control"], page.headers.get("Set-Cookie")) == ("no-cache", None)


def test_the_first_page_leads_to_each_subject(visit: Visit) -> None:
    for name in ("Creativity", "Getting involved"):
        make_course(strand=make_strand(name))
    make_strand("With nothing on show")
    found = re.findall(r'href="(/courses\?strand=[^"]+)"', visit("/").text)
    assert found == ["/courses?strand=creativity", "/courses?strand=getting-involved"]


def test_a_course_shows_its_runs_and_the_offices_number_for_those_who_rather_phone(
    visit: Visit, course: Course
) -> None:
    esther = make_tutor(name="Esther Patel", shown_as=ShownAs.FULL_NAME)
    make_run(course, tutors=(esther, make_tutor(Side.PROFESSIONAL)), sessions=3, capacity=5)
    page = words_of(visit("/courses/sleep-well"))
    assert "Mondays, 10am to midday 5 places left" in page
    assert "Mon 7 Jun Mon 14 Jun Mon 21 Jun" in page
    assert "Esther Patel lived experience Professional tutor" in page
    assert "Would you rather phone? Call the office on 01632 960 123" in page


def test_each_run_has_its_button_and_the_next_one_with_places_is_filled(
    visit: Visit, course: Course
) -> None:
    taken, free, linked = (make_run(course, at=time(hour), capacity=1) for hour in (9, 11, 13))
    change(linked, visibility=Visibility.BY_LINK)
    enrol(ada := make_person(), ada, Request(taken), the_college())
    first, second, third, key = taken.id, free.id, linked.id, linked.link_key
    page = visit(f"/courses/sleep-well?run={key}").text
    assert re.findall('<a class="nhsuk-button(.*?)" href="(.*?)">(.*?)<', page) == [
        (" nhsuk-button--secondary", f"/runs/{first}/enrol", "Join the waiting list"),
        ("", f"/runs/{second}/enrol", "Enrol"),
        (" nhsuk-button--secondary", f"/runs/{third}/enrol?run={key}", "Enrol"),
    ]
    assert page.count("Free. It takes about three minutes.") == 1
    assert visit(f"/runs/{third}/enrol?run={key}").status_code == 200


def test_a_hybrid_run_counts_and_leads_to_the_room_and_the_link_by_themselves(
    visit: Visit, course: Course
) -> None:
    run = make_run(course, capacity=4)
    change(run, mode=Mode.HYBRID)
    set_link_places(make_person(), run, 6, the_college())
    id = run.id
    page = visit("/courses/sleep-well")
    assert "4 places in the room, 6 by link" in words_of(page)
    assert f'href="/runs/{id}/enrol?by=link"' in page.text
    (instance,) = data_of(page)["hasCourseInstance"]
    said = (instance["maximumAttendeeCapacity"], instance["remainingAttendeeCapacity"])
    assert said == (10, 10)
    assert "10 places left" in words_of(visit("/courses"))


def test_to_a_drop_in_one_just_comes(visit: Visit, course: Course) -> None:
    change(make_run(course, room=make_room(make_venue("Harbour House"))), drop_in=True)
    for address in ("/courses", "/courses/sleep-well", "/venues/harbour-house"):
        page = visit(address)
        assert "Just come no need to enrol" in words_of(page), address
        assert not re.search("[0-9]+ places left|/enrol", page.text), address


@pytest.mark.parametrize(
    ("needed", "words"),
    [(False, "Most people do First steps first."), (True, "You need to have done First steps")],
)
def test_a_course_says_what_comes_before_it(
    visit: Visit, course: Course, needed: bool, words: str
) -> None:
    first = make_course("First steps")
    change(course, first_course=first, first_course_needed=needed)
    page = visit("/courses/sleep-well")
    assert words in words_of(page)
    assert '<a href="/courses/first-steps">First steps</a>' in page.text
    change(seen_again(first), state=CourseState.ARCHIVED)
    assert "First steps" not in visit("/courses/sleep-well").text


def test_a_place_says_how_many_are_left_on_each_of_its_runs(visit: Visit) -> None:
    run = make_run(room=make_room(make_venue("Harbour House")), capacity=2)
    enrol(ada := make_person(), ada, Request(run), the_college())
    assert "1 place left" in words_of(visit("/venues/harbour-house"))


def test_a_course_says_what_it_is_like(visit: Visit, course: Course) -> None:
    change(
        course,
        description="# Tea\n\nand **talk**",
        learn="- one\n- two",
        suits="Everyone is welcome",
        session_like="We sit in a circle",
        bring="A pen",
        content_note="We talk of dark nights",
        first_session_needed=True,
        themes=[CourseTheme(theme=Theme.HOPE)],
    )
    page = visit("/courses/sleep-well").text
    assert re.findall("<h[23][^>]*>(.*?)</h[23]>", page) == [
        "No dates to show just now",
        "About this course",
        "Tea",
        "What you\u2019ll learn",
        "Who it may suit",
        "What a session is like",
        "Please come to the first session",
        "What to bring",
        "Good to know before you choose",
        "This course may help you to",
        "Who made it",
        "Keep this page",
    ]
    assert "<strong>talk</strong>" in page
    assert "<li>one</li><li>two</li>" in "".join(line.strip() for line in page.splitlines())
    assert "<li>feel more hopeful</li>" in page


def test_a_course_without_dates_says_what_to_do(visit: Visit, course: Course) -> None:
    page = words_of(visit("/courses/sleep-well"))
    assert (
        "No dates to show just now Phone the office on 01632 960 123 , Monday to Friday, "
        "9am to 5pm. We can tell you when it runs next." in page
    )
    assert "calendar" not in page


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ARCHIVED])
def test_a_course_that_is_not_published_is_not_found(
    visit: Visit, course: Course, state: CourseState
) -> None:
    make_run(course, room=make_room(make_venue("Harbour House")))
    change(course, state=state)
    for address in ("/courses/sleep-well", "/courses/sleep-well.ics"):
        assert visit(address).status_code == 404
    assert "Nothing just now" in visit("/venues/harbour-house").text
    assert "sleep-well" not in visit("/sitemap.xml").text


HIDDEN = [
    {"visibility": Visibility.OFFICE},
    {"visibility": Visibility.BY_LINK},
    {"state": RunState.DRAFT},
    {"state": RunState.CANCELLED},
]


@pytest.mark.parametrize("values", HIDDEN, ids=str)
def test_a_run_that_is_not_for_everybody_is_nowhere(
    visit: Visit, course: Course, values: dict[str, Any]
) -> None:
    change(make_run(course, room=make_room(make_venue("Harbour House"))), **values)
    assert "No dates to show just now" in visit("/courses/sleep-well").text
    assert b"VEVENT" not in visit("/courses/sleep-well.ics").data
    assert visit("/venues/harbour-house").status_code == 404
    assert "Harbour House" not in visit("/venues").text + visit("/courses").text
    assert not re.findall("sleep-well|harbour-house", visit("/sitemap.xml").text)


def test_a_place_stays_when_all_its_runs_are_over(visit: Visit, course: Course) -> None:
    make_run(course, room=make_room(make_venue("Harbour House")))
    with time_machine.travel("2027-08-01T09:00Z", tick=False):
        assert "Nothing just now" in visit("/venues/harbour-house").text
        assert "Harbour House" not in visit("/courses").text


def test_a_run_of_a_term_that_is_not_public_yet_is_nowhere(visit: Visit, course: Course) -> None:
    term = make_term()
    with transaction():
        term.public_at = datetime(2027, 5, 3, 9, 1, tzinfo=UTC)
    make_run(course, term=term)
    assert "No dates to show just now" in visit("/courses/sleep-well").text
    with time_machine.travel(term.public_at, tick=False):
        assert "Monday 7 June 2027" in visit("/courses/sleep-well").text


def test_a_link_shows_its_own_run_and_no_search_engine_hears_of_it(
    visit: Visit, course: Course
) -> None:
    run = make_run(course)
    change(run, visibility=Visibility.BY_LINK)
    page = visit(f"/courses/sleep-well?run={run.link_key}")
    assert "Monday 7 June 2027" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert data_of(page)["hasCourseInstance"] == []
    (dates,) = re.findall(r'href="(/courses/sleep-well\.ics[^"]*)"', page.text)
    assert b"VEVENT" in visit(dates).data


@pytest.mark.parametrize("key", ["", "wrong", "%00", "' OR 1=1 --", "x" * 9_000, "²"])
def test_a_wrong_key_shows_what_everybody_sees(visit: Visit, course: Course, key: str) -> None:
    change(make_run(course), visibility=Visibility.BY_LINK)
    page = visit(f"/courses/sleep-well?run={key}")
    assert (page.status_code, "No dates to show just now" in page.text) == (200, True)


def test_an_office_run_is_not_shown_even_by_its_key(visit: Visit, course: Course) -> None:
    run = make_run(course)
    change(run, visibility=Visibility.OFFICE)
    page = visit(f"/courses/sleep-well?run={run.link_key}")
    assert "No dates to show just now" in page.text


def test_a_group_that_has_started_is_mentioned(visit: Visit, course: Course) -> None:
    make_run(course, first=date(2027, 4, 26), sessions=3)
    page = visit("/courses/sleep-well").text
    assert "One more group has already started." in page
    assert "Mondays" not in page


def test_until_they_say_so_nobody_is_named_anywhere(visit: Visit, course: Course) -> None:
    tutors = (make_tutor(name="Hidden Tutor"), make_tutor(Side.PROFESSIONAL, name="Hidden Nurse"))
    make_run(course, tutors=tutors)
    names = [maker.person.name for maker in course.contributors] + ["Hidden"]
    page = visit("/courses/sleep-well").text
    assert "<p>Made by people with lived and professional experience.</p>" in page
    assert [name for name in names if name in page] == []
    assert data_of(visit("/courses/sleep-well"))["contributor"] == []


def test_what_is_told_to_search_engines_can_not_leave_its_block(visit: Visit) -> None:
    make_course("Sleep </script><script>alert(1)</script> & well")
    page = visit("/courses/sleep-script-script-alert-1-script-well")
    assert page.text.count("<script") == 1
    assert data_of(page)["name"] == "Sleep </script><script>alert(1)</script> & well"
    assert "<h1>Sleep &lt;/script&gt;" in page.text


def test_the_dates_are_a_calendar_that_says_nothing_from_outside(
    visit: Visit, course: Course
) -> None:
    make_run(course, sessions=3)
    answer = visit("/courses/sleep-well.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "inline; filename=dates.ics"
    entries = Calendar.from_ical(answer.data).events
    assert [str(entry["SUMMARY"]) for entry in entries] == ["Harbour"] * 3
    assert [entry["DTSTART"].to_ical() for entry in entries] == [
        b"20270607T100000",
        b"20270614T100000",
        b"20270621T100000",
    ]


def test_dates_that_have_not_changed_are_not_sent_again(visit: Visit, course: Course) -> None:
    run = make_run(course, sessions=2)
    first = visit("/courses/sleep-well.ics")
    known = {"If-None-Match": first.headers["ETag"]}
    with time_machine.travel("2027-05-09T12:00Z", tick=False):
        again = visit("/courses/sleep-well.ics", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert not first.headers["ETag"].startswith("W/")
    with transaction():
        seen_again(run).sessions[1].room = make_room()
    assert visit("/courses/sleep-well.ics", headers=known).status_code == 200


def test_the_places_are_listed_and_online_comes_last(visit: Visit) -> None:
    online = make_venue("A screen")
    with transaction():
        online.online = True
    for venue in (online, make_venue("Harbour House")):
        make_run(room=make_room(venue))
    page = words_of(visit("/venues"))
    assert page.index("Harbour House 12 Quay Street") < page.index("A screen You join from where")


def test_a_place_says_how_to_get_there_and_what_its_rooms_are_like(visit: Visit) -> None:
    venue = make_venue("Harbour House")
    room = make_room(venue)
    make_run(room=room)
    with transaction():
        venue.buses, venue.parking = "4 and 17\n9", "Behind the house"
        room.step_free, room.hearing_loop = True, False
    page = words_of(visit("/venues/harbour-house"))
    assert "12 Quay Street Buses 4 and 17 9 Parking Behind the house" in page
    assert (
        f"{room.name} Step-free Yes Hearing loop No "
        "Quiet space We have not checked yet: ask the office Size 20 people at most" in page
    )
    assert "Toilets" not in page


def test_a_place_shows_what_is_on_there(visit: Visit, course: Course) -> None:
    room = make_room(make_venue("Harbour House"))
    make_run(course, room=room, sessions=2)
    make_run(make_course("Tomorrow's tea"), room=room, at=time(13))
    make_run(make_course("Elsewhere"))
    page = words_of(visit("/venues/harbour-house"))
    assert (
        "What is on here Sleep well 2 sessions from Monday 7 June 2027, 10am 12 places left "
        "Tomorrow&#39;s tea Monday 7 June 2027, 1pm 12 places left" in page
    )
    assert "Elsewhere" not in page


def test_the_photo_of_a_door_is_what_its_bytes_say(visit: Visit) -> None:
    venue = make_venue("Harbour House")
    make_run(room=make_room(venue))
    with transaction():
        venue.door_photo, venue.door_photo_words = PNG, 'A "blue" door'
    assert 'src="/venues/harbour-house/door" alt="A &#34;blue&#34; door"' in (
        visit("/venues/harbour-house").text
    )
    photo = visit("/venues/harbour-house/door")
    assert (photo.content_type, photo.data) == ("image/png", PNG)
    known = {"If-None-Match": photo.headers["ETag"]}
    assert visit("/venues/harbour-house/door", headers=known).status_code == 304


@pytest.mark.parametrize("picture", [None, b"", b"<svg onload='alert(1)'/>", b"<html>"])
def test_what_is_no_photo_is_not_found(visit: Visit, picture: bytes | None) -> None:
    venue = make_venue("Harbour House")
    make_run(room=make_room(venue))
    with transaction():
        venue.door_photo = picture
    assert visit("/venues/harbour-house/door").status_code == 404


@pytest.mark.parametrize("address", ["/courses/no-such", "/venues/no-such", "/venues/no-such/door"])
def test_what_is_not_there_is_not_found(visit: Visit, address: str) -> None:
    assert visit(address).status_code == 404


def test_the_college_says_whom_to_call_now(visit: Visit) -> None:
    page = visit("/talk-now").text
    assert re.findall(r'href="(tel:[0-9]+)" rel', page) == ["tel:999", "tel:111", "tel:116123"]


def test_search_engines_find_the_courses_and_leave_the_questions(
    visit: Visit, course: Course
) -> None:
    make_course("No dates")
    make_run(course, room=make_room(make_venue("Harbour House")))
    assert visit("/robots.txt").text == (
        "User-agent: *\nDisallow: /courses?\nSitemap: http://127.0.0.1:8000/sitemap.xml\n"
    )
    sitemap = visit("/sitemap.xml")
    assert sitemap.content_type == "application/xml; charset=utf-8"
    assert re.findall("<loc>http://127.0.0.1:8000(.*?)</loc>", sitemap.text) == [
        "/",
        "/courses",
        "/venues",
        "/courses/sleep-well",
        "/venues/harbour-house",
    ]


def test_who_found_a_weakness_is_told_whom_to_tell(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel("2026-05-01T10:30Z", tick=False):
        answer = visit("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert dict(line.split(": ") for line in answer.text.splitlines()[1:]) == {
        "Contact": "mailto:office@example.org",
        "Expires": "2026-10-28T00:00:00Z",
        "Preferred-Languages": "en",
        "Canonical": "http://127.0.0.1:8000/.well-known/security.txt",
        "Policy": "http://127.0.0.1:8000/security",
    }
    assert 'href="mailto:office@example.org">office@example.org</a>' in visit("/security").text
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", "https://t.example/r")
    monkeypatch.setitem(app.config, "SECURITY_POLICY", "https://t.example")
    said = visit("/.well-known/security.txt").text
    assert "Contact: https://t.example/r\n" in said
    assert said.endswith("Policy: https://t.example\n")


def test_an_invented_college_says_so_and_is_not_for_search_engines(visit: Visit) -> None:
    with transaction():
        db.session.add(Setting(key="invented", value="yes"))
    assert "An invented college. Nobody here is real." in visit("/privacy").text
    assert visit("/robots.txt").text == "User-agent: *\nDisallow: /\n"


def test_pages_cost_the_same_number_of_statements_for_one_row_and_for_many(
    visit: Visit, course: Course
) -> None:
    room = make_room(make_venue("Harbour House"))
    make_run(course, room=room, tutors=(make_tutor(), make_tutor(Side.PROFESSIONAL)))
    addresses = (
        "/",
        "/courses/sleep-well",
        "/courses/sleep-well.ics",
        "/venues",
        "/venues/harbour-house",
        "/sitemap.xml",
        "/privacy",
    )
    few = [statements_of(visit, address) for address in addresses]
    course, room = seen_again(course), seen_again(room)
    for hour in range(12, 22, 2):
        tutors = (make_tutor(), make_tutor(Side.PROFESSIONAL))
        make_run(course, room=room, at=time(hour), sessions=6, tutors=tutors)
        make_run(room=make_room(room.venue), first=date(2027, 6, 8), at=time(hour))
    assert few == [2, 5, 3, 2, 3, 2, 1]
    assert [statements_of(visit, address) for address in addresses] == few


def seen_again(row: Row) -> Row:
    """The row in this test's own session, which a visit has closed."""
    found = db.session.get(type(row), identity(row))
    assert found is not None
    return found


def statements_of(visit: Visit, address: str) -> int:
    with counted() as statements:
        assert visit(address).status_code == 200
    return len([s for s in statements if s.lstrip().startswith(("SELECT", "WITH"))])


def words_of(page: TestResponse) -> str:
    """What a reader is left with."""
    return " ".join(re.sub("<[^>]*>", " ", page.text).split())


def data_of(page: TestResponse) -> dict[str, Any]:
    (data,) = re.findall('<script type="application/ld.json">(.*?)</script>', page.text)
    return dict(json.loads(data))
