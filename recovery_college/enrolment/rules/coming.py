"""Somebody with a place can't make one session, and says so. Nobody asks why."""

from datetime import datetime

from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal


def may_say(state: State, is_on: bool, ends_at: datetime, now: datetime) -> bool:
    """Of a place of theirs, on a session that is on and not over: it may go on already."""
    return state is State.CONFIRMED and is_on and now < ends_at


def check_may_say(state: State, is_on: bool, ends_at: datetime, now: datetime) -> None:
    if not may_say(state, is_on, ends_at, now):
        raise Refusal("There is nothing that you need to tell us about this date any more.")
