"""What is left to do by hand once a spreadsheet is in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Role, Side
from recovery_college.college.rules import College
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, transaction
from recovery_college.desks.items import Item, Section
from recovery_college.intake.models import ImportUpload
from recovery_college.intake.monday import MOST, monday_of
from recovery_college.scheduling.rules import SessionState
from tests.conftest import Browse, counted
from tests.factories import (
    NOW,
    make_course,
    make_person,
    make_room,
    make_run,
    make_tutor,
    make_venue,
)

pytestmark = pytest.mark.usefixtures("app")

AT = datetime(2027, 5, 3, 9, tzinfo=UTC)
QUAY = College(name="Quay College")
FAULT = {"tab": "Dates", "row": 437, "reason": "Tide Room is already in use then."}


@pytest.fixture(autouse=True)
def in_may() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olu() -> Person:
    return make_person("Olu", Role.MANAGER, email="olu@example.org")


def sections(viewer: Person, college: College = QUAY) -> dict[str, Section]:
    return {each.slug: each for each in monday_of(viewer, college, AT)}


def taken_by(owner: Person, faults: int) -> ImportUpload:
    upload = ImportUpload(
        owner_id=owner.id,
        uploaded_at=AT,
        taken_at=AT,
        ends_at=AT + timedelta(days=7),
        digest="d",
        told={"faults": [FAULT | {"row": 2 + number} for number in range(faults)]},
    )
    with transaction():
        db.session.add(upload)
    return upload


def keep(change: object) -> None:
    with transaction():
        db.session.add(change)


def course_made_by(*sides: Side, title: str, state: CourseState = CourseState.DRAFT) -> Course:
    course = make_course(title)
    with transaction():
        course.state = state
        course.contributors = [Contributor(person=make_person(), side=side) for side in sides]
    return course


def test_where_all_is_done_nothing_is_said(olu: Person) -> None:
    assert sections(olu) == {}


def test_a_row_that_was_not_taken_leads_to_what_stands_there(olu: Person) -> None:
    upload = taken_by(olu, faults=60)
    found = sections(olu)["left"]
    assert (found.total, len(found.items), found.address) == (
        60,
        MOST,
        f"/office/import/{upload.id}",
    )
    assert found.items[0] == Item(
        "Dates row 2",
        "Tide Room is already in use then.",
        f"/office/import/{upload.id}?page=1#fault-0",
        "See what stands there",
    )


def test_what_another_sent_is_not_told(olu: Person) -> None:
    taken_by(make_person("Ida", Role.MANAGER, email="ida@example.org"), faults=1)
    assert sections(olu) == {}


def test_missing_halves_and_people_out_of_reach_stand_here_too(olu: Person) -> None:
    make_run(make_course("Sleeping well"), tutors=(make_tutor(Side.LIVED),))
    found = sections(olu)
    assert [item.action for item in found["pairs"].items] == ["Find a professional tutor"]
    assert "unreached" in found


def test_a_course_says_which_half_of_its_makers_is_missing(olu: Person) -> None:
    clay = course_made_by(Side.LIVED, title="Clay")
    course_made_by(*Side, title="Made together")
    nobody = course_made_by(title="Nobody\u2019s")
    course_made_by(title="Long ago", state=CourseState.ARCHIVED)
    found = sections(olu)["makers"].items
    assert [(item.heading, item.words, item.address) for item in found] == [
        (
            "Clay",
            "Nobody with professional experience is on its record. "
            "It can\u2019t be published before that.",
            f"/office/courses/{clay.id}/made-by",
        ),
        (
            "Nobody\u2019s",
            "Nobody is on its record of who made it together. "
            "It can\u2019t be published before that.",
            f"/office/courses/{nobody.id}/made-by",
        ),
    ]


def test_a_room_of_which_anything_is_unknown_is_to_be_looked_at(olu: Person) -> None:
    hall, zoom = make_venue("Harbour Hall"), make_venue("Video")
    known, unknown = make_room(hall), make_room(hall)
    with transaction():
        zoom.online = True
        known.step_free = known.hearing_loop = known.quiet_space = False
    make_room(zoom, exclusive=False)
    found = sections(olu)["facts"]
    assert [(item.heading, item.address) for item in found.items] == [
        (f"{unknown.name}, Harbour Hall", f"/office/venues/{hall.id}/rooms/{unknown.id}")
    ]


def test_a_session_to_come_without_a_room_needs_one(olu: Person) -> None:
    run = make_run(make_course("Sleeping well"), sessions=3)
    with transaction():
        for session in run.sessions[:2]:
            session.room = None
            session.room_exclusive = None
        run.sessions[1].live, run.sessions[1].state = False, SessionState.CANCELLED
        run.follow_sessions()
    make_run(first=date(2027, 4, 5))
    found = sections(olu)["rooms"]
    assert [(item.heading, item.address, item.action) for item in found.items] == [
        (
            "Sleeping well, Monday 7 June 2027, 10am",
            f"/office/sessions/{run.sessions[0].id}",
            "Choose a room",
        )
    ]


def test_a_college_whose_mail_waits_is_led_to_let_it_go(olu: Person) -> None:
    paused = College(name="Quay College", mail_paused=True)
    assert [section.slug for section in monday_of(olu, paused, AT)] == ["paused"]


def test_it_asks_as_often_for_one_of_each_as_for_thirty(browse: Browse, olu: Person) -> None:
    browser, asked = browse(olu), []
    for many in (1, 29):
        taken_by(olu, faults=many)
        for number in range(many):
            course_made_by(title=f"Course {many} {number}")
            make_run(first=date(2027, 6, 7) + timedelta(days=number))
        with counted() as statements:
            assert browser.get("/office/monday").status_code == 200
        asked.append(len([each for each in statements if "SAVEPOINT" not in each]))
    assert asked[0] == asked[1] <= 10
