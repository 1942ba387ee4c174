"""When a message is tried again, when somebody must look, and when it may wake people."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from recovery_college.clock import london_instant
from recovery_college.college.rules import College
from recovery_college.messages.rules import (
    GIVEN_UP_AFTER,
    MessageKind,
    Trouble,
    is_hopeless,
    not_before,
    not_older_than,
    pause_after,
)

QUAY = College(name="Quay College")
NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)
TONIGHT = datetime(2027, 6, 1, 19, tzinfo=UTC)  # eight o'clock in the college


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    minutes = [pause_after(tries, 0) / timedelta(minutes=1) for tries in (1, 2, 3, 4, 5, 6, 400)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


def test_what_failed_together_is_tried_again_scattered_over_a_quarter_of_the_pause() -> None:
    seconds = sorted(pause_after(5, message_id).total_seconds() for message_id in range(100))
    gaps = [later - earlier for earlier, later in pairwise(seconds)]
    assert (min(seconds) >= 675, max(seconds)) == (True, 900)
    assert min(gaps) > 0.7
    assert max(gaps) < 4
    assert pause_after(5, 7) == pause_after(5, 7)


@pytest.mark.parametrize(
    ("trouble", "after", "hopeless"),
    [
        (Trouble.AWAY, timedelta(), False),
        (Trouble.BUSY, GIVEN_UP_AFTER - timedelta(seconds=1), False),
        (Trouble.BUSY, GIVEN_UP_AFTER, True),
        (Trouble.REFUSED, timedelta(), True),
        (Trouble.ADDRESS_REFUSED, timedelta(), True),
    ],
)
def test_what_is_refused_for_good_or_for_three_days_needs_somebody(
    trouble: Trouble, after: timedelta, hopeless: bool
) -> None:
    assert is_hopeless(trouble, NOON, NOON + after) is hopeless


@pytest.mark.parametrize(
    ("hour", "sent"),
    [
        (datetime(2027, 6, 1, 18, 59, tzinfo=UTC), datetime(2027, 6, 1, 18, 59, tzinfo=UTC)),
        (datetime(2027, 6, 1, 19, 0, tzinfo=UTC), datetime(2027, 6, 2, 7, 0, tzinfo=UTC)),
        (datetime(2027, 6, 2, 6, 59, tzinfo=UTC), datetime(2027, 6, 2, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), datetime(2027, 3, 28, 7, 0, tzinfo=UTC)),
    ],
)
def test_what_can_wait_is_not_sent_at_night(hour: datetime, sent: datetime) -> None:
    assert not_before(MessageKind.NOTICE, hour, QUAY) == sent
    assert not_before(MessageKind.SIGN_IN, hour, QUAY) == hour


@pytest.mark.parametrize(
    ("quiet", "hour", "sent"),
    [
        ((12, 14), 12, 14),
        ((12, 14), 14, 14),
        ((12, 14), 11, 11),
        ((0, 9), 8, 9),
        ((12, 12), 12, 12),
    ],
)
def test_the_quiet_hours_are_the_college_s_own(
    quiet: tuple[int, int], hour: int, sent: int
) -> None:
    college = replace(QUAY, quiet_from=time(quiet[0]), quiet_until=time(quiet[1]))
    assert not_before(MessageKind.NOTICE, at(hour), college) == at(sent)


@pytest.mark.parametrize(
    ("hour", "since"),
    [(19, None), (20, TONIGHT), (23, TONIGHT), (3, TONIGHT - timedelta(days=1)), (8, None)],
)
def test_what_waited_when_the_quiet_hours_began_stays(hour: int, since: datetime | None) -> None:
    assert not_older_than(at(hour), QUAY) == since


def at(hour: int) -> datetime:
    """On the college's wall clock, on a day in summer."""
    return london_instant(date(2027, 6, 1), time(hour))
