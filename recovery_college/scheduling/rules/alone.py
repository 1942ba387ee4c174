"""A session that begins without its pair: allowed on the day, with a reason that is kept."""

from collections.abc import Collection
from datetime import date

from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import PairState, SessionState


def check_may_say(pair: PairState, state: SessionState, day: date, today: date) -> None:
    if state is SessionState.CANCELLED:
        raise Refusal("This session is cancelled.")
    if pair is PairState.PAIRED:
        raise Refusal("Both tutors are there, so there is nothing to explain.")
    if day > today:
        raise Refusal("That is said on the day. Until then there is time to find somebody.")


def check_reason(reason: str, reasons: Collection[str]) -> None:
    if reason not in reasons:
        raise Refusal("Choose a reason from the list.", field="reason")
