"""Attendance: how each place went on each session, one mark a line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from recovery_college.attendance.rules import MarkState
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
SAY_WHICH = 'Write "present", "late", "left early", "told us" or "not heard" here.'


@dataclass(frozen=True, kw_only=True)
class MarkRow(Row):
    """`student` is a name or an e-mail address, `day` that of the session."""

    student: str
    course: str
    day: date
    mark: MarkState


def mark(raw: Raw) -> MarkState:
    """The whole cell must be known: half of "late, then apologies" would be a guess."""
    said = re.sub(r"[\s,;:.()]+", " ", cells.text(raw).casefold().replace("\u2019", "'")).strip()
    for state, words in KNOWN.items():
        if words.fullmatch(said):
            return state
    raise Refusal(f"This is not a mark that the college knows. {SAY_WHICH}")


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
