"""The office's page of one session: whose room it is, and whether it is ours for that time."""

from collections.abc import Iterator

import pytest
import time_machine

from recovery_college.accounts.rules import Role
from recovery_college.database import transaction
from tests.conftest import Browse
from tests.factories import NOW, make_person, make_room, make_run
from tests.markup import seen

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_somebody_elses_room_is_asked_for_confirmed_and_asked_for_again_when_it_moves(
    browse: Browse,
) -> None:
    room = make_room()
    with transaction():
        room.outside = True
    room_id, session = room.id, make_run(room=room).sessions[0]
    way = f"/office/sessions/{session.id}"
    office = browse(make_person("Dee", Role.DESK))
    assert "Not asked for yet." in office.get(way).text
    office.post(f"{way}/room/asked")
    assert "Asked for 3 May 2027." in office.get(way).text
    office.post(f"{way}/room/confirmed")
    assert "Confirmed 3 May 2027." in office.get(way).text
    shown = seen(office.get(way).text)
    typed = {"day": "2027-06-08", "starts": "10:00", "ends": "12:00", "room_id": str(room_id)}
    assert office.post(way, data=typed | {"seen": shown}).status_code == 302
    assert "Not asked for yet." in office.get(way).text


def test_the_colleges_own_room_is_never_asked_for(browse: Browse) -> None:
    way = f"/office/sessions/{make_run().sessions[0].id}"
    office = browse(make_person("Dee", Role.DESK))
    assert office.post(f"{way}/room/asked").status_code == 409
