"""Every page shows the same runs: tried on each combination of what decides it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
import time_machine

from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.errors import NotFound
from recovery_college.prospectus import listing, queries
from recovery_college.prospectus.diary import dates_of
from recovery_college.prospectus.panels import open_of
from recovery_college.prospectus.rules import Filters
from recovery_college.prospectus.structured import course_data
from recovery_college.scheduling.models import Room, Run, Session, Term
from recovery_college.scheduling.rules import RunState, Visibility
from tests.factories import make_course, make_room, make_run, make_strand, make_venue

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COLLEGE = College("Harbour")
ALL = 1000

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room() -> Room:
    return make_room(make_venue("Harbour House"), exclusive=False)


@pytest.fixture
def expected(room: Room) -> list[str]:
    """Makes a course with one run for each combination; gives those that anybody may see."""
    strand, shown = make_strand("Rest"), []
    terms = list(product((NOW, NOW + SECOND), (date(2027, 5, 2), date(2027, 7, 31))))
    made = [_term(number, *each) for number, each in enumerate(terms)]
    cases = product(CourseState, RunState, Visibility, (NOW, NOW + SECOND), made)
    with transaction():
        for number, (course_state, state, visibility, starts_at, term) in enumerate(cases):
            slug = f"course-{number:03}"
            course = Course(title=slug, slug=slug, strand=strand, state=course_state)
            session = Session(
                number=1, starts_at=starts_at, ends_at=starts_at + 60 * SECOND, room=room
            )
            run = Run(course=course, term=term, capacity=12, state=state, visibility=visibility)
            run.sessions = [session]
            run.follow_sessions()
            db.session.add(run)
            is_out = (course_state, state) == (CourseState.PUBLISHED, RunState.PUBLISHED)
            if is_out and visibility is Visibility.PUBLIC and term.public_at <= NOW < starts_at:
                shown.append(slug)
    return shown


def _term(number: int, public_at: datetime, ends_on: date) -> Term:
    return Term(
        name=f"Term {number}",
        slug=f"term-{number}",
        starts_on=date(2027, 1, 1),
        ends_on=ends_on,
        public_at=public_at,
        enrolment_opens_at=public_at,
    )


def listed(**asked: str) -> list[str]:
    around = listing.frame(NOW)
    filters = Filters.read(asked).known_among(around.strands, around.venues, around.terms)
    return sorted(card.slug for card in listing.listing(filters, around, NOW).cards)


def on_own_pages(key: str = "") -> dict[str, list[str]]:
    """The courses whose page, calendar file and data for search engines tell of a run to come."""
    told: dict[str, list[str]] = {"page": [], "calendar": [], "data": []}
    for slug in [run.course.slug for run in db.session.query(Run).all()]:
        try:
            course = queries.course_on_show(slug)
        except NotFound:
            continue
        runs = open_of(queries.runs_on_show(course, NOW, key=key, most=ALL), NOW)
        entries = dates_of(course, runs, COLLEGE, site="https://college.example")
        told["page"] += [slug] * len(runs)
        told["calendar"] += [slug] * entries.count(b"BEGIN:VEVENT")
        beside = queries.beside(runs)
        data = course_data(course, runs, beside, COLLEGE, site="https://college.example")
        told["data"] += [slug] * len(data["hasCourseInstance"])
    return told


def test_every_page_shows_the_same_runs(expected: list[str], room: Room) -> None:
    assert len(expected) == 2
    assert listed() == expected
    assert listed(strand="rest") == expected
    assert listed(q="course") == expected
    assert listed(venue="harbour-house") == expected
    assert queries.slugs_on_show(NOW) == expected
    at_venue = queries.runs_at(room.venue, NOW, most=ALL)
    assert sorted(run.course.slug for run, _left in at_venue) == expected
    assert sorted(run.course.slug for run in queries.printed_runs(NOW)) == expected
    assert queries.printed_count(NOW) == len(expected)
    assert on_own_pages() == {"page": expected, "calendar": expected, "data": expected}


def test_a_run_by_link_without_a_key_is_found_by_nobody() -> None:
    run = make_run(course := make_course())
    with transaction():
        run.visibility, run.link_key = Visibility.BY_LINK, ""
    assert queries.runs_on_show(course, NOW, key="", most=ALL) == []
