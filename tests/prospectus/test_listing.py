"""The list of courses: what is on it, in which order, and at what cost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import make_url, text

from recovery_college import clock
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.app import create_app
from recovery_college.college.models import Setting
from recovery_college.college.queries import the_college
from recovery_college.courses.models import CourseTheme
from recovery_college.courses.rules import CourseState, Mode, Theme
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.prospectus import listing
from recovery_college.prospectus.cards import accepted_in
from recovery_college.prospectus.rules import COUNTED, PAGE_SIZE, Filters
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

COURSES = ("Free", "Full", "Drop in", "Later")

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def found(**asked: str) -> listing.Listing:
    now = clock.now()
    around = listing.frame(now)
    filters = Filters.read(asked).known_among(around.strands, around.venues, around.terms)
    return listing.listing(filters, around, now)


def titles(**asked: str) -> list[str]:
    return [card.title for card in found(**asked).cards]


def change(run: Run, **values: object) -> None:
    with transaction():
        for name, value in values.items():
            setattr(run, name, value)


def ask(run: Run) -> None:
    student = make_person()
    enrol(student, student, Request(run), the_college())


def test_courses_stand_by_their_next_run_and_once() -> None:
    sleep, clay = make_course("Sleep well"), make_course("Clay and calm")
    make_run(sleep, first=date(2027, 6, 14))
    make_run(clay, first=date(2027, 6, 7))
    next_one = make_run(sleep, first=date(2027, 6, 1))
    cards = found().cards
    assert [(card.title, card.runs) for card in cards] == [("Sleep well", 2), ("Clay and calm", 1)]
    assert (cards[0].id, cards[0].total) == (next_one.id, 2)


def test_only_what_the_public_may_see_is_listed() -> None:
    hidden = [make_run() for _ in range(7)]
    change(hidden[0], state=RunState.DRAFT)
    change(hidden[1], state=RunState.CANCELLED)
    change(hidden[2], visibility=Visibility.BY_LINK)
    change(hidden[3], visibility=Visibility.OFFICE)
    with transaction():
        hidden[4].course.state = CourseState.ARCHIVED
        hidden[5].term.public_at = clock.now() + timedelta(seconds=1)
    change(hidden[6], starts_at=clock.now())
    shown = make_run()
    assert [card.id for card in found().cards] == [shown.id]


def test_each_filter_keeps_what_fits() -> None:
    strand, venue, term = make_strand("Creativity"), make_venue("Oak Lodge"), make_term("Summer")
    course = make_course("Clay and calm", strand=strand)
    with transaction():
        course.themes = [CourseTheme(theme=Theme.HOPE)]
    run = make_run(course, term=term, room=make_room(venue), first=date(2027, 6, 8), at=time(18))
    change(run, mode=Mode.HYBRID)
    make_run(make_course("Sleep well"))
    for asked in (
        {"strand": "creativity"},
        {"theme": "hope"},
        {"venue": "oak-lodge"},
        {"mode": "hybrid"},
        {"day": "tue"},
        {"time": "evening"},
        {"term": "summer"},
        {"q": "clay", "day": "tue", "theme": "hope"},
    ):
        assert titles(**asked) == ["Clay and calm"], asked
    for asked in ({"day": "sun"}, {"time": "afternoon"}, {"mode": "online"}, {"theme": "meaning"}):
        assert titles(**asked) == [], asked
    assert titles(strand="nothing", venue="nowhere", term="never", places="1") == [
        "Sleep well",
        "Clay and calm",
    ]


def test_a_filter_finds_a_later_run_of_a_course() -> None:
    course = make_course("Sleep well")
    make_run(course, first=date(2027, 6, 7))
    tuesday = make_run(course, first=date(2027, 6, 15))
    assert [(card.id, card.runs) for card in found(day="tue").cards] == [(tuesday.id, 1)]


def test_only_runs_with_places_left_or_none_needed_are_found_by_it() -> None:
    free, full, drop_in, later = (make_run(make_course(each), capacity=1) for each in COURSES)
    for run in (full, drop_in, later):
        ask(run)
    change(drop_in, drop_in=True)
    make_run(later.course, first=date(2027, 6, 14))
    assert titles(places="1") == ["Free", "Drop in", "Later"]
    assert [card.places for card in found().cards] == [1, 0, 0, 0]
    assert [card.places for card in found(places="1").cards] == [1, 0, 12]
    ask(free)
    assert titles(places="1") == ["Drop in", "Later"]


def test_a_title_stands_before_a_text() -> None:
    make_run(make_course("Sleep well", summary="For worried nights"), first=date(2027, 6, 7))
    make_run(make_course("Worry less, live more"), first=date(2027, 6, 14))
    assert titles(q="worr") == ["Worry less, live more", "Sleep well"]


@pytest.mark.parametrize(
    "question",
    ["anxieties", "ANXIETY", "anx", "understand anxiety", "Ánxiety", "anxeity", "anxity"],
)
def test_search_forgives(question: str) -> None:
    make_run(make_course("Understanding anxiety"))
    make_run(make_course("Sleep well"))
    assert titles(q=question) == ["Understanding anxiety"]
    assert found(q=question).nearly is (question in ("anxeity", "anxity"))


def test_a_course_without_dates_is_found_behind_those_with_some(browse: Browse) -> None:
    make_run(make_course("Sleep well"))
    make_course("Sleep better")
    with transaction():
        make_course("Sleep secretly").state = CourseState.DRAFT
    listed = found(q="sleep")
    assert [[row.title for row in rows] for rows in (listed.cards, listed.dateless)] == [
        ["Sleep well"],
        ["Sleep better"],
    ]
    assert [len(found(**asked).dateless) for asked in ({}, {"day": "mon"}, {"q": "bettr"})] == [
        1,
        0,
        1,
    ]
    page = browse().get("/courses?q=better").text
    assert '<a class="c-tap" href="/courses/sleep-better">Sleep better</a>' in page
    assert "Try fewer words" not in page


def test_a_subject_by_name_finds_its_courses() -> None:
    make_run(make_course("Clay and calm", strand=make_strand("Creativity")))
    make_run(make_course("Sleep well"))
    assert titles(q="creativ") == ["Clay and calm"]


@pytest.mark.parametrize(
    "question", ["'", '"', "a OR b*", "sleep & |", "();--", ":*", "%", "\u017f"]
)
def test_a_question_in_another_language_of_machines_is_only_words(question: str) -> None:
    make_run(make_course("Sleep well"))
    assert found(q=question).total in (0, 1)


def test_tutors_come_as_they_wish_and_once() -> None:
    tutors = (
        make_tutor(Side.LIVED, name="Una Jones", shown_as=ShownAs.FULL_NAME),
        make_tutor(Side.PROFESSIONAL, name="Sam Ahmed"),
    )
    make_run(tutors=tutors, sessions=3)
    assert sorted(accepted_in(found().cards[0].tutors)) == [
        (Side.LIVED, "Una Jones", ShownAs.FULL_NAME),
        (Side.PROFESSIONAL, "Sam Ahmed", ShownAs.NOT_NAMED),
    ]


def test_pages_follow_each_other_and_the_count_stops() -> None:
    term, room = make_term(), make_room(exclusive=False)
    for _ in range(COUNTED + 2):
        make_run(term=term, room=room)
    pages = [found(page=str(number)) for number in range(1, 7)]
    ids = [card.id for page in pages for card in page.cards]
    assert (len(ids), ids) == (COUNTED + 2, sorted(ids))
    assert [page.total for page in pages] == [COUNTED + 1] * 5 + [COUNTED + 2]
    assert [len(page.cards) for page in pages] == [PAGE_SIZE] * 5 + [2]


def test_a_page_past_the_end_is_the_first(browse: Browse) -> None:
    make_run(make_course("Sleep well"))
    page = browse().get("/courses?page=5").text
    assert "Sleep well" in page
    assert "Courses 1 to 1 of 1" in page


def test_a_database_that_restarts_is_a_page_that_says_so_and_then_is_well(
    app: Flask, database_url: str
) -> None:
    """An application of its own, so that only its connections are cut."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server to restart")
    named = make_url(database_url).update_query_dict({"application_name": "restarts"})
    own = create_app({"COLLEGE_DATABASE_URL": named.render_as_string(hide_password=False)})
    visitor = own.test_client()
    assert visitor.get("/courses").status_code == 200
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
    db.session.execute(text(cut), {"name": "restarts"})
    away, well = visitor.get("/courses"), visitor.get("/courses")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "60")
    assert "Nothing was lost" in away.text
    assert well.status_code == 200
    with own.app_context():
        db.engine.dispose()


def test_a_version_tells_nothing_to_who_has_not_the_secret(app: Flask) -> None:
    make_run()
    around, listed = listing.frame(clock.now()), found()
    versions = [listed.version(around)]
    app.secret_key, kept = "another", app.secret_key
    versions.append(listed.version(around))
    app.secret_key = kept
    assert versions[0] != versions[1]


def test_the_version_changes_with_what_is_shown_and_with_nothing_else() -> None:
    run = make_run(make_course("Sleep well"))
    around = listing.frame(clock.now())
    before = found().version(around)
    assert found().version(around) == before
    change(run, capacity=3)
    after = found().version(around)
    with transaction():
        db.session.add(Setting(key="office_phone", value="01632 960 999"))
    rung = listing.frame(clock.now())
    assert rung.college.office_phone == "01632 960 999"
    assert len({before, after, found().version(rung), found(q="sleep").version(around)}) == 4


def test_an_unchanged_page_is_not_sent_again(browse: Browse) -> None:
    run = make_run(make_course("Sleep well"))
    first = browse().get("/courses")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (first.status_code, browse().get("/courses", headers=tag).status_code) == (200, 304)
    change(db.session.get_one(Run, run.id), capacity=3)
    again = browse().get("/courses", headers=tag)
    assert (again.status_code, "<b>3</b> places left" in again.text) == (200, True)


def test_a_place_that_is_taken_or_waited_for_is_told_at_once(browse: Browse) -> None:
    run = make_run(make_course("Sleep well"), capacity=2)
    told = ["<b>2</b> places left", "<b>1</b> place left", ">Full</b> there is a waiting list"]
    seen, tags = [], [""]
    for words in told:
        page = browse().get("/courses", headers={"If-None-Match": tags[-1]})
        seen.append((page.status_code, words in page.text))
        tags.append(page.headers["ETag"])
        again = browse().get("/courses", headers={"If-None-Match": tags[-1]})
        assert again.status_code == 304
        ask(db.session.get_one(Run, run.id))
    assert seen == [(200, True)] * 3


def test_what_is_shown_is_never_older_than_the_last_commit(browse: Browse) -> None:
    make_run(make_course("Sleep well"))
    browser = browse()
    assert "Sleep well" in browser.get("/courses").text
    with transaction():
        db.session.execute(text("UPDATE course SET title = 'Sleep better'"))
    assert "Sleep better" in browser.get("/courses").text


@pytest.mark.parametrize("asked", ["", "?q=course", "?q=corse", "?strand=none&day=mon"])
def test_thirty_courses_cost_no_more_statements_than_one(browse: Browse, asked: str) -> None:
    """Nor the one for courses without dates, which stand on the last page."""
    browser, costs = browse(), []
    for number in (1, 29):
        room = make_room(exclusive=False)
        for _ in range(number):
            make_run(room=room, tutors=(make_tutor(), make_tutor(Side.PROFESSIONAL)))
        with counted() as statements:
            assert browser.get(f"/courses{asked}").status_code == 200
        costs.append([s for s in statements if s.lstrip().startswith("SELECT")])
    assert len(costs[1]) <= len(costs[0]) <= 6, costs


def test_the_page_says_when_where_with_whom_and_how_many(browse: Browse) -> None:
    room = make_room(make_venue("Oak Lodge"))
    lived = make_tutor(Side.LIVED, name="Una Jones", shown_as=ShownAs.FIRST_NAME)
    make_run(make_course("Sleep well"), room=room, tutors=(lived,), sessions=6)
    page = browse().get("/courses").text
    for words in (
        "<h1>Find a course</h1>",
        "1 course in Term",
        "Mondays, 10am to midday<br>6 sessions from 7 June 2027",
        "Oak Lodge, 12 Quay Street",
        "<b>Una</b> <span>lived experience</span>",
        '<li class="is-open"><b>Being confirmed</b> <span>professional</span>',
        "<b>12</b> places left",
        "Courses 1 to 1 of 1",
    ):
        assert words in page, words
    assert "Jones" not in page


def test_nothing_found_says_what_to_do(browse: Browse) -> None:
    page = browse().get("/courses?q=zebra").text
    assert "Nothing with a date fits that" in page
    assert "Or phone the office on" in page
    assert 'value="zebra"' in page


def test_a_word_that_is_code_stays_a_word(browse: Browse) -> None:
    make_run(make_course("<script>alert(1)</script>"))
    page = browse().get("/courses?q=%3Cscript%3E").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_run_past_its_last_second_is_gone() -> None:
    run = make_run()
    assert run.starts_at == datetime(2027, 6, 7, 9, tzinfo=UTC)
    with time_machine.travel("2027-06-07T08:59:59Z", tick=False):
        assert found().total == 1
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False):
        assert found().total == 0
