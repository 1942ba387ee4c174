"""Attendance: how each place went on each session, one mark a line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from recovery_college.attendance.rules import WITH_MINUTES, MarkState, check_minutes
from recovery_college.errors import Refusal
from recovery_college.intake.rules import cells, times
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.describing import Column, Row, Tab
from recovery_college.intake.rules.tabs.bookings import who

NO = r"(?:did not|didn't|has not|hasn't|could not|couldn't)"
STATES = {
    MarkState.PRESENT: r"y|yes|p|pres|present|here|was here|in|came|attended|true|1|/|✓|✔",
    MarkState.LATE: r"l|late|(came|arrived|present|present but|present and) late|late arrival",
    MarkState.EARLY: r"(present (but |and )?)?(left|went) (early|before the end)",
    MarkState.TOLD: rf"told( us)?|(absent |{NO} (?:come|attend) )?(with |sent |gave |gives )?"
    r"(her |his |their )?(apologies|apols)( sent| given| received)?|apologised|apologized|sorry"
    r"|(they |she |he )?(let us know|cancell?ed|can't come|couldn't come|could not come)",
    MarkState.UNHEARD: rf"n|no|false|0|✗|✘|({NO} hear|we did not hear|not heard)( from them)?"
    rf"|unheard|absent|absent without apologies|missed|dna|{NO} (attend|come|turn up|show up)"
    r"|no-?shows?|no show|not (present|here|there)|no word|no apologies",
}
KNOWN = {state: re.compile(words) for state, words in STATES.items()}
NUMBER = re.compile(r"\b([0-9]{1,3})(?: ?(?:m|mins?|minutes?))?\b")
SAY_WHICH = 'Write "present", "late", "left early", "told us" or "not heard" here.'


class Said(NamedTuple):
    """A mark, and how late or how early in minutes, where the cell says it."""

    state: MarkState
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class MarkRow(Row):
    """`student` is a name or an e-mail address, `day` that of the session."""

    student: str
    course: str
    day: date
    mark: Said


def mark(raw: Raw) -> Said:
    """The whole cell must be known: half of "late, then apologies" would be a guess. Beside who
    came late or left early there may be one number."""
    said = re.sub(r"[\s,;:.()]+", " ", cells.text(raw).casefold().replace("\u2019", "'")).strip()
    state = _state(said)
    if state is not None:
        return Said(state)
    bare = " ".join(NUMBER.sub(" ", said, count=1).split())
    number, state = NUMBER.search(said), _state(bare)
    if number is None or state not in WITH_MINUTES:
        raise Refusal(f"This is not a mark that the college knows. {SAY_WHICH}")
    return Said(state, check_minutes(state, int(number[1])))


def _state(said: str) -> MarkState | None:
    return next((state for state, words in KNOWN.items() if words.fullmatch(said)), None)


def _aside(values: Mapping[str, object]) -> str:
    is_sum = str(values.get("student", "")).casefold().startswith(("total", "grand total"))
    return "it is a total, not a mark." if is_sum and "course" not in values else ""


ATTENDANCE = Tab(
    "attendance",
    ("attendance", "registers", "marks", "who came"),
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
            "session date",
            times.day,
            ("date", "on", "date of session", "session day"),
            needed=True,
        ),
        Column(
            "mark",
            "mark",
            mark,
            ("attended", "attendance", "came", "present", "register", "present or absent"),
            needed=True,
        ),
    ),
    MarkRow,
    _aside,
)
