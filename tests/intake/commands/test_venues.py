"""Venues and rooms out of the workbook, and how a timetable's words find them."""

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.database import db
from recovery_college.scheduling.models import Room, Session, Venue
from tests.intake.workbooks import FROZEN, VENUES, Cell, college, meets, take

pytestmark = pytest.mark.usefixtures("app")


def test_a_venue_arrives_with_its_rooms_and_all_that_is_known_of_them() -> None:
    take(
        college(
            Venues=[
                ["Venue", "Address", "Room", "Places", "Step-free", "Hearing loop", "Buses"],
                ["Mill", "1 Mill Lane", "Attic", "9 max", "No", "?", "Bus 3"],
                ["Mill", None, "Cellar", None, "yes", None, None],
            ]
        )
    )
    (mill,) = db.session.scalars(select(Venue))
    assert (mill.slug, mill.address, mill.buses, mill.online) == (
        "mill",
        "1 Mill Lane",
        "Bus 3",
        False,
    )
    assert [(r.name, r.places, r.step_free, r.hearing_loop, r.exclusive) for r in mill.rooms] == [
        ("Attic", 9, False, None, True),
        ("Cellar", None, True, None, True),
    ]


def test_any_number_of_sessions_meet_online_at_once() -> None:
    take(college(Venues=[["Venue", "Places"], ["Zoom", 20]]))
    (zoom,) = db.session.scalars(select(Venue))
    assert (zoom.online, [(room.name, room.exclusive) for room in zoom.rooms]) == (
        True,
        [("Main room", False)],
    )


def test_a_room_twice_is_refused() -> None:
    report = take(college(Venues=[*VENUES, ["harbour house", None, "TIDE ROOM", 12]]))
    assert [str(fault) for fault in report.faults] == [
        'Venues row 5, cell C5 (Room): "TIDE ROOM". This room stands in row 2 too.'
    ]


def test_gaps_are_filled_and_what_differs_is_left() -> None:
    take(college(Venues=[["Venue", "Room", "Places"], ["Mill", "Attic", None]]))
    headings = ["Venue", "Room", "Places", "Address", "Step-free"]
    report = take(college(Venues=[headings, ["Mill", "Attic", 9, "1 Mill Lane", "no"]]))
    assert report.filled == {"detail": 3}
    report = take(college(Venues=[headings, ["Mill", "Attic", 12, "2 Mill Lane", "yes"]]))
    assert report.differs == [
        'Venue Mill: address is "1 Mill Lane" in the college, "2 Mill Lane" in the file.',
        'Room Mill, Attic: places is "9" in the college, "12" in the file.',
        "Room Mill, Attic: step-free is no in the college, yes in the file.",
    ]
    assert [room.places for room in db.session.scalars(select(Room))] == [9]


@time_machine.travel(FROZEN, tick=False)
@pytest.mark.parametrize(
    ("words", "room"),
    [
        (("Harbour House", "Tide Room"), "Tide Room"),
        (("harbour  house", "tide room"), "Tide Room"),
        ((None, "Lantern Room"), "Lantern Room"),
        (("Harbour House, Tide Room", None), "Tide Room"),
        ((None, "Harbour House: Tide Room"), "Tide Room"),
        (("Online", None), "Video call"),
        (("TBC", None), None),
    ],
)
def test_a_room_is_found_however_it_is_put(words: tuple[Cell, Cell], room: str | None) -> None:
    report = take(college(meets(room=words)))
    assert report.faults == []
    (session,) = db.session.scalars(select(Session))
    assert (session.room.name if session.room else None) == room


@time_machine.travel(FROZEN, tick=False)
@pytest.mark.parametrize(
    ("words", "cell", "why"),
    [
        (
            ("Harbour House", None),
            "G2",
            "Which room? It could be Harbour House, Tide Room or Harbour House, Lantern Room.",
        ),
        (
            ("Harbour House", "Attic"),
            "G2",
            'There is no room "Attic" at Harbour House in the list of rooms. '
            "It has Harbour House, Tide Room or Harbour House, Lantern Room.",
        ),
        (
            ("Harbor House", "Tide Room"),
            "F2",
            '"Harbor House" is not in the list of venues. Did you mean "Harbour House"?',
        ),
        ((None, "Attic"), "G2", '"Attic" is not in the list of rooms.'),
    ],
)
def test_no_room_is_guessed(words: tuple[Cell, Cell], cell: str, why: str) -> None:
    report = take(college(meets(room=words)))
    assert [(fault.cell, fault.reason) for fault in report.faults] == [(cell, why)]
