"""A tutor's next two weeks, day by day, with who teaches beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london, london_instant
from recovery_college.enrolment.teaching import Coming, coming_to
from recovery_college.scheduling.pairing import OnIt, Taught, sessions_taught_by
from recovery_college.scheduling.rules import DeliveryState, SessionState

AHEAD = timedelta(weeks=2)
MOST, MOST_IN_A_DAY = 100, 10  # sessions; no tutor has more in two weeks, or in a day
LONG = timedelta(days=3653)


@dataclass(frozen=True)
class Half:
    who: str
    what: str
    is_open: bool


@dataclass(frozen=True)
class Teaching:
    """One session as its tutor reads it. `place` leads to how to get there, at `venue`."""

    id: int
    title: str
    part: str
    hours: str
    look: str
    place: str
    venue: str
    is_off: bool
    is_meeting: bool
    halves: list[Half]
    mine: OnIt | None
    coming: Coming | None = None


@dataclass(frozen=True)
class Day:
    day: date
    sessions: list[Teaching]


@dataclass(frozen=True)
class Week:
    """The days with something. `is_later`: only the next, for the two weeks are empty."""

    days: list[Day]
    is_later: bool


def weeks_of(person: Person, now: datetime) -> Week:
    today = in_london(now).date()
    since, until = (london_instant(day, time()) for day in (today, today + AHEAD))
    near = sessions_taught_by(person, since, until, most=MOST)
    found = near or sessions_taught_by(person, until, until + LONG, most=MOST_IN_A_DAY)
    coming = coming_to({each.run_id for each in found})
    days = [
        Day(day, [_counted(teaching_of(each, person), each, coming) for each in sessions])
        for day, sessions in groupby(found, key=_day)
    ]
    return Week(days if near else days[:1], is_later=bool(days) and not near)


def _counted(told: Teaching, session: Taught, coming: Mapping[int, Coming]) -> Teaching:
    """With how many come, where students come at all."""
    if told.is_meeting or told.is_off:
        return told
    return replace(told, coming=coming.get(session.run_id, Coming()))


def _day(session: Taught) -> date:
    return in_london(session.starts_at).date()


def teaching_of(session: Taught, person: Person) -> Teaching:
    return Teaching(
        id=session.id,
        title=session.title,
        part=_part(session),
        hours=formatting.times(session.starts_at, session.ends_at),
        look=session.look,
        place=_place(session),
        venue=session.venue_slug or "",
        is_off=session.state is SessionState.CANCELLED,
        is_meeting=not session.is_teaching,
        halves=_halves(session, person),
        mine=next((each for each in session.on_it if _is_theirs(each, person)), None),
    )


def _place(session: Taught) -> str:
    if session.room is not None:
        return f"{session.room}, {session.venue}"
    return "The room is not known yet" if session.is_teaching else "By phone or online"


def _is_theirs(each: OnIt, person: Person) -> bool:
    return each.state is DeliveryState.ACCEPTED and each.person_id == person.id


def _part(session: Taught) -> str:
    if not session.is_teaching:
        return session.kind.label
    several = session.session_count > 1
    return f"session {session.number} of {session.session_count}" if several else ""


def _halves(session: Taught, person: Person) -> list[Half]:
    if session.is_teaching:
        return [_half(session.on_it, side, person) for side in Side]
    return [
        Half(_names([each], person), _ANSWERS[each.state], each.state is DeliveryState.ASKED)
        for each in session.on_it
        if each.state in _ANSWERS
    ]


_ANSWERS = {DeliveryState.ACCEPTED: "comes", DeliveryState.ASKED: "not answered yet"}


def _half(deliveries: Sequence[OnIt], side: Side, person: Person) -> Half:
    """Who stands on this side of the pair, confirmed before asked."""
    on_it = [each for each in deliveries if each.side is side]
    accepted = [each for each in on_it if each.state is DeliveryState.ACCEPTED]
    asked = [each for each in on_it if each.state is DeliveryState.ASKED]
    if accepted:
        return Half(_names(accepted, person), "confirmed", is_open=False)
    if asked:
        return Half(_names(asked, person), "not answered yet", is_open=True)
    return Half("Not found yet", f"{side.label}: the office is looking", is_open=True)


def _names(deliveries: Sequence[OnIt], person: Person) -> str:
    names = ["You" if each.person_id == person.id else each.name for each in deliveries]
    return formatting.listed(names)
