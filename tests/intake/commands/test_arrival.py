"""What the file can fill in, and what it only differs in."""

from datetime import UTC, date, datetime

import pytest

from recovery_college.college.rules import College
from recovery_college.errors import Refusal
from recovery_college.intake.commands.arrival import Arrival
from recovery_college.intake.rules.describing import Place, Source
from recovery_college.intake.rules.reading import Reading
from recovery_college.intake.rules.report import Fault, Report
from recovery_college.intake.rules.tabs.venues import RoomRow
from recovery_college.scheduling.models import Room
from tests.intake.workbooks import quiet

ROW = RoomRow(
    source=Source("Venues", 3, {"room": Place(1, "Room")}, ("Mill", "Attic")),
    venue="Mill",
    places=9,
    step_free=False,
    hearing_loop=None,
    quiet_space=True,
)
WORDS = {name: name for name in ("places", "step_free", "hearing_loop", "quiet_space")}


@pytest.fixture
def arrival() -> Arrival:
    half_past = datetime(2027, 7, 1, 23, 30, tzinfo=UTC)
    return Arrival(None, Reading(), Report(), College("Harbour"), half_past, quiet)


def test_gaps_are_filled_and_the_rest_is_said(arrival: Arrival) -> None:
    room = Room(name="Attic", places=None, step_free=True, hearing_loop=True, quiet_space=True)
    gaps = arrival.gaps("Room Attic", room, ROW, WORDS)
    assert gaps == [("places", 9)]
    assert arrival.report.differs == [
        "Room Attic: step_free is yes in the college, no in the file."
    ]
    arrival.fill(room, gaps)
    assert (room.places, room.step_free, arrival.report.filled) == (9, True, {"detail": 1})


def test_a_refusal_is_put_down_to_its_cell(arrival: Arrival) -> None:
    arrival.refuse(ROW, Refusal("No.", field="room"))
    assert arrival.report.faults == [Fault("Venues", 3, "No.", "B3", "Room", "Attic")]


def test_today_is_the_day_at_the_college(arrival: Arrival) -> None:
    assert arrival.today == date(2027, 7, 2)
