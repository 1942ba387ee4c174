"""The office calls those who wait, in their order."""

from recovery_college.enrolment.rules import LIVE, NoPlaceLeft, NoSuchStep, State
from recovery_college.errors import Refusal


def check_callable(state: State) -> None:
    if state not in LIVE:
        raise NoSuchStep("They are not waiting for a place any more.")


def check_turn(not_called: int) -> None:
    """Nobody is passed over who was not called before."""
    if not_called:
        who = "Somebody is" if not_called == 1 else f"{not_called} people are"
        raise Refusal(f"{who} ahead of them. Call them first, or write down that you did.")


def check_free(left: int) -> None:
    if left < 1:
        raise NoPlaceLeft
