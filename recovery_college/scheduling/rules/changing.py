"""When a run or a session may still be changed, and what stops a run from being published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from recovery_college.clock import in_london
from recovery_college.courses.rules import CourseState
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import (
    Half,
    RunState,
    SessionState,
    check_offered,
    check_publishable,
)

MOST_WEEKS = 52


class Begun(Refusal):
    """It has begun, so it stays as it was."""


class InProspectus(Refusal):
    """People can see it, so this can't be done to it."""


class About(StrEnum):
    """Where to mend what stops a run."""

    COURSE = "course"
    DATES = "dates"
    SESSION = "session"


@dataclass(frozen=True)
class Obstacle:
    """Why a run can't be published, and which of its sessions that is about, counted from 0."""

    about: About
    words: str
    session: int


def check_draft(state: RunState) -> None:
    if state is not RunState.DRAFT:
        raise InProspectus("This run is not a draft. Take it out of the prospectus first.")


def check_run_not_begun(starts_at: datetime | None, now: datetime) -> None:
    if starts_at is not None and starts_at <= now:
        raise Begun("This run has begun, so it stays. The history needs it.")


def check_session_stands(state: SessionState, starts_at: datetime, now: datetime) -> None:
    """Only what is planned and has yet to begin is moved or cancelled."""
    if state is SessionState.CANCELLED:
        raise Refusal("This session is cancelled.")
    if starts_at <= now:
        raise Begun("This session has begun, so its time and its room stay as they were.")


def check_has_begun(state: SessionState, starts_at: datetime, now: datetime) -> None:
    """Only then is there anything to say of how it went."""
    if state is SessionState.CANCELLED:
        raise Refusal("This session is cancelled.")
    if starts_at > now:
        raise Refusal("This session has yet to begin. You can move it, or cancel it.")


def check_has_been(starts_at: datetime, now: datetime) -> None:
    if starts_at > now:
        raise Refusal("That is still to come. Choose when it was.", field="day")


def check_to_come(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise Refusal("That time has passed. Choose one that is to come.", field="day")


def check_one_stays(state: RunState, others: int) -> None:
    """A run in the prospectus has at least one session."""
    if state is RunState.PUBLISHED and not others:
        raise InProspectus(
            "This is the only session of a run that is in the prospectus. "
            "Take the run out of the prospectus first."
        )


def check_some_to_come(sessions: int) -> None:
    if not sessions:
        raise Refusal("None of its sessions are to come, so there is nothing to move.")


def check_weeks(weeks: int) -> None:
    if not weeks or abs(weeks) > MOST_WEEKS:
        raise Refusal(f"Move it by 1 to {MOST_WEEKS} weeks.", field="weeks")


def obstacles(
    course: CourseState, halves: Sequence[Half], *, pair_by_days: int, now: datetime
) -> list[Obstacle]:
    """Everything that stops a run from being published, in the order in which to mend it.

    `halves` are its planned sessions, in order.
    """
    today = in_london(now).date()
    last = halves[-1].starts_at if halves else None
    check = partial(check_publishable, pair_by_days=pair_by_days, today=today)
    found = [
        _obstacle(About.COURSE, partial(check_offered, course, None, now)),
        _obstacle(About.DATES, partial(check_offered, CourseState.PUBLISHED, last, now)),
    ]
    if not halves:
        found.append(_obstacle(About.DATES, partial(check, halves)))
    for place, half in enumerate(halves):
        found.append(_obstacle(About.SESSION, partial(check, [half]), place))
    return [each for each in found if each is not None]


def _obstacle(about: About, check: Callable[[], None], session: int = 0) -> Obstacle | None:
    try:
        check()
    except Refusal as refusal:
        return Obstacle(about, refusal.message, session)
    return None
