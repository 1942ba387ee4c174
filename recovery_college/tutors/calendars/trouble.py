"""Why a calendar could not be read, on its way up."""

from recovery_college.tutors.rules import CalendarTrouble


class Trouble(Exception):
    """It could not be read; `kind` says why, in words for the tutor."""

    def __init__(self, kind: CalendarTrouble) -> None:
        super().__init__(kind.value)
        self.kind = kind
