"""For how long a place is held for somebody who has yet to say yes, and how they hear of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College
from recovery_college.enrolment.rules import PAST, OfferOver, State

SATURDAY = 5
ENDED_OTHERWISE = (State.GIVEN_UP, State.CANCELLED, State.COMPLETED)
HOUR = timedelta(hours=1)


class By(StrEnum):
    """How somebody hears of an offer."""

    MESSAGE = "message"
    CALL = "call"


@dataclass(frozen=True)
class Terms:
    """Of one offer: how it is told, and until when the place is held."""

    by: By
    answer_by: datetime


def cut_off(starts_at: datetime, college: College) -> datetime:
    """From then on nothing is offered by itself: the office phones."""
    return starts_at - college.last_offer_hours * HOUR


def is_near(starts_at: datetime | None, now: datetime, college: College) -> bool:
    """So near that a letter would come too late: the office calls instead."""
    days = timedelta(days=college.offer_by_phone_days)
    return starts_at is not None and starts_at - days <= now < starts_at


def terms_of(now: datetime, starts_at: datetime, college: College, *, slow: bool) -> Terms | None:
    """Of an offer that is made now, or None when it is too late for one.

    `slow` is who is reached by post or phone.
    """
    last = cut_off(starts_at, college)
    if now >= last:
        return None
    days = college.offer_by_post_days if slow else college.offer_days
    near = is_near(starts_at, now, college)
    ends = min(working_days_later(now, days, college), last)
    return Terms(By.CALL if near else By.MESSAGE, ends)


def ends_at(answer_by: datetime, starts_at: datetime, now: datetime, college: College) -> datetime:
    """Of an offer whose run moves: never past the cut-off, unless that has passed already."""
    last = cut_off(starts_at, college)
    return min(answer_by, last if last > now else starts_at)


def check_declinable(state: State) -> None:
    """A stale page or letter takes nothing away that was said yes to since."""
    if state in (State.CONFIRMED, State.COMPLETED):
        raise OfferOver("You have said yes already: the place is yours. You can still give it up.")


def check_answerable(state: State, answer_by: datetime | None, now: datetime) -> None:
    if state is State.CONFIRMED:
        raise OfferOver("You have said yes already: the place is yours.")
    if state in ENDED_OTHERWISE:
        raise OfferOver(PAST[state])
    if state is not State.OFFERED or answer_by is None or now >= answer_by:
        raise OfferOver("The time for this offer is over, so the place went to the next person.")


def working_days_later(now: datetime, days: int, college: College) -> datetime:
    """The same hour so many working days later, rounded up to a whole one."""
    local = in_london(now + HOUR - timedelta(microseconds=1))
    day = local.date()
    while days:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and not college.is_closed_on(day):
            days -= 1
    return london_instant(day, local.time().replace(minute=0, second=0, microsecond=0))
