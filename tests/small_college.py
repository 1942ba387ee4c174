"""A small college with one of everything that a page can show, for tests of all pages at once."""

from datetime import date, time

from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses.models import Course, CourseTheme, Decision, Strand
from recovery_college.courses.rules import Look, Mode, Theme
from recovery_college.database import transaction
from recovery_college.scheduling.models import Room, Run, Term, Venue
from tests.factories import (
    make_course,
    make_room,
    make_run,
    make_strand,
    make_term,
    make_tutor,
    make_venue,
)

DOOR = b"\x89PNG\r\n\x1a\n"
DATES = [date(2027, 6, day) for day in (7, 8, 9, 10, 11, 14, 15)]


def make_small_college(courses: int = 14) -> Course:
    """Gives the course that has all a course can have; the others have one run each."""
    body, mind = make_strand("Body and rest", Look.WAVE), make_strand("Understanding", Look.LEAF)
    term, venue = make_term("Summer 2027"), _described(make_venue("Harbour Hall"))
    sleeping = _whole(make_course("Sleeping well", strand=body, summary="Small steps to rest."))
    room = make_room(venue)
    tutors = (
        make_tutor(Side.LIVED, name="Ash Reed", shown_as=ShownAs.FIRST_NAME),
        make_tutor(Side.PROFESSIONAL, name="Bo Lind"),
    )
    make_run(sleeping, term=term, room=room, tutors=tutors, sessions=6)
    _half_paired(make_run(sleeping, term=term, room=room, at=time(14), sessions=2))
    _online(sleeping, term)
    for number in range(courses):
        _another(number, mind, term, room)
    return sleeping


def _described(venue: Venue) -> Venue:
    with transaction():
        venue.getting_there = "From the station, five minutes along the water."
        venue.buses = "Number 4 stops outside."
        venue.parking = "Two marked bays by the door."
        venue.toilets = "On the ground floor, one of them wheelchair accessible."
        venue.door_photo, venue.door_photo_words = DOOR, "A blue door beside the bakery"
    return venue


def _whole(course: Course) -> Course:
    with transaction():
        course.description = "We look at **rest** together.\n\n- gently\n- at your pace"
        course.learn = "What helps sleep\nWhat gets in its way"
        course.suits = "Anyone whose nights are long."
        course.session_like = "We sit in a circle, with breaks."
        course.content_note = "We talk about worries at night."
        course.bring = "Something warm to wear"
        course.first_session_needed = True
        course.themes = [CourseTheme(theme=theme) for theme in Theme]
        course.contributors[0].shown_as = ShownAs.FULL_NAME
        course.decisions = [Decision(decided_on=date(2026, 3, 1), words="Breaks every half hour.")]
    return course


def _half_paired(run: Run) -> None:
    with transaction():
        for session in run.sessions:
            session.pair_by_on = date(2027, 5, 8)


def _online(course: Course, term: Term) -> None:
    online = make_venue("Online")
    room = make_room(online, exclusive=False)
    run = make_run(course, term=term, room=room, at=time(18))
    with transaction():
        online.online, run.mode = True, Mode.ONLINE


def _another(number: int, strand: Strand, term: Term, room: Room) -> None:
    title = f"Making sense of things, part {number + 1}"
    course = make_course(title, strand=strand, summary="For anyone.")
    hour = time(16 if number < len(DATES) else 18)
    make_run(course, term=term, room=room, first=DATES[number % len(DATES)], at=hour)
