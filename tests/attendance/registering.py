"""A run with its pair and students, on the morning of its first session."""

from datetime import UTC, datetime, timedelta

import time_machine

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.college.queries import the_college
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment
from recovery_college.scheduling.models import Run
from tests.factories import NOW, make_course, make_person, make_run
from tests.scheduling.commands.test_asking import teacher

MORNING = datetime(2027, 6, 7, 8, 40, tzinfo=UTC)  # twenty minutes before it begins
OVER = MORNING + timedelta(hours=3)


def make_taught(students: int = 0, title: str = "Sleeping well", **run: object) -> Run:
    """Ash and Bo teach it, two sessions of two hours, with so many students."""
    pair = (teacher(name="Ash Reed"), teacher(Side.PROFESSIONAL, name="Bo Lind"))
    with time_machine.travel(NOW, tick=False):
        made = make_run(make_course(title), tutors=pair, sessions=2, **run)  # type: ignore[arg-type]
        for number in range(students):
            place_for(make_person(f"Student {number:02}"), made)
    return made


def place_for(student: Person, run: Run) -> Enrolment:
    with time_machine.travel(NOW, tick=False):
        return enrol(student, student, Request(run), the_college())


def pair_of(run: Run) -> list[Person]:
    return [each.tutor.person for each in run.sessions[0].accepted]
