"""Asking a tutor for a side of a session, and what they may answer. No reason is ever asked."""

from collections.abc import Collection
from datetime import datetime, timedelta

from recovery_college.accounts.rules import Side
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import DeliveryState, SessionState

ASKED, ACCEPTED = DeliveryState.ASKED, DeliveryState.ACCEPTED
STEPS = frozenset(
    {
        (ASKED, ACCEPTED),
        (ASKED, DeliveryState.DECLINED),
        (ASKED, DeliveryState.STOOD_DOWN),
        (ASKED, DeliveryState.COVERED),
        (ACCEPTED, DeliveryState.STEPPED_BACK),
        (ACCEPTED, DeliveryState.COVERED),
        (ACCEPTED, DeliveryState.STOOD_DOWN),
    }
)
NO_LONGER = {
    DeliveryState.ACCEPTED: "You have said yes to this one already.",
    DeliveryState.DECLINED: "You have said no to this one. Phone the office if you can after all.",
    DeliveryState.STEPPED_BACK: "You have stepped back from this one already.",
    DeliveryState.COVERED: "Somebody else has taken this one. Thank you all the same.",
    DeliveryState.STOOD_DOWN: "The office has taken this request back. You need not do anything.",
}


class NoLongerOpen(Refusal):
    """The request was answered, taken back, or came too late."""


class WrongSide(Refusal):
    """The tutor does not bring this side of the pair."""


class NotInTime(Refusal):
    """The way from another session is too long, or it is more than the tutor wished.

    Only the tutor may say yes all the same.
    """


def check_step(old: DeliveryState, new: DeliveryState) -> None:
    if (old, new) not in STEPS:
        raise NoLongerOpen(NO_LONGER.get(old, "You have not said yes to this one yet."))


def check_to_come(state: SessionState, starts_at: datetime, now: datetime) -> None:
    if state is SessionState.CANCELLED:
        raise NoLongerOpen("This session is called off. You need not do anything.")
    if starts_at <= now:
        raise NoLongerOpen("This session has begun, so this can\u2019t be changed here any more.")


def check_side(side: Side, sides: Collection[Side], name: str) -> None:
    if side not in sides:
        brings = "a peer tutor" if side is Side.LIVED else "a professional tutor"
        raise WrongSide(f"{name} does not teach as {brings}. Choose somebody else.", field="tutor")


def check_some(sessions: int) -> None:
    if not sessions:
        raise Refusal(
            "There is nothing to ask for: each session to come has somebody on that side, or "
            "they have been asked already.",
            field="tutor",
        )


def answer_by(now: datetime, starts_at: datetime, *, days: int) -> datetime:
    """Until when an answer is awaited: some days, and never after the session has begun."""
    return min(now + timedelta(days=days), starts_at)
