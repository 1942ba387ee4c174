"""When a run or a session may still be changed, and what stops a run from being published."""

from datetime import UTC, date, datetime, timedelta

import pytest

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import CourseState
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import Half, RunState, SessionState
from recovery_college.scheduling.rules.changing import (
    About,
    Begun,
    InProspectus,
    Obstacle,
    check_draft,
    check_one_stays,
    check_run_not_begun,
    check_session_stands,
    check_some_to_come,
    check_to_come,
    check_weeks,
    obstacles,
)

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
BOTH, NOBODY = frozenset(Side), frozenset[Side]()


def test_only_a_draft_is_deleted_and_only_before_it_begins() -> None:
    check_draft(RunState.DRAFT)
    with pytest.raises(InProspectus):
        check_draft(RunState.PUBLISHED)
    check_run_not_begun(None, NOW)
    check_run_not_begun(NOW + HOUR, NOW)
    with pytest.raises(Begun):
        check_run_not_begun(NOW, NOW)


def test_a_session_that_has_begun_or_is_cancelled_stays_as_it_was() -> None:
    check_session_stands(SessionState.PLANNED, NOW + HOUR, NOW)
    with pytest.raises(Begun):
        check_session_stands(SessionState.PLANNED, NOW, NOW)
    with pytest.raises(Refusal, match="is cancelled"):
        check_session_stands(SessionState.CANCELLED, NOW + HOUR, NOW)


def test_nothing_moves_into_the_past() -> None:
    check_to_come(NOW + HOUR, NOW)
    with pytest.raises(Refusal) as refused:
        check_to_come(NOW, NOW)
    assert refused.value.field == "day"


def test_a_run_in_the_prospectus_keeps_a_session() -> None:
    check_one_stays(RunState.DRAFT, 0)
    check_one_stays(RunState.PUBLISHED, 1)
    with pytest.raises(InProspectus):
        check_one_stays(RunState.PUBLISHED, 0)


@pytest.mark.parametrize("weeks", [0, 53, -53])
def test_a_run_moves_by_weeks_within_a_year(weeks: int) -> None:
    with pytest.raises(Refusal, match="1 to 52 weeks") as refused:
        check_weeks(weeks)
    assert refused.value.field == "weeks"
    check_weeks(-1)
    check_weeks(52)


def test_a_run_that_is_over_does_not_move() -> None:
    check_some_to_come(1)
    with pytest.raises(Refusal, match="None of its sessions are to come"):
        check_some_to_come(0)


def test_everything_that_stops_a_run_is_said_at_once_in_the_order_to_mend_it() -> None:
    halves = [
        Half(NOW + 5 * WEEK, BOTH, None),
        Half(NOW + 6 * WEEK, NOBODY, None),
        Half(NOW + 7 * WEEK, NOBODY, date(2027, 6, 1)),
    ]
    assert obstacles(CourseState.DRAFT, halves, pair_by_days=28, now=NOW) == [
        Obstacle(About.COURSE, "Publish the course first. Its runs can follow.", 0),
        Obstacle(
            About.SESSION,
            "Find both tutors, or set a pair-by date, for the sessions on: 14 June 2027.",
            1,
        ),
        Obstacle(
            About.SESSION,
            "The pair for 21 June 2027 must be known 28 days before. "
            "Choose 24 May 2027 or an earlier day.",
            2,
        ),
    ]


def test_a_run_without_dates_or_with_none_to_come() -> None:
    published = CourseState.PUBLISHED
    assert [o.about for o in obstacles(published, [], pair_by_days=28, now=NOW)] == [About.DATES]
    over = obstacles(published, [Half(NOW - HOUR, BOTH, None)], pair_by_days=28, now=NOW)
    assert over == [Obstacle(About.DATES, "All the sessions of this run are over.", 0)]


def test_nothing_stops_a_run_whose_sessions_are_paired_or_promised() -> None:
    halves = [Half(NOW + WEEK, BOTH, None), Half(NOW + 5 * WEEK, NOBODY, date(2027, 5, 10))]
    assert obstacles(CourseState.PUBLISHED, halves, pair_by_days=28, now=NOW) == []
