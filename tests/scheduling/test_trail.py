"""Which term, venue, room, run or session a line of the trail is about."""

import pytest

from recovery_college.database import transaction
from recovery_college.scheduling.trail import names_of
from tests.factories import make_course, make_room, make_run, make_term, make_tutor, make_venue

pytestmark = pytest.mark.usefixtures("app")


def test_each_is_called_as_it_is_today() -> None:
    venue, term = make_venue("Harbour Hall"), make_term("Summer 2027")
    room = make_room(venue)
    run = make_run(make_course("Sleeping well"), term=term, room=room, tutors=(make_tutor(),))
    (session,) = run.sessions
    names = {
        f"term:{term.id}": "Summer 2027",
        f"venue:{venue.id}": "Harbour Hall",
        f"room:{room.id}": f"{room.name}, Harbour Hall",
        f"run:{run.id}": "Sleeping well, 7 June 2027",
        f"session:{session.id}": "Sleeping well, 7 June 2027",
        f"delivery:{session.deliveries[0].id}": "Sleeping well, 7 June 2027",
    }
    assert names_of({*names, f"run:{run.id + 99}", "college"}) == names


def test_a_run_without_dates_has_its_title() -> None:
    run = make_run(make_course("Sleeping well"))
    with transaction():
        run.sessions.clear()
        run.follow_sessions()
    assert names_of({f"run:{run.id}"}) == {f"run:{run.id}": "Sleeping well"}
