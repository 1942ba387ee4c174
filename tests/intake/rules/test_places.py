"""Which run a row of the bookings means."""

from datetime import UTC, date, datetime

import pytest

from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.intake.rules.places import (
    RunToBook,
    agrees,
    check_left,
    meant,
    requested_at,
    the_run,
)

JAN, FEB, MAR, APR = date(2027, 1, 18), date(2027, 2, 15), date(2027, 3, 15), date(2027, 4, 19)
SECOND = date(2027, 1, 25)
NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
WINTER = RunToBook(1, JAN, frozenset({JAN, SECOND}))
SPRING = RunToBook(2, FEB, frozenset({FEB}))


def refusal(runs: list[RunToBook], day: date | None) -> tuple[str | None, str]:
    with pytest.raises(Refusal) as refused:
        the_run("Sleep well", runs, day)
    return refused.value.field, refused.value.message


def test_a_run_is_meant_by_its_first_date_or_by_another_on_which_it_alone_meets() -> None:
    assert the_run("Sleep well", [WINTER, SPRING], FEB) == SPRING
    assert the_run("Sleep well", [WINTER, SPRING], SECOND) == WINTER
    assert the_run("Sleep well", [WINTER], None) == WINTER


def test_a_run_that_begins_on_the_day_comes_before_one_that_only_meets_on_it() -> None:
    later = RunToBook(3, SECOND, frozenset({SECOND}))
    assert meant([WINTER, later], SECOND) == [later]


def test_a_cancelled_run_is_meant_only_where_there_is_no_other() -> None:
    off = RunToBook(3, JAN, frozenset({JAN}), cancelled=True)
    assert the_run("Sleep well", [off, WINTER], JAN) == WINTER
    assert refusal([off], JAN) == ("day", "The college has cancelled this run.")


def test_what_can_not_be_told_is_refused_in_words_that_help() -> None:
    twin = RunToBook(3, JAN, frozenset({JAN}))
    assert refusal([WINTER, twin], JAN) == (
        "day",
        '2 runs of "Sleep well" meet on that day. Write this place down on the page of the run '
        "that is meant.",
    )
    assert refusal([WINTER, SPRING], None) == (
        "day",
        '"Sleep well" has 2 runs. The row can\'t be taken without its first date.',
    )
    assert refusal([], None) == ("course", 'The college has no run of "Sleep well".')
    assert refusal([], JAN) == ("day", 'The college has no run of "Sleep well".')


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        ([JAN], "There is one that begins on 18 January 2027."),
        ([JAN, FEB], "They begin on 18 January 2027 and 15 February 2027."),
        (
            [JAN, FEB, MAR, APR],
            "The nearest begin on 15 February 2027, 15 March 2027 and 19 April 2027.",
        ),
    ],
)
def test_the_nearest_dates_are_named(begin: list[date], said: str) -> None:
    runs = [RunToBook(n, day, frozenset({day})) for n, day in enumerate(begin)]
    assert refusal(runs, date(2027, 3, 16)) == (
        "day",
        f'No run of "Sleep well" begins on 16 March 2027. {said}',
    )


def test_nobody_needs_a_place_where_people_just_come() -> None:
    open_door = RunToBook(3, JAN, frozenset({JAN}), drop_in=True)
    assert refusal([open_door], JAN) == (
        "course",
        "Nobody needs a place on this run: people just come.",
    )


def test_a_full_run_has_no_place_more() -> None:
    check_left(1, 12)
    for places, has in ((1, "1 place, and it is taken"), (12, "12 places, and all are taken")):
        with pytest.raises(Refusal, match=f"^The run has {has}[.] Give it more places first"):
            check_left(0, places)


@pytest.mark.parametrize(
    ("booked", "at"),
    [
        (date(2026, 7, 4), datetime(2026, 7, 4, 11, tzinfo=UTC)),
        (date(2027, 1, 3), datetime(2027, 1, 3, 12, tzinfo=UTC)),
        (date(2027, 1, 4), NOW),
        (date(2027, 1, 5), NOW),
        (None, NOW),
    ],
)
def test_a_request_counts_from_midday_in_london_and_never_from_tomorrow(
    booked: date | None, at: datetime
) -> None:
    assert requested_at(booked, NOW) == at


def test_what_time_has_made_of_a_place_is_no_difference() -> None:
    agreeing = [(said, there) for said in State for there in State if agrees(said, there)]
    assert [pair for pair in agreeing if pair[0] in (State.CONFIRMED, State.WAITING)] == [
        (State.CONFIRMED, State.CONFIRMED),
        (State.CONFIRMED, State.COMPLETED),
        (State.WAITING, State.WAITING),
        (State.WAITING, State.EXPIRED),
    ]
