"""What tutors allow themselves, in words."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recovery_college.tutors.rules.limits import (
    Booked,
    Limits,
    Roads,
    Standing,
    hours,
    reasons_against,
)

OAK, HARBOUR, QUAY = 1, 2, 3
ROADS = Roads(
    {(OAK, HARBOUR): 45}, {OAK: "Oak Lodge", HARBOUR: "Harbour House", QUAY: "Quay Street"}
)
MONDAY = date(2027, 6, 7)


def booked(starts: float, ends: float, venue: int | None = OAK, day: date = MONDAY) -> Booked:
    """On British Summer Time, in hours since midnight."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1)
    return Booked(midnight + timedelta(hours=starts), midnight + timedelta(hours=ends), venue)


WANTED = booked(10, 12)
TUESDAY, NEXT_MONDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(weeks=1)


def against(
    limits: Limits,
    *accepted: Booked,
    term: tuple[date, date] | None = None,
    written_minutes: int = 0,
) -> list[str]:
    return reasons_against(WANTED, limits, Standing(accepted, term, written_minutes), ROADS)


def test_nothing_stands_against_a_session_that_fits() -> None:
    assert against(Limits(), booked(13, 15), booked(8, 10), booked(10, 12, day=TUESDAY)) == []


def test_a_session_is_not_in_its_own_way() -> None:
    assert against(Limits(sessions_a_week=1, gap_minutes=60), WANTED) == []


@pytest.mark.parametrize(
    ("accepted", "reasons"),
    [
        (booked(11, 13), ["They teach another session at that time."]),
        (
            booked(12 + 1 / 6, 14, HARBOUR),
            ["They can\u2019t get from Oak Lodge to Harbour House in 10 minutes."],
        ),
        (
            booked(8, 9.75, QUAY),
            ["They can\u2019t get from Quay Street to Oak Lodge in 15 minutes."],
        ),
        (
            booked(12, 13, 99),
            ["They can\u2019t get from Oak Lodge to another place in 0 minutes."],
        ),
        (booked(12.5, 14, QUAY), []),
        (booked(12.75, 14, HARBOUR), []),
        (booked(12, 14, None), []),
    ],
)
def test_nobody_is_in_two_places_and_the_way_between_them_takes_its_time(
    accepted: Booked, reasons: list[str]
) -> None:
    assert against(Limits(), accepted) == reasons


@pytest.mark.parametrize(
    ("starts", "reasons"),
    [
        (13, []),
        (12.5, ["They want 60 minutes between two sessions. This leaves 30 minutes."]),
    ],
)
def test_the_gap_that_they_want(starts: float, reasons: list[str]) -> None:
    assert against(Limits(gap_minutes=60), booked(starts, 15), booked(16, 17)) == reasons


def test_places_that_they_can_reach() -> None:
    reason = "Oak Lodge is not among the places that they can reach."
    assert against(Limits(reaches={QUAY})) == [reason]
    assert against(Limits(reaches={QUAY, OAK})) == []
    assert reasons_against(booked(10, 12, None), Limits(reaches={QUAY}), Standing()) == []


@pytest.mark.parametrize(
    ("wanted", "late"),
    [(booked(16.9, 18), False), (booked(17, 18), True), (booked(16.5, 25), True)],
)
def test_no_evenings_means_none_that_begin_at_five_or_later(wanted: Booked, late: bool) -> None:
    reasons = reasons_against(wanted, Limits(no_evenings=True), Standing(), ROADS)
    assert reasons == (["They don\u2019t teach in the evening."] if late else [])


def test_sessions_in_a_week_and_in_a_term() -> None:
    others = (booked(10, 12, day=TUESDAY), booked(10, 12, day=NEXT_MONDAY))
    term = (MONDAY, MONDAY + timedelta(weeks=10))
    week = "They teach 1 session a week at most. This would be number 2."
    whole = "They teach 2 sessions a term at most. This would be number 3."
    assert against(Limits(sessions_a_week=1, sessions_a_term=2), *others, term=term) == [
        week,
        whole,
    ]
    assert against(Limits(sessions_a_week=2, sessions_a_term=3), *others, term=term) == []
    assert against(Limits(sessions_a_term=1), *others) == []


def test_the_hours_of_a_month_count_preparation_debrief_and_what_they_wrote_down() -> None:
    reason = "They work 5 hours a month at most. This would make 5 hours 45 minutes."
    limits = Limits(hours_a_month=5, minutes_beside=45)
    july = booked(10, 12, day=date(2027, 7, 1))
    assert against(limits, booked(10, 12, day=TUESDAY), july, written_minutes=15) == [reason]
    assert against(limits, july, written_minutes=135) == []


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 minutes"), (45, "45 minutes"), (60, "1 hour"), (135, "2 hours 15 minutes")],
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert hours(minutes) == words
