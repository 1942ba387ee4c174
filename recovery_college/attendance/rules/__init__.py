"""The college's rules about registers. Values in, answers out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from recovery_college.accounts.rules import Side
from recovery_college.errors import Refusal

OPENS_BEFORE = timedelta(minutes=30)
PAIR_UNTIL = timedelta(days=7)  # after the session; from then on the office keeps it
MOST_MINUTES = 480


class MarkState(StrEnum):
    """How somebody's place went on one session. Without a mark it is not taken yet."""

    PRESENT = "present"
    LATE = "late"
    EARLY = "early"
    TOLD = "told"
    UNHEARD = "unheard"

    @property
    def label(self) -> str:
        return MARKS[self]


MARKS = {
    MarkState.PRESENT: "Present",
    MarkState.LATE: "Came late",
    MarkState.EARLY: "Left early",
    MarkState.TOLD: "Told us",
    MarkState.UNHEARD: "We did not hear",
}
CAME = frozenset({MarkState.PRESENT, MarkState.LATE, MarkState.EARLY})
WITH_MINUTES = frozenset({MarkState.LATE, MarkState.EARLY})


class TutorState(StrEnum):
    """Whether a tutor taught."""

    PRESENT = "present"
    LATE = "late"
    AWAY = "away"

    @property
    def label(self) -> str:
        return TAUGHT[self]


TAUGHT = {TutorState.PRESENT: "Present", TutorState.LATE: "Came late", TutorState.AWAY: "Away"}
TEACHING = frozenset({TutorState.PRESENT, TutorState.LATE})


class Delivered(StrEnum):
    """What a register says of its pair: `co-delivered` only if both sides really taught."""

    NOT_RECORDED = "not_recorded"
    BOTH = "both"
    ONE = "one"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        return DELIVERED[self]


DELIVERED = {
    Delivered.NOT_RECORDED: "Not recorded",
    Delivered.BOTH: "Co-delivered",
    Delivered.ONE: "One side of the pair",
    Delivered.NOBODY: "No tutor",
}


class RegisterShut(Refusal):
    """It has yet to open, the session is called off, or it has been taken."""


class NoSuchLine(Refusal):
    """Who is marked is not on this register."""


def delivered(marks: Collection[tuple[Side, TutorState]]) -> Delivered:
    """Of one session. A workbook has no tutors' marks, so that nothing is recorded."""
    if not marks:
        return Delivered.NOT_RECORDED
    sides = {side for side, state in marks if state in TEACHING}
    return (Delivered.NOBODY, Delivered.ONE, Delivered.BOTH)[len(sides)]


def is_open(starts_at: datetime, now: datetime) -> bool:
    return now >= starts_at - OPENS_BEFORE


def pair_may_take(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """From 30 minutes before a session to 7 days after it."""
    return is_open(starts_at, now) and now <= ends_at + PAIR_UNTIL


def check_open(starts_at: datetime, live: bool, now: datetime) -> None:
    if not live:
        raise RegisterShut("This session was called off, so there is no register to take.")
    if not is_open(starts_at, now):
        raise RegisterShut("The register opens half an hour before the session.")


def check_unmarked(marks: int) -> None:
    if marks:
        raise RegisterShut("Somebody is marked on its register, so it stays as it is.")


def check_minutes(state: MarkState, minutes: int | None) -> int | None:
    """How late, or how early, in minutes; whoever was there from beginning to end has none."""
    if state not in WITH_MINUTES or minutes is None:
        return None
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refusal(f"Give the minutes as a number from 1 to {MOST_MINUTES}, or leave it empty.")
    return minutes
