"""Bookings: who has a place on which run, and who waits for one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal
from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.describing import Column, Row, Tab

STATES = {
    State.CONFIRMED: re.compile(
        r"\b(booked|confirmed|enroll?ed|accepted|attending|attended|completed|(has|got) a place)\b"
    ),
    State.WAITING: re.compile(r"\b(wait|waits|waiting|wait-?list(ed)?|reserves?|standby)\b"),
    State.GIVEN_UP: re.compile(
        r"\b(cancell?ed|withdr[ae]wn?|withdraws|(gave|given) (it )?up|(dropped|pulled) out"
        r"|declined|(not|no longer) coming)\b"
    ),
}
DENIED = re.compile(r"\b(not(?! coming)|no(?!\.| [0-9]| longer coming)|never)\b|n't\b")
SAY_WHICH = 'Write "booked", "waiting list" or "cancelled" here.'
BETWEEN = re.compile(r"[\s<>()\[\],;]+")


@dataclass(frozen=True, kw_only=True)
class BookingRow(Row):
    """`student` is a name or an e-mail address, `day` the run's first date."""

    student: str
    course: str
    day: date | None = None
    status: State | None = None
    booked: date | None = None

    @property
    def state(self) -> State:
        """An empty cell is a place: many a list marks only those who wait. A "?" is neither."""
        place = self.source.places.get("status")
        if self.status is None and place and cells.shown(_at(self.source.cells, place.index)):
            raise Refusal(f"This is not known yet. {SAY_WHICH}", field="status")
        return self.status or State.CONFIRMED


def who(raw: Raw) -> str:
    """A name, or an e-mail address, which tells more than the name beside it."""
    pieces = BETWEEN.split(cells.text(raw))
    address = next((piece for piece in pieces if "@" in piece), None)
    return cells.email(address) if address else cells.person(raw)


def status(raw: Raw) -> State:
    said = cells.text(raw).casefold().replace("\u2019", "'")
    if said in cells.YES:
        return State.CONFIRMED
    found = [state for state, words in STATES.items() if words.search(said)]
    if len(found) != 1 or DENIED.search(said):
        raise Refusal(SAY_WHICH)
    return found[0]


def _aside(values: Mapping[str, object]) -> str:
    if values.get("status") is State.GIVEN_UP:
        return "it says that this was cancelled or given up."
    is_sum = str(values.get("student", "")).casefold().startswith(("total", "grand total"))
    return "it is a total, not a booking." if is_sum and "course" not in values else ""


def _at(line: tuple[Raw, ...], index: int) -> Raw:
    return line[index] if index < len(line) else None


BOOKINGS = Tab(
    "bookings",
    ("bookings", "enrolments", "places booked", "registrations", "waiting list"),
    (
        Column(
            "student",
            "student",
            who,
            (
                *("learner", "who", "name", "student name", "full name"),
                *("e-mail", "email", "student e-mail", "student email", "email address"),
            ),
            needed=True,
        ),
        Column(
            "course",
            "course",
            cells.text,
            ("workshop", "title", "course title", "course name"),
            needed=True,
        ),
        Column(
            "day",
            "first date",
            times.day,
            ("date", "start date", "starts", "run", "course date", "first session", "begins"),
        ),
        Column(
            "status",
            "status",
            status,
            ("state", "booked or waiting", "booking status", "place", "waiting list"),
        ),
        Column(
            "booked",
            "booked on",
            times.day,
            ("booking date", "date booked", "date of booking", "enrolled on", "booked"),
            spare=True,
        ),
    ),
    BookingRow,
    _aside,
)
