"""Which rows a page reads: with all that it shows, and no further."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.exc import InvalidRequestError

from recovery_college.accounts.rules import Side
from recovery_college.courses.models import CourseTheme
from recovery_college.courses.rules import CourseState, Theme
from recovery_college.database import db, transaction
from recovery_college.errors import NotFound
from recovery_college.prospectus import queries
from recovery_college.scheduling.rules import Visibility
from tests.conftest import counted
from tests.factories import make_course, make_room, make_run, make_tutor, make_venue

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


def test_a_course_comes_whole_in_one_statement_and_its_search_words_stay_behind() -> None:
    made = make_course("Sleep well")
    with transaction():
        made.themes = [CourseTheme(theme=theme) for theme in (Theme.HOPE, Theme.IDENTITY)]
    strand = made.strand.name
    db.session.expunge_all()
    with counted() as statements:
        course = queries.course_on_show("sleep-well")
        names = [maker.person.name for maker in course.contributors]
        read = (course.strand.name, [t.theme for t in course.themes], len(names))
    assert read == (strand, [Theme.HOPE, Theme.IDENTITY], 2)
    assert len([s for s in statements if s.startswith("SELECT")]) == 1
    assert "search_near" not in "".join(statements)


def test_only_a_published_course_is_on_show() -> None:
    course = make_course("Sleep well")
    with transaction():
        course.state = CourseState.DRAFT
    with pytest.raises(NotFound):
        queries.course_on_show("sleep-well")


def test_runs_come_with_their_sessions_and_rooms_and_beside_them_their_tutors() -> None:
    course = make_course()
    tutors = (make_tutor(name="Esther Patel"), make_tutor(Side.PROFESSIONAL, name="Tom Evans"))
    later = make_run(course, at=time(14), sessions=3).id
    first = make_run(course, sessions=2, tutors=tutors).id
    make_run()
    slug = course.slug
    db.session.expunge_all()
    course = queries.course_on_show(slug)
    with counted() as statements:
        runs = queries.runs_on_show(course, NOW, key="", most=20)
        taught = queries.beside(runs).taught
        read = [
            (s.room and s.room.venue.address, sorted(name for _side, name, _shown in taught[s]))
            for s in runs[0].sessions
        ]
    assert [run.id for run in runs] == [first, later]
    assert read == [("12 Quay Street", ["Esther Patel", "Tom Evans"])] * 2
    assert len([s for s in statements if s.startswith("SELECT")]) == 3


def test_what_a_page_does_not_show_can_not_be_read_by_mistake() -> None:
    make_run(course := make_course())
    db.session.expunge_all()
    (run,) = queries.runs_on_show(course, NOW, key="", most=20)
    with pytest.raises(InvalidRequestError):
        _ = run.course


def test_a_run_is_on_show_until_its_last_session_is_over() -> None:
    run = make_run(course := make_course(), sessions=2)
    ends_at = datetime(2027, 6, 14, 11, tzinfo=UTC)
    assert run.ends_at == ends_at
    before = ends_at - timedelta(minutes=1)
    assert queries.runs_on_show(course, before, key="", most=20) == [run]
    assert queries.runs_on_show(course, ends_at, key="", most=20) == []


def test_a_key_finds_its_own_run_beside_the_public_ones() -> None:
    course = make_course()
    public, linked, other = (make_run(course, at=time(hour)) for hour in (9, 11, 13))
    with transaction():
        linked.visibility = other.visibility = Visibility.BY_LINK
    found = queries.runs_on_show(course, NOW, key=linked.link_key, most=20)
    assert [run.id for run in found] == [public.id, linked.id]


def test_no_more_runs_are_read_than_a_page_holds() -> None:
    course = make_course()
    for hour in (9, 11, 13):
        make_run(course, at=time(hour))
    assert len(queries.runs_on_show(course, NOW, key="", most=2)) == 2


def test_the_next_runs_of_a_place_come_in_their_order() -> None:
    room = make_room(make_venue("Harbour House"))
    late = make_run(room=room, at=time(14)).id
    early = make_run(room=room).id
    make_run(room=room, first=date(2027, 4, 26))
    make_run()
    assert [run.id for run, _ in queries.runs_at(room.venue, NOW, most=20)] == [early, late]
    assert [run.id for run, _ in queries.runs_at(room.venue, NOW, most=1)] == [early]


def test_a_photo_is_read_only_when_it_is_asked_for() -> None:
    venue = make_venue("Harbour House")
    make_run(room=make_room(venue))
    with transaction():
        venue.door_photo = b"picture"
    db.session.expunge_all()
    with counted() as statements:
        shown, has_photo = queries.venue_on_show("harbour-house")
    assert (len(shown.rooms), has_photo) == (1, True)
    assert "venue.door_photo," not in "".join(statements)
    assert queries.door_photo("harbour-house") == b"picture"
