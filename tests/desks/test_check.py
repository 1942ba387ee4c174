"""A term looked through: every clash, half, room and closed day, with what to do."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.college.rules import College
from recovery_college.database import transaction
from recovery_college.desks.check import check_of
from recovery_college.desks.items import Section
from recovery_college.scheduling import queries
from recovery_college.scheduling.models import Room, Term
from recovery_college.scheduling.rules import RunState
from recovery_college.tutors.models import Tutor
from tests.conftest import Browse, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_room,
    make_run,
    make_term,
    make_tutor,
)

pytestmark = pytest.mark.usefixtures("app")
QUAY = College(name="Quay College")


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def term() -> Term:
    return make_term("Summer")


def checked(term: Term) -> dict[str, Section]:
    sessions = queries.sessions_of_term(term, clock.now())
    return {each.slug: each for each in check_of(sessions, QUAY)}


def known_room(places: int = 20) -> Room:
    room = make_room()
    with transaction():
        room.places = places
        room.step_free = room.hearing_loop = room.quiet_space = True
    return room


def pair() -> tuple[Tutor, Tutor]:
    return make_tutor(Side.LIVED), make_tutor(Side.PROFESSIONAL)


def lines(section: Section) -> list[tuple[str, str, str]]:
    return [(item.words, item.address.split("/")[2], item.action) for item in section.items]


def test_a_term_in_which_all_is_well_says_nothing(term: Term) -> None:
    make_run(term=term, room=known_room(), tutors=pair(), sessions=4)
    assert checked(term) == {}


def test_a_half_is_named_with_its_pair_by_date_in_drafts_too(term: Term) -> None:
    run = make_run(
        make_course("Sleeping well"), term=term, room=known_room(), tutors=(make_tutor(),)
    )
    with transaction():
        run.state, run.sessions[0].pair_by_on = RunState.DRAFT, date(2027, 5, 10)
    found = checked(term)["halves"]
    assert lines(found) == [
        (
            "Needs a professional tutor. Pair-by date: 10 May 2027.",
            "sessions",
            "Find a professional tutor",
        )
    ]
    assert found.items[0].sides == frozenset({Side.LIVED})


def test_rooms_that_are_missing_too_small_or_unknown(term: Term) -> None:
    small, unknown = known_room(places=12), make_room()
    run = make_run(term=term, room=small, tutors=pair(), sessions=2)
    make_run(term=term, room=unknown, tutors=pair())
    with transaction():
        small.places = 8
        run.sessions[1].room, run.sessions[1].room_exclusive = None, None
        run.follow_sessions()
    found = checked(term)
    assert {slug: len(section.items) for slug, section in found.items()} == {
        "rooms": 1,
        "small": 1,
        "facts": 1,
    }
    assert found["small"].items[0].words == f"{small.name} holds 8, and the run has 12 places."


def test_a_session_on_a_bank_holiday(term: Term) -> None:
    make_run(term=term, room=known_room(), tutors=pair(), first=date(2027, 5, 31))
    assert [item.action for item in checked(term)["closed"].items] == ["Move it"]


def test_a_tutor_over_their_limit_and_one_who_can_not_be_there_in_time(term: Term) -> None:
    tia, cal = pair()
    with transaction():
        tia.person.name, tia.sessions_a_week = "Tia Bell", 1
    here, there = known_room(), known_room()
    make_run(term=term, room=here, tutors=(tia, cal))
    make_run(term=term, room=there, tutors=(cal, make_tutor(Side.LIVED)), at=time(12))
    make_run(
        term=term, room=here, tutors=(tia, make_tutor(Side.PROFESSIONAL)), first=date(2027, 6, 10)
    )
    words = {item.words for item in checked(term)["limits"].items}
    assert words == {
        f"{cal.person.name}: They can\u2019t get from {here.venue.name} to {there.venue.name} "
        "in 0 minutes.",
        "Tia Bell: They teach 1 session a week at most. This would be number 2.",
    }


def test_what_is_over_and_what_is_of_another_term_is_left_out(term: Term) -> None:
    make_run(term=term, first=date(2027, 4, 5))
    make_run(term=make_term("Autumn"))
    assert checked(term) == {}


def test_the_page_asks_as_often_for_one_run_as_for_thirty(browse: Browse, term: Term) -> None:
    dee: Person = make_person("Dee", Role.DESK)
    term_id, often, browser = term.id, list[int](), browse(dee)
    for many in (1, 29):
        for day in range(many):
            make_run(term=term, tutors=pair(), first=date(2027, 6, 7) + timedelta(days=day))
        with counted() as statements:
            page = browser.get(f"/office/terms/{term_id}/check")
        assert (page.status_code, "looked through" in page.text) == (200, True)
        often.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert often[0] == often[1] <= 10
