"""The weeks and the places of a term's board."""

from datetime import date, timedelta

from recovery_college.scheduling.rules.board import (
    MOST_WEEKS,
    NO_ROOM,
    Place,
    Week,
    monday_of,
    weeks_of,
)

MONDAY = date(2027, 5, 3)


def test_a_term_s_weeks_are_whole_and_others_only_come_with_what_meets_in_them() -> None:
    assert weeks_of(date(2027, 5, 5), date(2027, 5, 18), []) == [
        Week(MONDAY, 1),
        Week(date(2027, 5, 10), 2),
        Week(date(2027, 5, 17), 3),
    ]
    met = [date(2027, 5, 2), date(2027, 5, 9), date(2027, 5, 10), date(2027, 8, 1)]
    assert weeks_of(MONDAY, date(2027, 5, 9), met) == [
        Week(date(2027, 4, 26), None),
        Week(MONDAY, 1),
        Week(date(2027, 5, 10), None),
        Week(date(2027, 7, 26), None),
    ]


def test_a_mistyped_year_makes_no_thousand_weeks_and_hides_nothing() -> None:
    weeks = weeks_of(MONDAY, date(2207, 5, 3), [date(2030, 5, 6)])
    assert [week.number for week in weeks] == [*range(1, MOST_WEEKS + 1), 158]


def test_a_week_is_closed_when_its_working_days_are() -> None:
    working = {MONDAY + timedelta(days=n) for n in range(5)}
    week, next_monday = Week(MONDAY, 1), MONDAY + timedelta(weeks=1)
    assert week.is_closed(working | {next_monday})
    assert not week.is_closed(working - {MONDAY} | {week.sunday})
    assert week.closed({next_monday, week.sunday, MONDAY}) == [MONDAY, date(2027, 5, 9)]
    assert {monday_of(week.sunday), monday_of(MONDAY)} == {MONDAY}


def test_online_comes_after_the_venues_and_no_room_yet_comes_last() -> None:
    hall, garden = Place(False, False, "Hall", "Lantern"), Place(False, False, "Hall", "Garden")
    other, online = Place(False, False, "Quay", "1"), Place(False, True, "Call", "Video")
    assert sorted([NO_ROOM, online, other, hall, garden]) == [garden, hall, other, online, NO_ROOM]
