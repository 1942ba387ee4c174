"""The office keeps venues, rooms and the pictures of doors."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select

from recovery_college.accounts.rules import Role
from recovery_college.database import db, transaction
from recovery_college.scheduling.models import Room, TravelTime, Venue
from recovery_college.tutors.models import TutorVenue
from tests.conftest import Browse, Browser
from tests.factories import (
    NOW,
    make_person,
    make_room,
    make_run,
    make_tutor,
    make_venue,
)
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(browse: Browse) -> Browser:
    return browse(make_person("Dee Marsh", Role.DESK))


def send(office: Browser, way: str, **typed: str) -> tuple[int, str]:
    page = office.post(way, data=typed | {"seen": seen(office.get(way).text)})
    return page.status_code, page.location or page.text


def test_a_place_and_its_room_are_added_and_what_nobody_checked_is_not_known(
    office: Browser,
) -> None:
    status, way = send(office, "/office/venues/new", name="Mill Lane", address="1 Mill Lane")
    assert status == 302
    room = {"name": "Attic", "places": "9", "step_free": "no", "hearing_loop": "yes"}
    assert send(office, f"{way}/rooms/new", **room)[0] == 302
    found = db.session.scalars(select(Room)).one()
    assert (found.name, found.places, found.exclusive) == ("Attic", 9, True)
    assert (found.step_free, found.hearing_loop, found.quiet_space) == (False, True, None)
    assert "Attic" in office.get(way).text
    page = office.get(f"{way}/rooms/{found.id}").text
    assert '<option value="no" selected>' in page
    assert '<option value="" selected>We have not checked yet' in page


def test_an_online_place_is_never_taken(office: Browser) -> None:
    _, way = send(office, "/office/venues/new", name="Zoom", online="y")
    send(office, f"{way}/rooms/new", name="The link")
    assert db.session.scalars(select(Room.exclusive)).all() == [False]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "Give the room a name."),
        ({"name": "A", "places": "²"}, "Write a whole number"),
        ({"name": "A", "places": "0"}, "Write a number from 1"),
    ],
)
def test_what_can_t_be_a_room_is_said(office: Browser, typed: dict[str, str], says: str) -> None:
    status, page = send(office, f"/office/venues/{make_venue().id}/rooms/new", **typed)
    assert (status, says in page) == (422, True)


def test_a_place_where_something_is_planned_stays(office: Browser) -> None:
    run, empty = make_run(), make_venue()
    assert office.post(f"/office/venues/{run.venue_id}/remove").status_code == 409
    assert office.post(f"/office/venues/{empty.id}/remove").status_code == 302
    assert db.session.scalars(select(Venue.id)).all() == [run.venue_id]


def test_a_room_is_found_at_its_own_place_only(office: Browser) -> None:
    room, other = make_room(), make_venue()
    pages = [office.get(f"/office/venues/{other.id}/rooms/{id}") for id in (room.id, 10**6)]
    assert [page.status_code for page in pages] == [404, 404]


def test_a_door_is_shown_and_hidden_and_is_really_a_picture(office: Browser) -> None:
    venue = make_venue("Mill Lane")
    address = f"/office/venues/{venue.id}/door"
    for content, status in ((b"<html>", 422), (PNG, 302)):
        typed = {"photo": (BytesIO(content), "door.png"), "words": "A blue door"}
        assert office.post(address, data=typed).status_code == status
    assert office.get("/venues/mill-lane/door").status_code in (200, 404)
    assert "A blue door" in office.get(address).text
    office.post(f"{address}/hide")
    assert "A blue door" not in office.get(address).text


def test_how_far_two_places_are_apart_is_kept_from_either_side(office: Browser) -> None:
    one, other = make_venue("Mill Lane"), make_venue("Oak Lodge")
    ids, way = (one.id, other.id), f"/office/venues/{one.id}/travel"
    assert send(office, way, **{f"to_{ids[1]}": "45"})[0] == 302
    assert 'value="45"' in office.get(f"/office/venues/{ids[1]}/travel").text
    assert send(office, way, **{f"to_{ids[1]}": "a while"})[0] == 422
    assert send(office, way, **{f"to_{ids[1]}": ""})[0] == 302
    assert db.session.scalars(select(TravelTime)).all() == []


def test_a_place_goes_with_what_was_said_of_the_way_there(office: Browser) -> None:
    one, other, tutor = make_venue(), make_venue(), make_tutor()
    with transaction():
        db.session.add(TravelTime(venue_id=one.id, other_id=other.id, minutes=5))
        db.session.add(TutorVenue(tutor_id=tutor.id, venue_id=other.id))
    assert office.post(f"/office/venues/{other.id}/remove").status_code == 302
    assert db.session.scalars(select(TravelTime)).all() == []
