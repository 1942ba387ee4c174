"""What terms, venues and rooms must be, and when they may go."""

from datetime import UTC, date, datetime

import pytest

from recovery_college.errors import Refusal
from recovery_college.scheduling.rules.places import (
    InUse,
    check_nothing_planned,
    check_opens,
    check_room_holds,
    check_term_days,
    check_term_empty,
)

APRIL, MAY = (datetime(2027, month, 1, tzinfo=UTC) for month in (4, 5))


def test_a_term_ends_after_it_starts_or_on_that_day() -> None:
    check_term_days(date(2027, 5, 1), date(2027, 5, 1))
    with pytest.raises(Refusal) as refused:
        check_term_days(date(2027, 5, 1), date(2027, 4, 30))
    assert refused.value.field == "ends_on"


def test_enrolment_opens_when_the_prospectus_is_out_or_later() -> None:
    check_opens(APRIL, APRIL)
    with pytest.raises(Refusal) as refused:
        check_opens(MAY, APRIL)
    assert refused.value.field == "enrolment_opens_at"


def test_only_an_empty_term_goes() -> None:
    check_term_empty(0)
    with pytest.raises(InUse, match=r"^This term has 1 run\."):
        check_term_empty(1)


@pytest.mark.parametrize(
    ("to_come", "ever", "why"),
    [
        (1, 4, "^1 session is planned here. Move them"),
        (1200, 1200, "^1,200 sessions are planned here."),
        (0, 4, "^Sessions were held here, so the place stays."),
    ],
)
def test_a_place_where_something_is_planned_or_was_stays(to_come: int, ever: int, why: str) -> None:
    with pytest.raises(InUse, match=why):
        check_nothing_planned(to_come, ever)
    check_nothing_planned(0, 0)


def test_a_room_holds_the_largest_run_that_meets_there() -> None:
    check_room_holds(None, 500)
    check_room_holds(12, 12)
    with pytest.raises(Refusal, match="A run that meets here has 12 places") as refused:
        check_room_holds(11, 12)
    assert refused.value.field == "places"
