"""The runs of a prospectus as a reader of the printed one meets them: by strand, by course.

Words for `paper` to set; whoever is not to be named is not in them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recovery_college import formatting
from recovery_college.clock import in_london
from recovery_college.courses.models import Course, Strand
from recovery_college.prospectus.makers import made_by
from recovery_college.prospectus.panels import Pair, Place, pairs_of, planned, teachers_of
from recovery_college.scheduling.models import Room, Run, Session, Term, Venue


@dataclass(frozen=True)
class Meeting:
    """The sessions of a run on one weekday, at one hour and in one room."""

    when: str
    then: str
    room: Room | None


@dataclass(frozen=True)
class Offer:
    """One run of a course."""

    meetings: list[Meeting]
    pairs: list[Pair]
    drop_in: bool


@dataclass(frozen=True)
class Entry:
    """A course with its runs."""

    course: Course
    made_by: str
    offers: list[Offer]


@dataclass(frozen=True)
class Chapter:
    """A strand with its courses."""

    strand: Strand
    entries: list[Entry]


@dataclass(frozen=True)
class Contents:
    """All that the booklet says of the runs."""

    terms: list[Term]
    chapters: list[Chapter]
    places: list[Place]


def contents_of(runs: Sequence[Run]) -> Contents:
    """The runs with all their rows loaded, in the order of their first session."""
    terms = sorted({run.term for run in runs}, key=lambda term: term.starts_on)
    return Contents(terms, _chapters(runs), _places(runs))


def dates(days: Sequence[date]) -> str:
    """As in: 12, 19, 26 January, 2 and 9 February 2027."""
    following = [*days[1:], date.max]
    return formatting.listed([_date(*pair) for pair in zip(days, following, strict=True)])


def _date(day: date, following: date) -> str:
    """The month and the year stand with the last day in them."""
    if day.year != following.year:
        return f"{day.day} {day:%B %Y}"
    return f"{day.day}" if day.month == following.month else f"{day.day} {day:%B}"


def _chapters(runs: Iterable[Run]) -> list[Chapter]:
    strands: dict[Strand, dict[Course, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        strands[run.course.strand][run.course].append(run)
    ordered = sorted(strands, key=lambda strand: (strand.position, strand.name))
    return [Chapter(strand, _entries(strands[strand])) for strand in ordered]


def _entries(courses: dict[Course, list[Run]]) -> list[Entry]:
    ordered = sorted(courses, key=lambda course: course.title.casefold())
    return [Entry(course, made_by(course), _offers(courses[course])) for course in ordered]


def _offers(runs: Iterable[Run]) -> list[Offer]:
    return [_offer(run, planned(run)) for run in runs]


def _offer(run: Run, sessions: list[Session]) -> Offer:
    return Offer(_meetings(sessions), pairs_of(sessions, teachers_of(sessions)), run.drop_in)


def _meetings(sessions: Iterable[Session]) -> list[Meeting]:
    alike: dict[tuple[int, str, Room | None], list[date]] = defaultdict(list)
    for session in sessions:
        day = in_london(session.starts_at).date()
        hours = formatting.times(session.starts_at, session.ends_at)
        alike[day.weekday(), hours, session.room].append(day)
    return [_meeting(days, hours, room) for (_, hours, room), days in alike.items()]


def _meeting(days: list[date], hours: str, room: Room | None) -> Meeting:
    if len(days) == 1:
        return Meeting(formatting.day(days[0]), hours, room)
    return Meeting(f"{formatting.WEEKDAYS[days[0].weekday()]}s, {hours}", dates(days), room)


def _places(runs: Iterable[Run]) -> list[Place]:
    """Where one can go, with the rooms that are used."""
    rooms = {s.room for run in runs for s in planned(run) if s.room and not s.room.venue.online}
    used: dict[Venue, list[Room]] = defaultdict(list)
    for room in sorted(rooms, key=lambda room: room.name):
        used[room.venue].append(room)
    return [Place(venue, used[venue]) for venue in sorted(used, key=lambda venue: venue.name)]
