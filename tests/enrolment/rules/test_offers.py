"""How long an offer holds, and how somebody hears of it."""

from datetime import UTC, datetime

import pytest

from recovery_college.college.rules import College
from recovery_college.enrolment.rules import OfferOver, State
from recovery_college.enrolment.rules.offers import (
    By,
    Terms,
    check_answerable,
    cut_off,
    ends_at,
    terms_of,
)

COLLEGE = College(name="Harbour Recovery College")
STARTS = datetime(2027, 6, 14, 9, tzinfo=UTC)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "slow", "terms"),
    [
        (at(5, 26), False, Terms(By.MESSAGE, at(5, 28))),
        (at(5, 26, 9, 1), False, Terms(By.MESSAGE, at(5, 28, 10))),
        (at(5, 28), False, Terms(By.MESSAGE, at(6, 2))),  # a weekend and a bank holiday
        (at(5, 26), True, Terms(By.MESSAGE, at(6, 3))),
        (at(6, 7, 8, 59), False, Terms(By.MESSAGE, at(6, 9))),
        (at(6, 7), False, Terms(By.CALL, at(6, 9))),
        (at(6, 12), False, Terms(By.CALL, at(6, 13))),  # cut at the cut-off
        (at(6, 13), False, None),
        (at(6, 20), True, None),
    ],
)
def test_an_offer_holds_for_working_days_and_never_past_the_cut_off(
    now: datetime, slow: bool, terms: Terms | None
) -> None:
    assert terms_of(now, STARTS, COLLEGE, slow=slow) == terms


def test_of_a_run_that_moves_it_ends_at_the_new_cut_off_or_the_start() -> None:
    assert cut_off(STARTS, COLLEGE) == at(6, 13)
    assert ends_at(at(6, 20), STARTS, at(6, 1), COLLEGE) == at(6, 13)
    assert ends_at(at(6, 3), STARTS, at(6, 1), COLLEGE) == at(6, 3)
    assert ends_at(at(6, 20), STARTS, at(6, 13, 12), COLLEGE) == STARTS


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.CONFIRMED, "You have said yes already: the place is yours."),
        (State.GIVEN_UP, "This place has been given up already."),
        (State.CANCELLED, "The college has cancelled this."),
        (State.EXPIRED, "The time for this offer is over, so the place went to the next person."),
        (State.OFFERED, "The time for this offer is over, so the place went to the next person."),
    ],
)
def test_too_late_to_say_yes(state: State, said: str) -> None:
    with pytest.raises(OfferOver) as refused:
        check_answerable(state, at(6, 1), at(6, 1))
    assert str(refused.value) == said
    check_answerable(State.OFFERED, at(6, 1, 9, 1), at(6, 1))
