"""Runs out of rows of dates, whatever their order."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import count
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from recovery_college.accounts.rules import Side
from recovery_college.courses.rules import Mode
from recovery_college.intake.rules.cells import Part
from recovery_college.intake.rules.describing import Source
from recovery_college.intake.rules.series import (
    Busy,
    Halves,
    Meeting,
    RoomPlace,
    Series,
    Standing,
    in_series,
    label_of,
    matched,
    numbers,
    reconciled,
)
from recovery_college.intake.rules.tabs.dates import DateRow
from recovery_college.intake.rules.times import Hours
from recovery_college.scheduling.rules.timetable import Span, span_on

MONDAY = date(2027, 3, 1)
ROWS = count(2)
UNA: Halves = frozenset({(Side.LIVED, 1)})
ZOE: Halves = frozenset({(Side.LIVED, 2)})


def meeting(
    week: int = 0,
    part: tuple[int, int | None] | None = (1, 1),
    *,
    day: int = 0,
    course: int = 1,
    at: int = 10,
    room: int | None = 1,
    halves: Halves = UNA,
    term: str = "",
) -> Meeting:
    """On a Monday, or `day` days later, some weeks on."""
    on = MONDAY + timedelta(weeks=week, days=day)
    row = DateRow(
        source=Source("Dates", next(ROWS), {}, ()),
        course="",
        day=on,
        starts=Hours(time(at)),
        term=term,
        part=Part(*part) if part else None,
    )
    place = RoomPlace(room, 1, 20, exclusive=True, online=False, label="Room") if room else None
    return Meeting(
        row, course, span_on(on, time(at), time(at + 2)), place, 10, Mode.IN_PERSON, halves
    )


def weekly(length: int, *, first: int = 0, day: int = 0, halves: Halves = UNA) -> Series:
    """Over a change of clocks, if it is long enough."""
    return [meeting(first + n, (n + 1, length), day=day, halves=halves) for n in range(length)]


def standing(one: Meeting, *, run: int, number: int, room: int | None = 1) -> Standing:
    return Standing(
        id=next(ROWS),
        run=run,
        course=one.course,
        title="Sleep well",
        capacity=10,
        number=number,
        room_id=room,
        exclusive=True,
        span=one.span,
        live=True,
        halves=one.halves,
        run_begins=one.span.starts_at,
    )


def runs(rows: Sequence[Meeting]) -> set[frozenset[int]]:
    found, faults = in_series(rows)
    assert faults == []
    return {frozenset(m.row.source.number for m in run) for run in found}


def as_runs(*series: Series) -> set[frozenset[int]]:
    return {frozenset(m.row.source.number for m in run) for run in series}


@given(st.randoms(use_true_random=False))
def test_runs_one_after_the_other_and_side_by_side_in_any_order_of_rows(random: Random) -> None:
    series = [
        weekly(6),
        weekly(6, first=6),
        weekly(6, day=2),
        weekly(4),
        weekly(1),
        weekly(1, first=3, day=4),
    ]
    for one in series[3]:  # the same place and hour can't be had twice: another course
        object.__setattr__(one, "course", 2)
    object.__setattr__(series[4][0], "course", 3)
    rows = [m for run in series for m in run]
    random.shuffle(rows)
    assert runs(rows) == as_runs(*series)


def test_another_hour_place_or_term_is_another_run() -> None:
    series = [
        [meeting(0, (1, 2), term="Spring")],
        [meeting(1, (2, 2), at=14)],
        [meeting(2, (2, 2), room=2)],
        [meeting(0, (1, 2), day=1, term="Spring"), meeting(1, (2, 2), day=1)],
        [meeting(2, (2, 2), day=1, term="Summer")],
    ]
    assert runs([m for run in series for m in run]) == as_runs(*series)


def test_a_run_goes_on_after_a_row_that_was_refused() -> None:
    run = weekly(6)
    del run[2]
    assert runs(run) == as_runs(run)
    assert runs(run[1:]) == as_runs(run[1:])


def test_side_by_side_a_run_that_misses_a_row_keeps_its_weekday() -> None:
    one, other = weekly(3), weekly(3, day=2)
    del one[1]
    assert runs([*one, *other]) == as_runs(one, other)


def test_a_run_may_meet_on_another_weekday_for_once() -> None:
    run = weekly(4)
    run[2] = meeting(2, (3, 4), day=1)
    assert runs(run) == as_runs(run)


def test_side_by_side_online_the_tutors_tell_runs_apart() -> None:
    one = [meeting(n, (n + 1, 3), room=None) for n in range(3)]
    other = [meeting(n, (n + 1, 3), room=None, halves=ZOE) for n in range(3)]
    assert runs([*one, *other]) == as_runs(one, other)


def test_without_numbers_a_run_is_one_weekday_with_at_most_one_week_left_out() -> None:
    series = [
        [meeting(0, None), meeting(1, None), meeting(3, None)],
        [meeting(6, None)],
        [meeting(0, None, day=1)],
    ]
    assert runs([m for run in series for m in run]) == as_runs(*series)


def test_a_number_alone_is_enough() -> None:
    series = [[meeting(0, (1, None)), meeting(1, (2, None))], [meeting(2, (1, None))]]
    assert runs([m for run in series for m in run]) == as_runs(*series)


def test_the_same_row_twice_is_refused() -> None:
    row = meeting()
    again = meeting()
    found, faults = in_series([row, again])
    assert [len(run) for run in found] == [1]
    assert [(f.row, f.reason) for f in faults] == [
        (again.row.source.number, f"This row says the same as row {row.row.source.number}.")
    ]


def test_a_number_twice_in_one_run_is_refused() -> None:
    first, second, twice, last = (meeting(week, (n, 4)) for week, n in enumerate((1, 2, 2, 4)))
    found, faults = in_series([first, second, twice, last])
    assert found == [[first, second, last]]
    assert [(f.row, f.reason) for f in faults] == [
        (
            twice.row.source.number,
            f"Row {second.row.source.number} is this session of the run already. Number it anew.",
        )
    ]


def test_a_run_is_the_same_when_sessions_begin_together() -> None:
    run, other = weekly(3), [meeting(9)]
    there = [standing(m, run=7, number=n) for n, m in enumerate(run[:2], 1)]
    assert matched([other, run], there) == {1: 7}


def test_side_by_side_the_room_and_then_the_tutors_tell_which_is_which() -> None:
    here, there = [meeting(room=1)], [meeting(room=2)]
    college = [standing(there[0], run=5, number=1, room=2), standing(here[0], run=6, number=1)]
    assert matched([here, there], college) == {0: 6, 1: 5}
    una, zoe = [meeting(room=None)], [meeting(room=None, halves=ZOE)]
    college = [
        standing(zoe[0], run=5, number=1, room=None),
        standing(una[0], run=6, number=1, room=None),
    ]
    assert matched([una, zoe], college) == {0: 6, 1: 5}


def test_a_run_beside_its_sessions() -> None:
    first, second, third = weekly(3)
    moved = standing(meeting(5), run=7, number=2)
    there = [standing(first, run=7, number=1), moved]
    beside = reconciled([first, second, third], there)
    assert (beside.standing, beside.moved, beside.new) == (
        [(first, there[0])],
        [(second, moved)],
        [third],
    )


def test_a_session_has_its_own_number_or_the_next() -> None:
    assert numbers([meeting(0, (1, 4)), meeting(1, (2, 4)), meeting(2, (4, 4))]) == [1, 2, 4]
    assert numbers([meeting(0, (3, 4))], taken=[1, 2]) == [3]
    assert numbers([meeting(0, None), meeting(1, (1, 4))], taken=[1, 2]) == [3, 4]


def test_what_is_held_is_busy_from_its_start_to_its_end() -> None:
    busy = Busy()
    ten, noon = span_on(MONDAY, time(10), time(12)), span_on(MONDAY, time(12), time(14))
    eleven = span_on(MONDAY, time(11), time(13))
    busy.hold("room", 1, ten, "a label")
    assert [busy.clash("room", 1, span) for span in (ten, eleven, noon)] == [
        "a label",
        "a label",
        None,
    ]
    assert (busy.clash("room", 2, ten), busy.clash("tutor", 1, ten)) == (None, None)


def test_past_midnight_is_still_the_same_evening() -> None:
    busy = Busy()
    late = Span(
        *(span_on(MONDAY, time(22), time(23)).starts_at + timedelta(hours=h) for h in (0, 4))
    )
    busy.hold("room", 1, late, "late")
    assert busy.clash("room", 1, span_on(MONDAY + timedelta(days=1), time(1), time(3))) == "late"


def test_a_clash_is_told_in_words() -> None:
    assert label_of("Sleep well", span_on(MONDAY, time(10), time(12)), "Dates row 2") == (
        '"Sleep well", Monday 1 March 2027, 10am to midday (Dates row 2)'
    )
