"""The table of steps is closed: what is not in it is refused, in a sentence."""

from itertools import pairwise, product

import pytest

from recovery_college.enrolment.rules import (
    PAST,
    STEPS,
    NoSuchStep,
    State,
    check_step,
    is_reachable,
)

CONFIRMED, OFFERED, WAITING, GIVEN_UP, EXPIRED, CANCELLED, COMPLETED = State
TABLE = {
    WAITING: {OFFERED, CONFIRMED, GIVEN_UP, EXPIRED, CANCELLED},
    OFFERED: {CONFIRMED, GIVEN_UP, EXPIRED, CANCELLED},
    CONFIRMED: {GIVEN_UP, CANCELLED, COMPLETED},
    COMPLETED: {CANCELLED},  # the office finds out that none of it happened
}


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_each_step_is_in_the_table_or_refused(old: State, new: State) -> None:
    if new in TABLE.get(old, set()):
        check_step(old, new)
        return
    with pytest.raises(NoSuchStep) as refused:
        check_step(old, new)
    assert str(refused.value) == f"{PAST[old]} Nothing was changed."


def test_nothing_follows_the_end_of_a_place_but_that_it_never_happened() -> None:
    assert {old for old, _ in STEPS} == {WAITING, OFFERED, CONFIRMED, COMPLETED}


@pytest.mark.parametrize(
    ("states", "reachable"),
    [
        ([], False),
        ([CONFIRMED], True),
        ([WAITING, OFFERED, CONFIRMED, COMPLETED], True),
        ([OFFERED], False),
        ([WAITING, COMPLETED], False),
        ([WAITING, GIVEN_UP, WAITING], False),
        ([CONFIRMED, CONFIRMED], False),
    ],
)
def test_a_history_follows_the_table_from_a_beginning(states: list[State], reachable: bool) -> None:
    assert is_reachable(states) == reachable
    assert not reachable or all(step in STEPS for step in pairwise(states))
