"""When a message is tried again, when somebody must look, and when it may wake people."""

from datetime import UTC, datetime, timedelta

import pytest

from recovery_college.messages.rules import (
    GIVEN_UP_AFTER,
    MessageKind,
    Trouble,
    is_hopeless,
    not_before,
    pause_after,
)

NOON = datetime(2027, 6, 1, 11, tzinfo=UTC)


def test_pauses_grow_to_a_quarter_of_an_hour() -> None:
    minutes = [pause_after(tries) / timedelta(minutes=1) for tries in (1, 2, 3, 4, 5, 6, 400)]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


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
    assert not_before(MessageKind.NOTICE, hour) == sent
    assert not_before(MessageKind.SIGN_IN, hour) == hour
