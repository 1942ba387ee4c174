"""What terms, venues and rooms must be, and when they may go."""

from datetime import date, datetime

from recovery_college.errors import Refusal
from recovery_college.formatting import count


class InUse(Refusal):
    """Something is planned there, or was."""


class NameTaken(Refusal):
    """Another thing of the kind has this name."""


def check_term_days(starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise Refusal("A term ends after it starts. Check both days.", field="ends_on")


def check_opens(public_at: datetime, opens_at: datetime) -> None:
    """Nobody enrols on what they can't see yet."""
    if opens_at < public_at:
        raise Refusal(
            "Enrolment opens when the prospectus is out, or later.", field="enrolment_opens_at"
        )


def check_term_empty(runs: int) -> None:
    if runs:
        raise InUse(f"This term has {count(runs, 'run')}. A term can be removed while it is empty.")


def check_nothing_planned(to_come: int, ever: int) -> None:
    """`to_come` of the sessions at a place are planned, of all that ever were."""
    if to_come:
        what = "session is" if to_come == 1 else "sessions are"
        raise InUse(f"{to_come:,} {what} planned here. Move them to another room first.")
    if ever:
        raise InUse("Sessions were held here, so the place stays. The history needs it.")


def check_room_holds(places: int | None, promised: int) -> None:
    """`promised` are the most places that a run with sessions to come in the room has."""
    if places is not None and places < promised:
        raise Refusal(
            f"A run that meets here has {promised} places. Lower that first.", field="places"
        )
