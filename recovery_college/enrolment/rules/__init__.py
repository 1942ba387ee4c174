"""The college's rules about places. Values in, answers out."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from recovery_college.errors import Refusal


class State(StrEnum):
    """Where a person stands with a run. Only the first three can still change for them."""

    CONFIRMED = "confirmed"
    OFFERED = "offered"
    WAITING = "waiting"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return STATES[self]


STATES = {
    State.CONFIRMED: "Has a place",
    State.OFFERED: "Has been offered a place",
    State.WAITING: "On the waiting list",
    State.GIVEN_UP: "Given up",
    State.EXPIRED: "Ran out of time",
    State.CANCELLED: "Cancelled by the college",
    State.COMPLETED: "Had a place until the end",
}
LIVE = frozenset({State.CONFIRMED, State.OFFERED, State.WAITING})
HELD = frozenset({State.CONFIRMED, State.OFFERED, State.COMPLETED})  # they count in a pool
BEGINNINGS = frozenset({State.CONFIRMED, State.WAITING})
STEPS = frozenset(
    {
        (State.WAITING, State.OFFERED),
        (State.WAITING, State.CONFIRMED),
        (State.WAITING, State.GIVEN_UP),
        (State.WAITING, State.EXPIRED),
        (State.WAITING, State.CANCELLED),
        (State.OFFERED, State.CONFIRMED),
        (State.OFFERED, State.GIVEN_UP),
        (State.OFFERED, State.EXPIRED),
        (State.OFFERED, State.CANCELLED),
        (State.CONFIRMED, State.GIVEN_UP),
        (State.CONFIRMED, State.CANCELLED),
        (State.CONFIRMED, State.COMPLETED),
        (State.COMPLETED, State.CANCELLED),  # it turned out that it never ran
    }
)


class PoolKind(StrEnum):
    """What a pool holds: places in the room, places by link, places kept for somebody, or chairs
    for those who come along."""

    ROOM = "room"
    LINK = "link"
    SET_ASIDE = "set_aside"
    CHAIRS = "chairs"

    @property
    def label(self) -> str:
        return POOLS[self]


POOLS = {
    PoolKind.ROOM: "In the room",
    PoolKind.LINK: "By link",
    PoolKind.SET_ASIDE: "Set aside",
    PoolKind.CHAIRS: "Chairs for supporters",
}


class Supporter(StrEnum):
    """Whether somebody comes along, and where they sit: a spare chair, or one of the places."""

    NONE = "none"
    CHAIR = "chair"
    PLACE = "place"


class Way(StrEnum):
    """How a request reached the college."""

    ONLINE = "online"
    PHONE = "phone"
    FORM = "form"
    LETTER = "letter"
    IN_PERSON = "in_person"
    WORKBOOK = "workbook"

    @property
    def label(self) -> str:
        return WAYS[self]


WAYS = {
    Way.ONLINE: "On the website",
    Way.PHONE: "By phone or voicemail",
    Way.FORM: "On a form",
    Way.LETTER: "By letter or e-mail",
    Way.IN_PERSON: "In person",
    Way.WORKBOOK: "In the college\u2019s spreadsheet",
}
OF_OFFICE = (Way.PHONE, Way.FORM, Way.LETTER, Way.IN_PERSON)  # what the office types in


class NotOpenYet(Refusal):
    """Enrolment opens later."""


class EnrolmentClosed(Refusal):
    """The run has begun, is cancelled, or is not there for this person."""


class NotYours(Refusal):
    """They can't be booked in this way; nothing more is said."""


class CapReached(Refusal):
    """As many places this term as one person may have."""


class NeedsAnother(Refusal):
    """The course wants another one first."""


class EnrolledAlready(Refusal):
    """One live place or request for each person and run."""

    def __init__(self) -> None:
        super().__init__("You have asked for a place on this course already.")


class FormUsed(Refusal):
    """Two people at one computer, and the form that one sent is sent again by the other."""

    def __init__(self) -> None:
        super().__init__("This form has been sent already. Open it again, and then send it.")


class NoPlaceLeft(Refusal):
    """The database itself refused one place too many."""

    def __init__(self) -> None:
        super().__init__("There is no place left. Nothing was changed: please try again.")


class NoSuchStep(Refusal):
    """The place is past that."""


class OfferOver(Refusal):
    """Answered already, or too late."""


class TooFewPlaces(Refusal):
    """More people hold a place than there would be places."""


def check_step(old: State, new: State) -> None:
    if (old, new) not in STEPS:
        raise NoSuchStep(f"{PAST[old]} Nothing was changed.")


PAST = {
    State.CONFIRMED: "This place is confirmed.",
    State.OFFERED: "This place is offered just now.",
    State.WAITING: "This is still on the waiting list.",
    State.GIVEN_UP: "This place has been given up already.",
    State.EXPIRED: "The time for this place is over.",
    State.CANCELLED: "The college has cancelled this.",
    State.COMPLETED: "This course is over.",
}


def is_reachable(states: Sequence[State]) -> bool:
    """Whether these states in a row follow the table of steps from a beginning."""
    if not states or states[0] not in BEGINNINGS:
        return False
    return all(step in STEPS for step in pairwise(states))


def check_not_over(ends_at: datetime | None, now: datetime) -> None:
    if ends_at is not None and ends_at <= now:
        raise NoSuchStep(PAST[State.COMPLETED])
