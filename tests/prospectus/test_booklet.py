"""The printed prospectus in words, before any press."""

from datetime import date, time

import pytest

from recovery_college.database import transaction
from recovery_college.prospectus.booklet import Meeting, contents_of, dates
from recovery_college.prospectus.panels import Pair
from recovery_college.prospectus.rules import Half
from tests.factories import make_course, make_room, make_run, make_strand, make_term, make_venue

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([date(2027, 1, 12), date(2027, 1, 19)], "12 and 19 January 2027"),
        (
            [date(2027, 1, day) for day in (12, 19, 26)] + [date(2027, 2, 2), date(2027, 2, 9)],
            "12, 19, 26 January, 2 and 9 February 2027",
        ),
        (
            [date(2026, 12, 8), date(2026, 12, 15), date(2027, 1, 5)],
            "8, 15 December 2026 and 5 January 2027",
        ),
        ([date(2026, 1, 6), date(2027, 1, 5)], "6 January 2026 and 5 January 2027"),
    ],
)
def test_the_month_and_the_year_stand_with_the_last_day_in_them(
    days: list[date], words: str
) -> None:
    assert dates(days) == words


def test_a_weekly_run_says_its_weekday_once() -> None:
    run = make_run(sessions=3)
    offer = contents_of([run]).chapters[0].entries[0].offers[0]
    room = run.sessions[0].room
    assert offer.meetings == [Meeting("Mondays, 10am to midday", "7, 14 and 21 June 2027", room)]


def test_a_workshop_says_its_whole_date() -> None:
    run = make_run(at=time(14))
    offer = contents_of([run]).chapters[0].entries[0].offers[0]
    room = run.sessions[0].room
    assert offer.meetings == [Meeting("Monday 7 June 2027", "2pm to 4pm", room)]


def test_a_drop_in_says_so_and_how_to_book_it_does_not() -> None:
    drop_in, run = make_run(), make_run()
    with transaction():
        drop_in.drop_in = True
    chapters = contents_of([drop_in, run]).chapters
    assert [c.entries[0].offers[0].drop_in for c in chapters] == [True, False]


def test_until_somebody_accepts_both_halves_are_being_confirmed() -> None:
    offer = contents_of([make_run()]).chapters[0].entries[0].offers[0]
    halves = (
        Half("Being confirmed", "lived experience", is_open=True),
        Half("Being confirmed", "professional", is_open=True),
    )
    assert offer.pairs == [Pair("", halves)]


def test_strands_stand_in_the_colleges_order_and_courses_by_title() -> None:
    first, second = make_strand(), make_strand()
    wrong_way = [
        make_course("Walking", strand=second),
        make_course("sleep well", strand=first),
        make_course("Anger", strand=first),
    ]
    term = make_term()
    chapters = contents_of([make_run(course, term=term) for course in wrong_way]).chapters
    assert [(c.strand, [e.course.title for e in c.entries]) for c in chapters] == [
        (first, ["Anger", "sleep well"]),
        (second, ["Walking"]),
    ]


def test_places_are_those_where_one_can_go_with_the_rooms_that_are_used() -> None:
    house, online = make_venue("Harbour House"), make_venue("Online")
    with transaction():
        online.online = True
    room = make_room(house)
    make_room(house)
    runs = [make_run(room=room), make_run(room=make_room(online, exclusive=False))]
    places = contents_of(runs).places
    assert [(place.venue, place.rooms) for place in places] == [(house, [room])]
