"""Runs that are over, with registers of who came to what."""

from collections.abc import Mapping
from datetime import timedelta

import time_machine

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.attendance.commands.taking import Word, take
from recovery_college.attendance.queries import Who
from recovery_college.attendance.rules import MarkState, TutorState
from recovery_college.database import transaction
from recovery_college.enrolment.models import Enrolment
from recovery_college.scheduling.models import Run, Session
from tests.attendance.registering import place_for
from tests.factories import NOW, make_course, make_run
from tests.scheduling.commands.test_asking import teacher

MARKS = {
    "p": MarkState.PRESENT,
    "l": MarkState.LATE,
    "e": MarkState.EARLY,
    "t": MarkState.TOLD,
    "u": MarkState.UNHEARD,
}


def make_ran(
    came: Mapping[Person, str], title: str = "Sleeping well"
) -> tuple[Run, list[Enrolment]]:
    """A letter a session for each of them. Ash wishes to be named, and Bo does not."""
    with time_machine.travel(NOW, tick=False):
        ash, bo = teacher(name="Ash Reed"), teacher(Side.PROFESSIONAL, name="Bo Lind")
        with transaction():
            ash.shown_as, bo.shown_as = ShownAs.FULL_NAME, ShownAs.NOT_NAMED
        long = len(next(iter(came.values())))
        run = make_run(make_course(title), tutors=(ash, bo), sessions=long)
    places = [place_for(person, run) for person in came]
    for number, session in enumerate(run.sessions):
        register = zip(places, came.values(), strict=True)
        mark(session, {place: letters[number] for place, letters in register})
    return run, places


def mark(session: Session, said: Mapping[Enrolment, str]) -> None:
    """As it begins, by one of the pair; "-" is not marked."""
    words = [Word(Who("e", place.id), MARKS[s]) for place, s in said.items() if s != "-"]
    tutors = [Word(Who("t", each.tutor_id), TutorState.PRESENT) for each in session.accepted]
    with time_machine.travel(session.starts_at, tick=False):
        if words:
            take(session.accepted[0].tutor.person, session, [*words, *tutors])


def over(run: Run) -> time_machine.travel:
    """An hour after its last session."""
    last = max(each.ends_at for each in run.sessions)
    return time_machine.travel(last + timedelta(hours=1), tick=False)
