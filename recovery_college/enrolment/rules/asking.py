"""Whether somebody may ask for a place on a run: the same for everybody, whoever types it in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from recovery_college import formatting
from recovery_college.accounts.rules import Role
from recovery_college.enrolment.rules import (
    CapReached,
    EnrolmentClosed,
    NeedsAnother,
    NoPlaceLeft,
    NotOpenYet,
    NotYours,
)
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import RunState, Visibility


def closes_at(starts: Sequence[datetime], *, joins_late: bool) -> datetime | None:
    """When enrolment for a run ends: as its first session begins, or its second.

    `starts` are the planned sessions in order; None for a run without dates.
    """
    if not starts:
        return None
    return starts[1] if joins_late and len(starts) > 1 else starts[0]


def check_findable(state: RunState, visibility: Visibility, *, has_key: bool) -> None:
    """Through the office anybody may come to any run that is published."""
    if state is RunState.CANCELLED:
        raise EnrolmentClosed("This course is not going ahead. We are sorry.")
    hidden = visibility is not Visibility.PUBLIC and not has_key
    if state is not RunState.PUBLISHED or hidden:
        raise EnrolmentClosed("This course can\u2019t be booked here. Phone the office to ask.")


def check_open(opens_at: datetime, closes: datetime | None, now: datetime) -> None:
    if closes is None:
        raise EnrolmentClosed("This course has no dates yet.")
    if now >= closes:
        raise EnrolmentClosed("This course has already started, so its places are closed.")
    if now < opens_at:
        raise NotOpenYet(
            f"Enrolment opens on {formatting.when(opens_at)}. Come back then, or phone the "
            "office: they write down what you would like, and lots decide the order."
        )


def check_enrolled(drop_in: bool) -> None:
    if drop_in:
        raise EnrolmentClosed("You don\u2019t need a place for this one: just come.")


def check_wall(ring_first: str, *, walled: bool, by_office: bool, actor: Collection[Role]) -> None:
    """A manager may book whom others ask to ring. Nobody is told more."""
    if walled and not (by_office and Role.MANAGER in actor):
        raise NotYours("A manager books this one. Please ask them." if by_office else ring_first)


def check_set_aside(*, is_of_run: bool, fits: bool) -> None:
    """Nobody waits for places that are set aside: there is one, or there is none."""
    if not (is_of_run and fits):
        raise NoPlaceLeft


def check_arrival(arrived_at: datetime, now: datetime) -> None:
    """When a call or a form came; it can't come tomorrow."""
    if arrived_at > now:
        raise Refusal("That is still to come. Write when the request reached us.", field="day")


def check_cap(runs: int, most: int) -> None:
    """`runs` are those of the term on which they have a place already; 0 as `most` is no cap."""
    if most and runs >= most:
        raise CapReached(
            f"You have a place on {formatting.count(runs, 'course')} this term, which is as many "
            "as one person can have. Give one up first, or phone us."
        )


def check_first_taken(title: str, *, needed: bool, taken: bool) -> None:
    """What the course says must come before it."""
    if needed and not taken:
        raise NeedsAnother(
            f"For this course you need to have been on \u201c{title}\u201d first. Phone us if "
            "you have done something like it."
        )
