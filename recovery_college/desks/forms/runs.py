"""What the office asks about runs and their sessions."""

from typing import Any

from recovery_college.courses.rules import Mode
from recovery_college.dates import Clock, Day
from recovery_college.fields import LongText, Number, Pick, Tick, Words, labelled, member
from recovery_college.forms import CollegeForm, EditForm
from recovery_college.scheduling.rules import Visibility

MOST_SESSIONS = 60


def row_id(value: object) -> Any:
    """The id that was chosen; nothing is None, and nonsense stays, to be refused."""
    typed = str(value or "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


class NewRunForm(CollegeForm):
    course_id = Pick("Course", coerce=row_id, needed="Choose a course.")
    term_id = Pick("Term", coerce=row_id, needed="Choose a term.")
    room_id = Pick("Room", coerce=row_id, hint="You can choose it later.")
    capacity = Number("Places", least=1, most=1_000, needed="Say how many places there are.")
    first = Day("Day of the first session", needed="Choose the first day.")
    starts = Clock("Begins", hint='As in "10:30" or "2pm".', needed="Say when it begins.")
    ends = Clock("Ends", needed="Say when it ends.")
    count = Number(
        "Number of weekly sessions",
        least=1,
        most=MOST_SESSIONS,
        needed="Say how many sessions there are.",
    )
    skipping = LongText("Days to leave out, besides bank holidays", hint="A day a line.", rows=2)


class RunForm(EditForm):
    capacity = Number("Places", least=1, most=1_000, needed="Say how many places there are.")
    mode = Pick("How people meet", choices=labelled(Mode), coerce=member(Mode))
    visibility = Pick("Who can find it", choices=labelled(Visibility), coerce=member(Visibility))
    term_id = Pick("Term", coerce=row_id, needed="Choose a term.")
    drop_in = Tick("People just come", hint="Nobody needs a place: it is a drop-in.")
    joins_late = Tick("People may still join after the first session")


class CopyRunForm(CollegeForm):
    term_id = Pick("Into the term", coerce=row_id, needed="Choose a term.")
    first = Day(
        "Day of the first session",
        hint="On the same weekday as now.",
        needed="Choose the first day.",
    )


class MoveRunForm(CollegeForm):
    weeks = Number(
        "Weeks later",
        least=1,
        most=52,
        needed="Say by how many weeks.",
        hint="All sessions to come.",
    )


class SessionForm(EditForm):
    day = Day("Day", needed="Choose the day.")
    starts = Clock("Begins", needed="Say when it begins.")
    ends = Clock("Ends", needed="Say when it ends.")
    room_id = Pick("Room", coerce=row_id)
    link = Words("Link, if it is online", most=500)


class NewSessionForm(CollegeForm):
    day = Day("Day", needed="Choose the day.")
    starts = Clock("Begins", needed="Say when it begins.")
    ends = Clock("Ends", needed="Say when it ends.")
    room_id = Pick("Room", coerce=row_id)


class CallOffForm(CollegeForm):
    reason = Pick(
        "Why",
        hint="For the office alone. No student sees it.",
        needed="Choose a reason from the list.",
    )


class CancelRunForm(CollegeForm):
    reason = Pick("Why, if you like", hint="For the office alone. No student sees it.")


class AnotherDayForm(CollegeForm):
    day = Day("Day", needed="Choose the day.")
    starts = Clock("Began", hint='As in "10:30" or "2pm".', needed="Say when it began.")
    ends = Clock("Ended", needed="Say when it ended.")


class PairByForm(CollegeForm):
    pair_by_on = Day("The pair is known by", needed="Choose the day.")
