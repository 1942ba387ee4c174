"""What a course's own page says of each run: when, where, with whom, in finished words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from recovery_college import formatting
from recovery_college.clock import in_london
from recovery_college.courses.models import Course
from recovery_college.courses.rules import CourseState, Mode
from recovery_college.prospectus.booking import (
    Beside,
    Button,
    Left,
    Places,
    Taught,
    buttons,
    each_left,
    is_open,
    notes,
)
from recovery_college.prospectus.rules import NO_ROOM_YET, ONLINE, Accepted, Half, halves
from recovery_college.scheduling.models import Room, Run, Session, Venue
from recovery_college.scheduling.rules import SessionState

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Pair:
    """Who teaches, as the public may read it; `days` only where it isn't all of them."""

    days: str
    halves: tuple[Half, ...]


@dataclass(frozen=True)
class Panel:
    """One run. Its dates are tiles when they are alike, else one line each; one date is neither."""

    heading: str
    facts: str
    tiles: list[date]
    lines: list[str]
    pairs: list[Pair]
    left: list[Left]
    notes: list[str]
    buttons: list[Button]


@dataclass(frozen=True)
class Place:
    """A venue, with those of its rooms that are used."""

    venue: Venue
    rooms: list[Room]


@dataclass(frozen=True)
class Offer:
    """What a course's page says of its runs."""

    panels: list[Panel]
    first: Button | None  # that leads to a place; it stands out
    started: int
    places: list[Place]
    has_more: bool


def offer_of(runs: Sequence[Run], beside: Beside, now: datetime, *, most: int) -> Offer:
    """The first `most` runs in the order in which they begin; those under way are counted."""
    open_runs = open_of(runs, now)
    shown = open_runs[:most]
    panels = [_panel(run, beside, now) for run in shown]
    return Offer(
        panels=panels,
        first=_first(shown, panels, now),
        started=len(runs) - len(open_runs),
        places=_places(shown),
        has_more=len(open_runs) > most,
    )


def _first(runs: Iterable[Run], panels: Iterable[Panel], now: datetime) -> Button | None:
    """The way to the next run that has places, and that has not begun."""
    pairs = zip(runs, panels, strict=True)
    coming = (panel for run, panel in pairs if run.starts_at and run.starts_at > now)
    return next((each for panel in coming for each in panel.buttons if each.enrols), None)


def open_of(runs: Iterable[Run], now: datetime) -> list[Run]:
    """Those to which one may still come."""
    return [run for run in runs if is_open(run, now)]


def course_before(course: Course) -> Course | None:
    """What most people take before it, if anybody can find it."""
    first = course.first_course
    return first if first and first.state is CourseState.PUBLISHED else None


def planned(run: Run) -> list[Session]:
    return [s for s in run.sessions if s.state is SessionState.PLANNED]


def accepted_for(session: Session) -> Iterator[Accepted]:
    """Who has accepted to teach it."""
    for delivery in session.accepted:
        yield delivery.side, delivery.tutor.person.name, delivery.tutor.shown_as


def where(room: Room | None) -> str:
    """As in: Lantern Room, Harbour House, 12 Quay Street."""
    if room is None:
        return NO_ROOM_YET
    if room.venue.online:
        return ONLINE
    return ", ".join(filter(None, (room.name, room.venue.name, room.venue.address)))


def _panel(run: Run, beside: Beside, now: datetime) -> Panel:
    sessions, places = planned(run), beside.places.get(run.id, Places())
    spans = [(s.starts_at, s.ends_at) for s in sessions]
    days = [in_london(s.starts_at).date() for s in sessions]
    alike = len({(formatting.times(s.starts_at, s.ends_at), s.room_id) for s in sessions}) == 1
    to_come = [session for session in sessions if session.starts_at > now]
    return Panel(
        heading=formatting.pattern(spans),
        facts=" ".join(f"{fact}." for fact in _facts(run, sessions, days)),
        tiles=[s.day for s in to_come] if alike and len(days) > 1 else [],
        lines=[] if alike else [_line(session) for session in to_come],
        pairs=pairs_of(sessions, beside.taught),
        left=each_left(places, drop_in=run.drop_in),
        notes=notes(run, places, now),
        buttons=buttons(run, places, now),
    )


def _facts(run: Run, sessions: list[Session], days: list[date]) -> list[str]:
    rooms = {session.room for session in sessions}
    facts = [where(rooms.pop()) if len(rooms) == 1 else "Not always in the same room"]
    if run.mode is Mode.HYBRID:
        facts.append("You can come, or join online")
    if len(days) == 1:
        return [*facts, "One workshop"]
    facts.append(f"{len(days)} sessions, {formatting.months(days)}")
    skipped = _skipped(days)
    return [*facts, f"No session on {formatting.days(skipped)}"] if skipped else facts


def _skipped(days: list[date]) -> list[date]:
    """The weeks that a weekly run leaves out; a run of any other rhythm leaves none out."""
    gaps = [later - earlier for earlier, later in pairwise(days)]
    if min(gaps) != WEEK or any(gap % WEEK for gap in gaps):
        return []
    weeks = (days[-1] - days[0]) // WEEK
    return sorted({days[0] + WEEK * n for n in range(weeks)} - set(days))


def _line(session: Session) -> str:
    hours = formatting.times(session.starts_at, session.ends_at)
    return f"{formatting.day(session.starts_at)}, {hours}. {where(session.room)}."


def teachers_of(sessions: Iterable[Session]) -> Taught:
    """Of sessions that came with everybody who is asked to teach them."""
    return {session: tuple(accepted_for(session)) for session in sessions}


def pairs_of(sessions: Iterable[Session], taught: Taught) -> list[Pair]:
    """One pair if it is the same all along; else each with its dates."""
    alike: dict[frozenset[Accepted], list[datetime]] = defaultdict(list)
    for session in sessions:
        alike[frozenset(taught[session])].append(session.starts_at)
    dates: dict[tuple[Half, ...], list[datetime]] = defaultdict(list)
    for accepted, starts in alike.items():
        dates[halves(accepted)] += starts
    if len(dates) == 1:
        return [Pair("", pair) for pair in dates]
    return [Pair(formatting.days(each), pair) for pair, each in dates.items()]


def _places(runs: Iterable[Run]) -> list[Place]:
    rooms: dict[Venue, dict[Room, None]] = defaultdict(dict)
    for session in (session for run in runs for session in planned(run)):
        if session.room is not None:
            rooms[session.room.venue][session.room] = None
    return [Place(venue, list(used)) for venue, used in rooms.items()]
