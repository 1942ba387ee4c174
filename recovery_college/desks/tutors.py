"""Tutors in words, for the office: a line in a list, and what they allow themselves."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recovery_college.formatting import capital, count, listed
from recovery_college.scheduling.teaching import minutes_this_term
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.rules import Step
from recovery_college.tutors.rules.limits import hours

COURSES = {Step.LEADING: "leads {}", Step.READY: "can teach {}", Step.SHADOWING: "shadows {}"}


@dataclass(frozen=True)
class TutorLine:
    id: int
    name: str
    sides: str
    courses: str
    hours: str


def tutor_lines(tutors: Sequence[Tutor], today: date) -> list[TutorLine]:
    minutes = minutes_this_term([each.id for each in tutors], today)
    return [
        TutorLine(
            each.id,
            each.person.name,
            sides_in_words(each),
            _courses(each),
            _sessions(minutes[each.id]),
        )
        for each in tutors
    ]


def sides_in_words(tutor: Tutor) -> str:
    """As in: Lived experience and professional."""
    sides = listed([each.side.label for each in tutor.sides])
    return capital(sides) or "No side of the pair yet"


def limits_in_words(tutor: Tutor, venues: Mapping[int, str]) -> list[str]:
    return [*_limits(tutor), *_places(tutor, venues)]


def _limits(tutor: Tutor) -> Iterator[str]:
    if tutor.sessions_a_week is not None:
        yield f"{count(tutor.sessions_a_week, 'session')} a week at most"
    if tutor.sessions_a_term is not None:
        yield f"{count(tutor.sessions_a_term, 'session')} a term at most"
    if tutor.hours_a_month is not None:
        yield f"{count(tutor.hours_a_month, 'hour')} a month at most"
    if tutor.gap_minutes:
        yield f"{count(tutor.gap_minutes, 'minute')} between two sessions"
    if tutor.no_evenings:
        yield "No evenings"
    yield f"{hours(tutor.prepare_minutes)} to prepare, {hours(tutor.debrief_minutes)} afterwards"


def _places(tutor: Tutor, venues: Mapping[int, str]) -> Iterator[str]:
    names = sorted(venues[each.venue_id] for each in tutor.reaches if each.venue_id in venues)
    yield f"Can reach {listed(names)}" if names else "Can reach every place"


def _sessions(minutes: int) -> str:
    return f"{hours(minutes)} of sessions this term" if minutes else "No sessions this term"


def _courses(tutor: Tutor) -> str:
    """As in: Leads 1 course, can teach 5 courses."""
    steps = Counter(each.step for each in tutor.teaches)
    said = [words.format(count(steps[step], "course")) for step, words in COURSES.items()]
    there = [words for step, words in zip(COURSES, said, strict=True) if steps[step]]
    return capital(", ".join(there)) or "No courses yet"
