"""A course in the words of schema.org, compared whole."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.clock import london_instant
from recovery_college.college.rules import College
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import Mode
from recovery_college.prospectus.booking import Beside, Places
from recovery_college.prospectus.panels import teachers_of
from recovery_college.prospectus.structured import _frequency, course_data
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Venue
from recovery_college.scheduling.rules import DeliveryState, SessionState, Visibility
from recovery_college.tutors.models import Tutor

COLLEGE = College(name="Harbour Recovery College")
HOUSE = Venue(name="Harbour House", address="12 Quay Street", online=False)
ONLINE = Venue(name="Online", address="", online=True)
LEFT = {1: Places(room=5, in_all=12)}
SITE = "https://college.example"


@pytest.fixture
def course() -> Course:
    makers = (("Esther Patel", ShownAs.FULL_NAME), ("Hugh Fisher", ShownAs.NOT_NAMED))
    return Course(
        title="Sleep well",
        slug="sleep-well",
        summary="What helps.",
        contributors=[
            Contributor(person=Person(name=name), side=Side.LIVED, shown_as=shown_as)
            for name, shown_as in makers
        ],
    )


def a_run(room: Room | None, visibility: Visibility = Visibility.PUBLIC) -> Run:
    tutors = (("Esther Patel", ShownAs.FULL_NAME), ("Tom Evans", ShownAs.NOT_NAMED))
    sessions = [
        Session(
            starts_at=datetime(2027, month, day, 12 - (month == 6), tzinfo=UTC),
            ends_at=datetime(2027, month, day, 14 - (month == 6), tzinfo=UTC),
            room=room,
            state=SessionState.PLANNED,
            deliveries=[
                Delivery(
                    tutor=Tutor(person=Person(name=name), shown_as=shown_as),
                    side=Side.LIVED,
                    state=DeliveryState.ACCEPTED,
                )
                for name, shown_as in tutors
            ],
        )
        for month, day in ((3, 23), (6, 1))
    ]
    return Run(id=1, capacity=12, mode=Mode.IN_PERSON, visibility=visibility, sessions=sessions)


def instance_of(course: Course, run: Run) -> dict[str, Any]:
    beside = Beside(LEFT, teachers_of(run.sessions))
    (instance,) = course_data(course, [run], beside, COLLEGE, site=SITE)["hasCourseInstance"]
    return dict(instance)


def test_a_course_says_what_it_is_and_names_only_who_wishes_it(course: Course) -> None:
    assert course_data(course, [], Beside(LEFT, {}), COLLEGE, site=SITE) == {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": "https://college.example/courses/sleep-well",
        "url": "https://college.example/courses/sleep-well",
        "name": "Sleep well",
        "description": "What helps.",
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "creditText": "Made by people with lived and professional experience.",
        "contributor": [{"@type": "Person", "name": "Esther Patel"}],
        "provider": {
            "@type": "EducationalOrganization",
            "name": "Harbour Recovery College",
            "url": "https://college.example",
        },
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "GBP"},
        "hasCourseInstance": [],
    }


def test_a_run_says_when_where_and_with_how_many_places(course: Course) -> None:
    assert instance_of(course, a_run(Room(name="Lantern Room", venue=HOUSE))) == {
        "@type": "CourseInstance",
        "courseMode": "Onsite",
        "startDate": "2027-03-23T12:00:00+00:00",
        "endDate": "2027-06-01T14:00:00+01:00",
        "courseSchedule": {
            "@type": "Schedule",
            "startDate": "2027-03-23T12:00:00+00:00",
            "endDate": "2027-06-01T14:00:00+01:00",
            "repeatCount": 2,
        },
        "location": {"@type": "Place", "name": "Harbour House", "address": "12 Quay Street"},
        "instructor": [{"@type": "Person", "name": "Esther Patel"}],
        "maximumAttendeeCapacity": 12,
        "remainingAttendeeCapacity": 5,
    }


@pytest.mark.parametrize(
    ("days", "said"),
    [([23], "Daily"), ([16, 23, 30], "Weekly"), ([9, 23], None), ([23, 25], None)],
)
def test_how_often_it_meets_is_said_only_where_it_is_true(
    days: list[int], said: str | None
) -> None:
    """The clocks change on 28 March 2027."""
    starts = [london_instant(date(2027, 3, day), time(10)) for day in days]
    sessions = [Session(starts_at=start) for start in starts]
    assert _frequency(sessions).get("repeatFrequency") == said


def test_a_drop_in_has_no_number_of_places(course: Course) -> None:
    run = a_run(None)
    run.drop_in = True
    assert "AttendeeCapacity" not in str(instance_of(course, run))


def test_an_online_run_is_at_the_courses_own_page(course: Course) -> None:
    assert instance_of(course, a_run(Room(name="Online", venue=ONLINE)))["location"] == {
        "@type": "VirtualLocation",
        "url": "https://college.example/courses/sleep-well",
    }
    assert instance_of(course, a_run(None))["location"] is None


def test_a_run_that_only_its_link_finds_is_not_told_to_search_engines(course: Course) -> None:
    hidden = a_run(None, Visibility.BY_LINK)
    told = course_data(course, [hidden], Beside(LEFT, {}), COLLEGE, site=SITE)
    assert told["hasCourseInstance"] == []
