"""Who is asked for cover, in which order, and until when. First come, first in."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import CoverState
from recovery_college.tutors.rules import Step

HOW_FAR = {Step.LEADING: 0, Step.READY: 1, None: 2}  # who only shadows is not asked


class CoverSought(Refusal):
    """Cover for this half is being looked for already."""

    def __init__(self) -> None:
        super().__init__("Tutors are being asked for this half already.")


@dataclass(frozen=True)
class Substitute:
    """A tutor on the right side, as seen from the session that needs one.

    `is_free` is None for whoever has not said when they can; `against` are their own limits;
    `minutes` is what they teach in this term already.
    """

    tutor_id: int
    teaches: Step | None
    is_free: bool | None
    is_near: bool
    minutes: int
    against: Sequence[str] = ()

    @property
    def could(self) -> bool:
        can = self.is_free is not False and not self.against
        return can and self.teaches is not Step.SHADOWING


def ranked(substitutes: Iterable[Substitute], asked: Collection[int] = ()) -> list[Substitute]:
    """Those who could, best first: knows the course, has said they are free, is there that day
    anyway, teaches least this term. Who was asked before is not asked twice.
    """
    found = [each for each in substitutes if each.could and each.tutor_id not in asked]
    return sorted(
        found,
        key=lambda each: (
            HOW_FAR.get(each.teaches, 2),
            each.is_free is None,
            not each.is_near,
            each.minutes,
            each.tutor_id,
        ),
    )


def give_up_at(now: datetime, starts_at: datetime, *, hours: int) -> datetime:
    """When the office is offered other ways: some hours before, or later than that when half of
    what time there is has passed, for on the morning somebody may still say yes.
    """
    return max(starts_at - timedelta(hours=hours), now + max(starts_at - now, timedelta()) / 2)


def next_wave_at(now: datetime, give_up: datetime, *, hours: int) -> datetime | None:
    """When more are asked; never after the others were told that it is over."""
    then = now + timedelta(hours=hours)
    return then if then < give_up else None


def check_open(state: CoverState) -> None:
    if state is not CoverState.OPEN:
        raise Refusal("Nobody is being asked for this half any more.")
