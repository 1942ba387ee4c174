"""A course's dates as a calendar: what others may see over a shoulder says nothing."""

from datetime import UTC, datetime

from icalendar import Calendar

from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.prospectus.diary import dates_of
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue
from recovery_college.scheduling.rules import SessionState

COLLEGE = College(name="Harbour Recovery College")
COURSE = Course(title="Sleep well", slug="sleep-well")
PUBLIC_AT = datetime(2027, 1, 4, 9, tzinfo=UTC)


def a_run() -> Run:
    house = Venue(name="Harbour House", address="12 Quay Street", online=False)
    room = Room(name="Lantern Room", venue=house)
    states = (SessionState.PLANNED, SessionState.CANCELLED, SessionState.PLANNED)
    return Run(
        term=Term(public_at=PUBLIC_AT),
        sessions=[
            Session(
                id=number + 6,
                number=number,
                starts_at=datetime(2027, 6, number, 9, tzinfo=UTC),
                ends_at=datetime(2027, 6, number, 11, tzinfo=UTC),
                room=room,
                link="https://meet.example/secret",
                state=state,
            )
            for number, state in enumerate(states, 1)
        ],
    )


def made() -> bytes:
    return dates_of(COURSE, [a_run()], COLLEGE, site="https://college.example:8443/sub")


def test_an_entry_is_discreet_outside_and_clear_inside() -> None:
    entries = Calendar.from_ical(made()).events
    assert [(entry["UID"], entry["SUMMARY"]) for entry in entries] == [
        ("session-7@college.example", "Harbour"),
        ("session-9@college.example", "Harbour"),
    ]
    assert entries[0]["LOCATION"] == "Lantern Room, Harbour House, 12 Quay Street"
    assert entries[0]["DESCRIPTION"] == (
        "Sleep well, session 1 of 2.\n"
        "Questions? Phone the office on 01632 960 123, Monday to Friday, 9am to 5pm.\n"
        "https://college.example:8443/sub/courses/sleep-well"
    )


def test_a_cancelled_session_is_left_out_of_the_count() -> None:
    entries = Calendar.from_ical(made()).events
    assert [str(entry["DESCRIPTION"]).split("\n")[0] for entry in entries] == [
        "Sleep well, session 1 of 2.",
        "Sleep well, session 2 of 2.",
    ]


def test_it_is_stamped_with_the_moment_when_the_term_was_made_public() -> None:
    assert made() == made()
    assert made().count(b"DTSTAMP:20270104T090000Z\r\n") == 2


def test_the_link_of_an_online_session_is_for_those_with_a_place() -> None:
    assert b"secret" not in made()


def test_nothing_that_shows_from_outside_names_the_college_or_the_course() -> None:
    shown = [
        line
        for line in made().decode().replace("\r\n ", "").split("\r\n")
        if not line.startswith(("DESCRIPTION", "UID"))
    ]
    assert [line for line in shown if "Sleep" in line or "Recovery" in line] == []
