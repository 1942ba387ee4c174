"""What tutors say of themselves: how far they are with a course, and the work they have done."""

from datetime import time
from enum import StrEnum

WHOLE_DAY = (time(0), time(23, 59))
PREPARE_MINUTES, DEBRIEF_MINUTES = 30, 15  # of each session, unless the tutor says otherwise


class Step(StrEnum):
    """How far a tutor is with a course. Who leads it may ask others to teach it too."""

    SHADOWING = "shadowing"
    READY = "ready"
    LEADING = "leading"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Work(StrEnum):
    """What counts as hours besides sessions, their preparation and their debrief."""

    MEETING = "meeting"
    PANEL = "panel"
    TRAVEL = "travel"
    OTHER = "other"

    @property
    def label(self) -> str:
        return WORK[self]


WORK = {
    Work.MEETING: "A meeting",
    Work.PANEL: "A panel or co-production meeting",
    Work.TRAVEL: "Travel",
    Work.OTHER: "Something else",
}


class CalendarTrouble(StrEnum):
    """Why a tutor's calendar could not be read the last time."""

    NOT_ALLOWED = "not_allowed"
    AWAY = "away"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    NO_CALENDAR = "no_calendar"
    TOO_MUCH = "too_much"

    @property
    def label(self) -> str:
        return TROUBLES[self]


TROUBLES = {
    CalendarTrouble.NOT_ALLOWED: "The link leads somewhere that the college does not read from.",
    CalendarTrouble.AWAY: "Nothing answered at the link.",
    CalendarTrouble.TOO_BIG: "The calendar is larger than 2 MB.",
    CalendarTrouble.TOO_SLOW: "The calendar took more than 10 seconds to come.",
    CalendarTrouble.NO_CALENDAR: "What came is not a calendar.",
    CalendarTrouble.TOO_MUCH: "The calendar holds more times than can be read.",
}
