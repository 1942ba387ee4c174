"""A whole term looked through before it is published: each thing with what to do beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from recovery_college import formatting
from recovery_college.college.rules import College
from recovery_college.desks.items import Item, Section
from recovery_college.desks.today import NEEDS
from recovery_college.scheduling import pairing
from recovery_college.scheduling.models import Session
from recovery_college.scheduling.rules import PairState
from recovery_college.tutors.models import Tutor
from recovery_college.tutors.queries import limits_of
from recovery_college.tutors.rules.limits import Booked, Roads, Standing, reasons_against

MOST = 50  # lines of one section
HALVES = ("Halves to find", "session lacks a half", "sessions lack a half")
LIMITS = ("Beyond what a tutor wishes", "session is too much", "sessions are too much")
ROOMS = ("No room yet", "session without a room", "sessions without a room")
SMALL = ("Rooms that are too small", "room too small", "rooms too small")
CLOSED = ("When the college is closed", "session on a closed day", "sessions on closed days")
OUTSIDE = ("Rooms not confirmed", "room to confirm", "rooms to confirm")
FACTS = ("Rooms nobody has checked", "room to check", "rooms to check")


def check_of(sessions: Sequence[Session], college: College) -> list[Section]:
    """Only what has something to say. `sessions` are all of the term that are to come."""
    roads = pairing.roads(college.travel_minutes)
    return [
        Section(slug, *words, len(items), items[:MOST])
        for slug, words, items in (
            ("halves", HALVES, _each(sessions, _half)),
            ("limits", LIMITS, list(_limits(sessions, roads))),
            ("rooms", ROOMS, _each(sessions, _roomless)),
            ("outside", OUTSIDE, _each(sessions, _unconfirmed)),
            ("small", SMALL, _each(sessions, _too_small)),
            ("closed", CLOSED, _each(sessions, partial(_closed, college))),
            ("facts", FACTS, list(_unchecked(sessions))),
        )
        if items
    ]


def _each(sessions: Sequence[Session], look: Callable[[Session], Iterable[Item]]) -> list[Item]:
    return [item for session in sessions for item in look(session)]


def _half(session: Session) -> Iterator[Item]:
    if session.pair is PairState.PAIRED:
        return
    needs, action = NEEDS[session.pair]
    by = f" Pair-by date: {formatting.short_day(session.pair_by_on)}." if session.pair_by_on else ""
    yield _item(session, needs + by, action, sides=True)


def _roomless(session: Session) -> Iterator[Item]:
    if session.room is None:
        yield _item(session, "Nobody knows yet where it is.", "Choose a room")


def _unconfirmed(session: Session) -> Iterator[Item]:
    room = session.room
    if room is not None and room.outside and session.room_confirmed_at is None:
        asked = "asked for" if session.room_asked_at else "not asked for yet"
        words = f"{room.name}, {room.venue.name}: {asked}."
        yield _item(session, words, "Ask for it, or write down the answer")


def _too_small(session: Session) -> Iterator[Item]:
    room, places = session.room, session.run.capacity
    if room is not None and room.places is not None and places > room.places:
        words = f"{room.name} holds {room.places}, and the run has {places} places."
        yield _item(session, words, "Choose another room")


def _closed(college: College, session: Session) -> Iterator[Item]:
    if college.is_closed_on(session.day):
        yield _item(session, "It is a bank holiday, or a day that you have named.", "Move it")


def _limits(sessions: Sequence[Session], roads: Roads) -> Iterator[Item]:
    """What the sessions of this term are for each tutor, against their own limits."""
    taught: dict[int, list[Session]] = defaultdict(list)
    tutors: dict[int, Tutor] = {}
    for session in sessions:
        for delivery in session.accepted:
            taught[delivery.tutor_id].append(session)
            tutors[delivery.tutor_id] = delivery.tutor
    for id, theirs in taught.items():
        booked = [pairing.booked(each) for each in theirs]
        for session, own in zip(theirs, booked, strict=True):
            reasons = _against(tutors[id], session, own, booked, roads)
            if reasons:
                name = tutors[id].person.name
                yield _item(session, f"{name}: {' '.join(reasons)}", "Talk to them, or move it")


def _against(
    tutor: Tutor, session: Session, own: Booked, booked: Sequence[Booked], roads: Roads
) -> list[str]:
    term = session.run.term
    others = [each for each in booked if each.starts_at <= own.starts_at]
    standing = Standing(others, (term.starts_on, term.ends_on))
    return reasons_against(own, limits_of(tutor), standing, roads)


def _unchecked(sessions: Sequence[Session]) -> Iterator[Item]:
    rooms = {session.room for session in sessions if session.room is not None}
    for room in sorted(rooms, key=lambda room: (room.venue.name, room.name)):
        facts = (room.places, room.step_free, room.hearing_loop, room.quiet_space)
        if not room.venue.online and None in facts:
            yield Item(
                f"{room.name}, {room.venue.name}",
                "Its size, steps, hearing loop or quiet space is not known.",
                f"/office/venues/{room.venue_id}/rooms/{room.id}",
                "Write down what you see",
            )


def _item(session: Session, words: str, action: str, *, sides: bool = False) -> Item:
    return Item(
        f"{session.run.course.title}, {formatting.when(session.starts_at)}",
        words,
        f"/office/sessions/{session.id}",
        action,
        session.sides if sides else None,
    )
