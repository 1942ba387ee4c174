"""A course for search engines, in the words of schema.org. Nobody is named but as they wish."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from recovery_college.accounts.rules import ShownAs, public_name
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.courses.rules import Mode
from recovery_college.prospectus.booking import Beside, Places, Taught
from recovery_college.prospectus.makers import MADE_TOGETHER
from recovery_college.prospectus.panels import planned
from recovery_college.scheduling.models import Room, Run, Session
from recovery_college.scheduling.rules import Visibility

Thing = dict[str, Any]
MODES = {Mode.IN_PERSON: "Onsite", Mode.ONLINE: "Online", Mode.HYBRID: "Blended"}


def course_data(
    course: Course,
    runs: Iterable[Run],
    beside: Beside,
    college: College,
    *,
    site: str,
) -> Thing:
    """`site` is the address of the college's pages, without a slash at its end."""
    address = f"{site}/courses/{course.slug}"
    public = [run for run in runs if run.visibility is Visibility.PUBLIC]
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": address,
        "url": address,
        "name": course.title,
        "description": course.summary or course.title,
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "creditText": MADE_TOGETHER,
        "contributor": _people((c.person.name, c.shown_as) for c in course.contributors),
        "provider": {"@type": "EducationalOrganization", "name": college.name, "url": site},
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "GBP"},
        "hasCourseInstance": [
            _instance(run, beside.taught, address) | _left(run, beside.places) for run in public
        ],
    }


def _instance(run: Run, taught: Taught, address: str) -> Thing:
    sessions = planned(run)
    schedule = {
        "@type": "Schedule",
        "startDate": in_london(sessions[0].starts_at).isoformat(),
        "endDate": in_london(sessions[-1].ends_at).isoformat(),
        "repeatCount": len(sessions),
    } | _frequency(sessions)
    return {
        "@type": "CourseInstance",
        "courseMode": MODES[run.mode],
        "startDate": schedule["startDate"],
        "endDate": schedule["endDate"],
        "courseSchedule": schedule,
        "location": _location(sessions[0].room, address),
        "instructor": _people(_named(sessions, taught)),
    }


def _left(run: Run, left: Mapping[int, Places]) -> Thing:
    """To a drop-in anybody just comes: its places are not counted."""
    places = left.get(run.id)
    if places is None or run.drop_in:
        return {}
    return {
        "maximumAttendeeCapacity": places.in_all,
        "remainingAttendeeCapacity": places.left,
    }


def _frequency(sessions: list[Session]) -> dict[str, object]:
    """How often it meets, where that is true of every week between; else nothing is said."""
    days = [in_london(session.starts_at).date() for session in sessions]
    if len(days) == 1:
        return {"repeatFrequency": "Daily"}
    weekly = all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(days))
    return {"repeatFrequency": "Weekly"} if weekly else {}


def _location(room: Room | None, address: str) -> Thing | None:
    """An online session's own link is for those with a place; the course's page is for all."""
    if room is None:
        return None
    if room.venue.online:
        return {"@type": "VirtualLocation", "url": address}
    return {"@type": "Place", "name": room.venue.name, "address": room.venue.address}


def _named(sessions: Iterable[Session], taught: Taught) -> Iterator[tuple[str, ShownAs]]:
    for accepted in dict.fromkeys(each for session in sessions for each in taught[session]):
        yield accepted[1:]


def _people(wishes: Iterable[tuple[str, ShownAs]]) -> list[Thing]:
    names = dict.fromkeys(public_name(*wish) for wish in wishes)
    return [{"@type": "Person", "name": name} for name in names if name]
