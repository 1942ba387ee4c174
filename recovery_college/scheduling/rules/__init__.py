"""The college's rules about runs, sessions and the pair. Values in, answers out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.courses.rules import CourseState
from recovery_college.errors import Refusal
from recovery_college.formatting import listed, short_day


class RunState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return RUN_STATES[self]


RUN_STATES = {
    RunState.DRAFT: "Draft",
    RunState.PUBLISHED: "In the prospectus",
    RunState.CANCELLED: "Cancelled",
}


class Visibility(StrEnum):
    """Who can find a published run."""

    PUBLIC = "public"
    BY_LINK = "by_link"
    OFFICE = "office"

    @property
    def label(self) -> str:
        return VISIBLE_TO[self]


VISIBLE_TO = {
    Visibility.PUBLIC: "Everybody, in the prospectus",
    Visibility.BY_LINK: "Those who have its link",
    Visibility.OFFICE: "Nobody: people ask the office",
}


class SessionState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class SessionKind(StrEnum):
    """A session that students come to, or a meeting of its pair, which takes no students."""

    TEACHING = "teaching"
    PLANNING = "planning"
    DEBRIEF = "debrief"

    @property
    def label(self) -> str:
        return SESSION_KINDS[self]


SESSION_KINDS = {
    SessionKind.TEACHING: "a session",
    SessionKind.PLANNING: "a meeting to plan",
    SessionKind.DEBRIEF: "a meeting to talk it over",
}


class CoverState(StrEnum):
    """Where the search for somebody to take a half of a session stands."""

    OPEN = "open"
    FILLED = "filled"
    GIVEN_UP = "given_up"
    CLOSED = "closed"


class ProposalState(StrEnum):
    """Where a pair's talk about another time stands."""

    OPEN = "open"
    PICKED = "picked"
    DONE = "done"
    DROPPED = "dropped"


class DeliveryState(StrEnum):
    """Where a tutor stands with a session; only `accepted` makes half of a pair."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    STEPPED_BACK = "stepped_back"
    COVERED = "covered"
    STOOD_DOWN = "stood_down"


class PairState(StrEnum):
    """What a session has of its pair."""

    PAIRED = "paired"
    NEEDS_LIVED = "needs_lived"
    NEEDS_PROFESSIONAL = "needs_professional"
    EMPTY = "empty"

    @property
    def label(self) -> str:
        return PAIR_WORDS[self]


PAIR_WORDS = {
    PairState.PAIRED: "paired",
    PairState.NEEDS_LIVED: "half: needs a peer tutor",
    PairState.NEEDS_PROFESSIONAL: "half: needs a professional tutor",
    PairState.EMPTY: "empty",
}


STEPS = frozenset(
    {
        (RunState.DRAFT, RunState.PUBLISHED),
        (RunState.DRAFT, RunState.CANCELLED),
        (RunState.PUBLISHED, RunState.DRAFT),
        (RunState.PUBLISHED, RunState.CANCELLED),
    }
)


class NoSuchStep(Refusal):
    """A run can't go from where it is to there."""


class RoomTaken(Refusal):
    """Another session is in this room at that time."""

    def __init__(self) -> None:
        super().__init__(
            "This room is already in use at that time. Choose another time or another room."
        )


class TutorTaken(Refusal):
    """The tutor has accepted another session at that time."""

    def __init__(self) -> None:
        super().__init__("This tutor is already teaching another session at that time.")


class TutorStands(Refusal):
    """The tutor has been asked for this session, or has accepted it."""

    def __init__(self) -> None:
        super().__init__("This tutor has already been asked for this session.")


class CoverFilled(Refusal):
    """Somebody else was first."""

    def __init__(self) -> None:
        super().__init__("Somebody else has already said yes to this one. Thank you all the same.")


class NotOffered(Refusal):
    """The course is not published, or the run is over."""


class StillRunning(Refusal):
    """The course has runs to come."""


class RoomTooSmall(Refusal):
    """More places than the room holds."""


class NotPaired(Refusal):
    """A session has neither its pair nor a date by which it will."""


class NoSessions(Refusal):
    """A run without dates."""


@dataclass(frozen=True)
class Half:
    """What publishing asks of a session."""

    starts_at: datetime
    sides: frozenset[Side]
    pair_by_on: date | None


def pair_state(sides: Collection[Side]) -> PairState:
    """`sides` are those that accepted tutors teach on; one tutor is one side of one session."""
    if Side.LIVED in sides:
        return PairState.PAIRED if Side.PROFESSIONAL in sides else PairState.NEEDS_PROFESSIONAL
    return PairState.NEEDS_LIVED if Side.PROFESSIONAL in sides else PairState.EMPTY


def latest_pair_by(starts_at: datetime, *, days: int) -> date:
    """The last day on which a session's pair may still be open: `days` before it meets."""
    return in_london(starts_at).date() - timedelta(days=days)


def kept_promise(half: Half, *, days: int, today: date) -> date | None:
    """The pair-by date of a session that has moved: never too late, if there is time at all."""
    latest = latest_pair_by(half.starts_at, days=days)
    if half.pair_by_on is None or latest < today:
        return half.pair_by_on
    return max(min(half.pair_by_on, latest), today)


def check_publishable(halves: Sequence[Half], *, pair_by_days: int, today: date) -> None:
    """Each session is paired, or carries a date by which it will be, early enough."""
    if not halves:
        raise NoSessions("This run has no dates yet. Add its sessions first.")
    open_halves = [half for half in halves if pair_state(half.sides) is not PairState.PAIRED]
    missing = [half for half in open_halves if half.pair_by_on is None]
    if missing:
        days = listed([short_day(half.starts_at) for half in missing])
        raise NotPaired(f"Find both tutors, or set a pair-by date, for the sessions on: {days}.")
    for half in open_halves:
        if half.pair_by_on is not None:
            check_pair_by(half.starts_at, half.pair_by_on, days=pair_by_days, today=today)


def check_offered(course: CourseState, ends_at: datetime | None, now: datetime) -> None:
    """A run goes into the prospectus with its course, and while there is some of it to come."""
    if course is not CourseState.PUBLISHED:
        raise NotOffered("Publish the course first. Its runs can follow.")
    if ends_at is not None and ends_at <= now:
        raise NotOffered("All the sessions of this run are over.")


def check_none_to_come(runs: int) -> None:
    """A course with runs to come is not archived behind its students' backs."""
    if runs:
        raise StillRunning("This course has runs to come. Cancel them, or wait until they end.")


def check_pair_by(starts_at: datetime, day: date, *, days: int, today: date) -> None:
    """The pair is known early enough for the students to rely on it."""
    latest = latest_pair_by(starts_at, days=days)
    if latest < today:
        raise NotPaired(
            f"{short_day(starts_at)} is less than {days} days away. Find both tutors first.",
            field="pair_by_on",
        )
    if day < today:
        raise NotPaired(
            f"{short_day(day)} has passed. Choose a day until {short_day(latest)}.",
            field="pair_by_on",
        )
    if day > latest:
        raise NotPaired(
            f"The pair for {short_day(starts_at)} must be known {days} days before. "
            f"Choose {short_day(latest)} or an earlier day.",
            field="pair_by_on",
        )


def check_fits(capacity: int, room_places: int | None) -> None:
    """A run may not promise more places than its room holds."""
    if capacity < 1:
        raise RoomTooSmall("A run needs at least one place.", field="capacity")
    if room_places is not None and capacity > room_places:
        raise RoomTooSmall(
            f"The room holds {room_places} people, so a run there can't have {capacity} places.",
            field="capacity",
        )


def check_step(old: RunState, new: RunState) -> None:
    if (old, new) not in STEPS:
        raise NoSuchStep(f"A run that is {old} can't become {new}.")
