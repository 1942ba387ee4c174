"""What a phone carries: no names before they may be known."""

from datetime import datetime, timedelta

import pytest
import time_machine

from recovery_college.attendance.carrying import at_hand
from tests.attendance.registering import MORNING, make_taught, pair_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("now", "many"),
    [(MORNING, 1), (MORNING - timedelta(hours=23), 1), (MORNING - timedelta(hours=30), 0)],
)
def test_tomorrows_register_is_carried_from_a_day_before(now: datetime, many: int) -> None:
    run = make_taught(2)
    with time_machine.travel(now, tick=False):
        assert len(at_hand(pair_of(run)[0], now)) == many
