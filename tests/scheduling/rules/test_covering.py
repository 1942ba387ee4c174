"""Who is asked for cover, in which order; never somebody who could not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_college.scheduling.rules import covering
from recovery_college.scheduling.rules.covering import Substitute, ranked
from recovery_college.tutors.rules import Step

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)


def tutor(
    id: int,
    teaches: Step | None = Step.READY,
    *,
    free: bool | None = True,
    near: bool = False,
    minutes: int = 0,
    against: tuple[str, ...] = (),
) -> Substitute:
    return Substitute(id, teaches, free, near, minutes, against)


def order(*found: Substitute) -> list[int]:
    return [each.tutor_id for each in ranked(found)]


def test_knowing_the_course_counts_most_then_being_free_then_being_near_then_few_hours() -> None:
    assert order(
        tutor(1, None),
        tutor(2, minutes=60),
        tutor(3, minutes=30),
        tutor(4, near=True, minutes=90),
        tutor(5, free=None, near=True),
        tutor(6, Step.LEADING, free=None, minutes=900),
    ) == [6, 4, 3, 2, 5, 1]


@pytest.mark.parametrize(
    "who",
    [
        tutor(1, free=False),
        tutor(1, against=("They teach another session at that time.",)),
        tutor(1, Step.SHADOWING),
    ],
)
def test_who_could_not_is_not_asked(who: Substitute) -> None:
    assert ranked([who]) == []


def test_nobody_is_asked_twice() -> None:
    assert [each.tutor_id for each in ranked([tutor(1), tutor(2)], asked={1})] == [2]


SUBSTITUTES = st.builds(
    Substitute,
    tutor_id=st.integers(1, 50),
    teaches=st.sampled_from([None, *Step]),
    is_free=st.sampled_from([True, False, None]),
    is_near=st.booleans(),
    minutes=st.integers(0, 5_000),
    against=st.sampled_from([(), ("They don\u2019t teach in the evening.",)]),
)


@given(st.lists(SUBSTITUTES, max_size=40), st.sets(st.integers(1, 50)))
def test_whoever_is_proposed_could_and_all_who_could_are_proposed(
    found: list[Substitute], asked: set[int]
) -> None:
    proposed = ranked(found, asked)
    assert all(
        each.is_free is not False
        and not each.against
        and each.teaches is not Step.SHADOWING
        and each.tutor_id not in asked
        for each in proposed
    )
    assert len(proposed) == len([e for e in found if e.could and e.tutor_id not in asked])


@given(st.lists(SUBSTITUTES, max_size=20, unique_by=lambda each: each.tutor_id))
def test_the_order_does_not_depend_on_the_order_in_which_they_were_found(
    found: list[Substitute],
) -> None:
    assert ranked(found) == ranked(found[::-1])


@pytest.mark.parametrize(
    ("before", "gives_up"),
    [
        (timedelta(days=3), timedelta(days=2)),
        (timedelta(hours=24), timedelta(hours=12)),
        (timedelta(hours=1), timedelta(minutes=30)),
        (timedelta(), timedelta()),
    ],
)
def test_asking_ends_a_day_before_the_session_or_when_half_of_the_time_has_passed(
    before: timedelta, gives_up: timedelta
) -> None:
    assert covering.give_up_at(NOW, NOW + before, hours=24) == NOW + gives_up


def test_no_wave_goes_out_after_the_end() -> None:
    assert covering.next_wave_at(NOW, NOW + timedelta(hours=4), hours=4) is None
    assert covering.next_wave_at(NOW, NOW + timedelta(hours=5), hours=4) == NOW + timedelta(hours=4)
