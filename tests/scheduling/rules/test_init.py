"""The college's rules about runs, sessions and the pair, on plain values."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import strategies as some

from recovery_college.accounts.rules import Side
from recovery_college.scheduling.rules import (
    STEPS,
    Half,
    NoSessions,
    NoSuchStep,
    NotPaired,
    PairState,
    RoomTooSmall,
    RunState,
    Visibility,
    check_fits,
    check_pair_by,
    check_publishable,
    check_step,
    kept_promise,
    latest_pair_by,
    pair_state,
)

MONDAY = date(2027, 6, 7)
TODAY = date(2027, 5, 3)
BOTH = frozenset(Side)
DAYS = some.dates(date(2025, 1, 1), date(2037, 12, 31))
HOURS = some.times(time(2), time(20, 59)).map(lambda at: at.replace(second=0, microsecond=0))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sides", "state"),
    [
        ([], PairState.EMPTY),
        ([Side.LIVED, Side.LIVED], PairState.NEEDS_PROFESSIONAL),
        ([Side.PROFESSIONAL], PairState.NEEDS_LIVED),
        ([Side.PROFESSIONAL, Side.LIVED], PairState.PAIRED),
    ],
)
def test_the_pair_is_one_of_each(sides: list[Side], state: PairState) -> None:
    assert pair_state(sides) == state


def test_every_state_of_a_pair_has_words() -> None:
    assert [state.label for state in PairState] == [
        "paired",
        "half: needs a peer tutor",
        "half: needs a professional tutor",
        "empty",
    ]


def test_the_pair_is_known_by_the_colleges_wall_clock() -> None:
    just_after_midnight = datetime(2027, 6, 6, 23, 30, tzinfo=UTC)
    assert latest_pair_by(just_after_midnight, days=28) == date(2027, 5, 10)


@pytest.mark.parametrize(
    "half",
    [
        Half(at(MONDAY, 9), BOTH, None),
        Half(at(MONDAY, 9), BOTH, date(2027, 6, 6)),
        Half(at(MONDAY, 9), frozenset({Side.LIVED}), date(2027, 5, 10)),
        Half(at(MONDAY, 9), frozenset(), date(2027, 5, 3)),
    ],
)
def test_a_run_is_published_when_each_session_is_paired_or_dated(half: Half) -> None:
    check_publishable([half], pair_by_days=28, today=TODAY)


def test_a_run_without_sessions_is_not_published() -> None:
    with pytest.raises(NoSessions, match="no dates yet"):
        check_publishable([], pair_by_days=28, today=TODAY)


def test_sessions_without_pair_or_date_are_named() -> None:
    halves = [
        Half(at(MONDAY, 9), frozenset({Side.LIVED}), None),
        Half(at(date(2027, 6, 14), 9), BOTH, None),
        Half(at(date(2027, 6, 21), 9), frozenset(), None),
    ]
    with pytest.raises(NotPaired) as refused:
        check_publishable(halves, pair_by_days=28, today=TODAY)
    assert refused.value.message == (
        "Find both tutors, or set a pair-by date, for the sessions on: "
        "7 June 2027 and 21 June 2027."
    )


def test_a_pair_by_date_that_is_too_late_is_refused_with_the_last_one() -> None:
    half = Half(at(MONDAY, 9), frozenset(), date(2027, 5, 11))
    with pytest.raises(NotPaired) as refused:
        check_publishable([half], pair_by_days=28, today=TODAY)
    assert (refused.value.field, refused.value.message) == (
        "pair_by_on",
        "The pair for 7 June 2027 must be known 28 days before. "
        "Choose 10 May 2027 or an earlier day.",
    )
    check_pair_by(half.starts_at, date(2027, 5, 10), days=28, today=TODAY)


def test_a_pair_by_date_that_has_passed_promises_nothing() -> None:
    with pytest.raises(NotPaired, match="Choose a day until 10 May 2027"):
        check_pair_by(at(MONDAY, 9), date(2027, 5, 2), days=28, today=TODAY)
    with pytest.raises(NotPaired, match="7 June 2027 is less than 28 days away"):
        check_pair_by(at(MONDAY, 9), date(2027, 5, 12), days=28, today=date(2027, 5, 11))


@pytest.mark.parametrize(("capacity", "room"), [(1, None), (12, 12), (500, None)])
def test_a_run_fits_its_room(capacity: int, room: int | None) -> None:
    check_fits(capacity, room)


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (0, "A run needs at least one place."),
        (13, "The room holds 12 people, so a run there can't have 13 places."),
    ],
)
def test_a_run_that_does_not_fit_is_refused(capacity: int, words: str) -> None:
    with pytest.raises(RoomTooSmall) as refused:
        check_fits(capacity, 12)
    assert (refused.value.message, refused.value.field) == (words, "capacity")


def test_a_run_goes_only_where_its_steps_lead() -> None:
    refused = set()
    for old in RunState:
        for new in RunState:
            try:
                check_step(old, new)
            except NoSuchStep:
                refused.add((old, new))
    assert refused == {(old, new) for old in RunState for new in RunState} - STEPS
    assert (RunState.CANCELLED, RunState.PUBLISHED) in refused


@pytest.mark.parametrize(
    ("promised", "today", "kept"),
    [
        (None, TODAY, None),
        (date(2027, 5, 8), TODAY, date(2027, 5, 8)),
        (date(2027, 5, 20), TODAY, date(2027, 5, 10)),  # it moved nearer
        (date(2027, 5, 1), TODAY, TODAY),  # and the promise with it, into the past
        (date(2027, 5, 1), date(2027, 5, 11), date(2027, 5, 1)),  # too late to promise anew
    ],
)
def test_a_session_that_moves_keeps_a_promise_that_can_be_kept(
    promised: date | None, today: date, kept: date | None
) -> None:
    half = Half(at(MONDAY, 9), frozenset(), promised)
    assert kept_promise(half, days=28, today=today) == kept


def test_every_state_and_audience_of_a_run_has_words() -> None:
    assert len({state.label for state in RunState}) == len(RunState)
    assert len({each.label for each in Visibility}) == len(Visibility)
