"""What a phone carries where there is no signal: the registers of today and tomorrow, and the
words that it sends when the signal is back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Any

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import pair_sees_names
from recovery_college.attendance import queries
from recovery_college.attendance.commands.taking import Word
from recovery_college.attendance.reading import Typed, read_who
from recovery_college.attendance.register import Register, Viewer, registers_of
from recovery_college.attendance.rules import MOST_MINUTES, MarkState, TutorState
from recovery_college.clock import in_london, london_instant
from recovery_college.scheduling.models import Session

MOST_WORDS = 500
LONGEST_KEY = 64
OLDEST = timedelta(days=2)  # what a device may keep; older than that, its clock says nothing


def at_hand(person: Person, now: datetime) -> list[dict[str, Any]]:
    """Today's and tomorrow's, each with all that its form shows, once its names may be known."""
    today = in_london(now).date()
    first = london_instant(today, time())
    last = london_instant(today + timedelta(days=2), time())
    found = queries.sessions_at_hand(person, first, last)
    sessions = [each for each in found if pair_sees_names(each.starts_at, each.ends_at, now)]
    registers = registers_of(sessions, Viewer(person, at_desk=False), Typed(), now)
    return [_carried(each, registers[each.id]) for each in sessions]


def _carried(session: Session, register: Register) -> dict[str, Any]:
    several = session.run.session_count > 1
    part = f", session {session.number} of {session.run.session_count}" if several else ""
    room = session.room
    return {
        "id": session.id,
        "title": f"{session.run.course.title}{part}",
        "when": formatting.when(session.starts_at),
        "where": f"{room.name}, {room.venue.name}" if room else "",
        "starts": session.starts_at.timestamp() * 1000,
        "tutors": [asdict(each) for each in register.tutors],
        "students": [asdict(each) for each in (*register.students, *register.welcomed)],
    }


def words_by_session(sent: object, now: datetime) -> dict[int, list[Word]]:
    """What was pressed, at the moment that it was by the college's clock: a device says what its
    own clock shows now, so that a day wrong makes no difference. What is no word is left out.
    """
    said = sent if isinstance(sent, dict) else {}
    found: dict[int, list[Word]] = defaultdict(list)
    words = said.get("words")
    for each in words[:MOST_WORDS] if isinstance(words, list) else ():
        word = _word(each, said.get("now"), now) if isinstance(each, dict) else None
        if word and _is_number(each.get("session")):
            found[int(each["session"])].append(word)
    return found


def _word(sent: Mapping[str, Any], device_now: object, now: datetime) -> Word | None:
    who, key = read_who(str(sent.get("who"))), sent.get("key")
    if who is None or not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
        return None
    kinds: Sequence[MarkState | TutorState] = list(TutorState if who.kind == "t" else MarkState)
    state = next((each for each in kinds if each == sent.get("state")), None)
    if state is None:
        return None
    minutes = sent.get("minutes")
    is_some = _is_number(minutes) and 1 <= int(str(minutes)) <= MOST_MINUTES
    seen = str(sent.get("seen", "")).partition(":")[0]
    at = _pressed_at(sent.get("at"), device_now, now)
    return Word(who, state, int(str(minutes)) if is_some else None, seen, at, key)


def _pressed_at(at: object, device_now: object, now: datetime) -> datetime:
    """So long ago as the device itself has counted, by milliseconds of its own clock."""
    if not (_is_number(at) and _is_number(device_now)):
        return now
    ago = timedelta(milliseconds=min(max(int(str(device_now)) - int(str(at)), 0), 2**40))
    return (now - min(ago, OLDEST)).astimezone(UTC)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
