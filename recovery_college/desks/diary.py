"""All dates of one place as a calendar file, to keep by whoever wants no more than that."""

from flask import current_app

from recovery_college.calendars.feeds import made
from recovery_college.calendars.invites import Told, event
from recovery_college.calendars.queries import all_standing
from recovery_college.college.rules import College
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import Refusal


def dates_of(enrolment: Enrolment, college: College) -> bytes:
    """The entries that invites and the private calendar have, so that nothing doubles.

    They are made beside the web, a moment after the place.
    """
    entries = all_standing(enrolment.thread)
    if not entries:
        raise Refusal("We are still writing down your dates. Try again in a minute.")
    address = f"{current_app.config['BASE_URL']}/enrolments/{enrolment.id}"
    told = Told(enrolment.run.course.title, address)
    return made([event(entry, told, college) for entry in entries], college)
