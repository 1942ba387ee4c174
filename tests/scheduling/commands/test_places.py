"""Venues, rooms, and the picture of the door."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlalchemy import func, select

from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.editing import Edit, Overtaken, prints_of
from recovery_college.errors import Refusal
from recovery_college.scheduling import queries
from recovery_college.scheduling.commands import places
from recovery_college.scheduling.models import Room, Venue
from recovery_college.scheduling.rules.places import InUse, NameTaken
from tests.factories import NOW, make_person, make_room, make_run, make_venue
from tests.small_college import DOOR

pytestmark = pytest.mark.usefixtures("app")
COLLEGE = College(name="A college")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def room_edit(room: Room, **values: object) -> Edit:
    return Edit(values, prints_of(room, values))


def test_a_room_online_takes_any_number_of_sessions_and_one_in_a_house_only_one() -> None:
    office = make_person()
    online = places.make_venue(office, {"name": "Online", "online": True})
    house = places.make_venue(office, {"name": "Harbour Hall", "address": "12 Quay Street"})
    rooms = [places.make_room(office, venue, {"name": "One"}) for venue in (online, house)]
    assert [(r.exclusive, r.places, r.step_free) for r in rooms] == [
        (False, None, None),
        (True, None, None),
    ]


def test_names_are_one_place_s_alone_however_they_are_written() -> None:
    office, hall, other = make_person(), make_venue("Harbour Hall"), make_venue("Library")
    with pytest.raises(NameTaken):
        places.make_venue(office, {"name": "HARBOUR hall"})
    with pytest.raises(NameTaken):
        places.edit_venue(office, other, Edit({"name": "harbour HALL"}, prints_of(other, ["name"])))
    room = places.make_room(office, hall, {"name": "Blue room"})
    places.make_room(office, other, {"name": "Blue room"})
    with pytest.raises(NameTaken):
        places.make_room(office, hall, {"name": "BLUE room"})
    places.edit_room(office, room, room_edit(room, name="BLUE ROOM"))
    assert hall.slug == "harbour-hall"


def test_the_second_of_two_editors_is_told() -> None:
    office, hall, room = make_person(), make_venue("Harbour Hall"), make_room()
    first, second = ({"parking": words} for words in ("Two bays.", "None."))
    seen = prints_of(hall, ["parking"])
    places.edit_venue(office, hall, Edit(first, seen))
    with pytest.raises(Overtaken):
        places.edit_venue(office, hall, Edit(second, seen))
    told = room_edit(room, step_free=False)
    places.edit_room(office, room, room_edit(room, step_free=True))
    with pytest.raises(Overtaken):
        places.edit_room(office, room, told)
    assert (hall.parking, room.step_free) == ("Two bays.", True)


def test_a_room_does_not_shrink_below_a_run_that_is_to_meet_there() -> None:
    office, run = make_person(), make_run(capacity=12)
    room = run.sessions[0].room
    assert room is not None
    with pytest.raises(Refusal, match="has 12 places") as refused:
        places.edit_room(office, room, room_edit(room, places=11))
    assert refused.value.field == "places"
    with time_machine.travel("2027-06-07T12:00Z"):
        places.edit_room(office, room, room_edit(room, places=11))
    assert room.places == 11


def test_the_door_is_shown_by_a_real_picture_and_hidden_again() -> None:
    office, hall = make_person(), make_venue()
    with pytest.raises(Refusal, match="not a picture"):
        places.show_door(office, hall, b"<svg onload='alert(1)'/>", "A door")
    places.show_door(office, hall, DOOR, "A blue door")
    assert (hall.door_photo, hall.door_photo_words, queries.venue_has_door(hall)) == (
        DOOR,
        "A blue door",
        True,
    )
    places.hide_door(office, hall)
    assert (hall.door_photo, hall.door_photo_words) == (None, "")
    assert not queries.venue_has_door(hall)


def test_a_place_where_sessions_are_planned_or_were_held_stays() -> None:
    office, run = make_person(), make_run()
    room = run.sessions[0].room
    assert room is not None
    removing: tuple[Callable[[], None], ...] = (
        lambda: places.remove_room(office, room),
        lambda: places.remove_venue(office, room.venue),
    )
    for remove in removing:
        with pytest.raises(InUse, match="1 session is planned here"):
            remove()
        with time_machine.travel("2027-06-07T12:00Z"), pytest.raises(InUse, match="were held here"):
            remove()
    assert db.session.scalar(select(func.count(Room.id))) == 1


def test_a_place_that_was_never_used_goes_with_its_rooms() -> None:
    office, room = make_person(), make_room()
    spare = make_room(room.venue)
    places.remove_room(office, spare)
    places.remove_venue(office, room.venue)
    assert db.session.scalar(select(func.count(Room.id))) == 0
    assert db.session.scalar(select(func.count(Venue.id))) == 0
