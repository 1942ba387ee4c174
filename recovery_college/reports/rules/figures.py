"""One figure about people as it is published, before anything is hidden for another's sake."""

from dataclasses import dataclass, field

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.definitions import ENOUGH

SMALL = {SmallNumbers.ROUNDED: 7, SmallNumbers.HIDDEN: 4}  # the most that is a small number
ANY = 10**9  # more people than there are
STEP = 5


@dataclass(frozen=True)
class Shown:
    """A number, or `None`, which prints as a star.

    `least` and `most` are what somebody could know of the count behind it who was told whether
    a star is a small number or was hidden along with one. They are for protecting, not for pages.
    """

    number: int | None
    least: int = field(default=0, repr=False, compare=False)
    most: int = field(default=ANY, repr=False, compare=False)

    def __str__(self) -> str:
        return "*" if self.number is None else str(self.number)

    def __format__(self, how: str) -> str:
        return "*" if self.number is None else format(self.number, how)

    @property
    def value(self) -> int | str:
        """For a sheet."""
        return "*" if self.number is None else self.number


@dataclass(frozen=True)
class ShownShare:
    """A share as far as both its numbers are shown."""

    part: Shown
    whole: Shown

    @property
    def is_of_nothing(self) -> bool:
        return self.whole.number == 0

    @property
    def is_enough(self) -> bool:
        return self.percent is not None and (self.whole.number or 0) >= ENOUGH

    @property
    def percent(self) -> int | None:
        return percent(self.part, self.whole).number


def shown(count: int, rule: SmallNumbers) -> Shown:
    """By itself. Rounded as NHS England does its hospital statistics (Disclosure control
    methodology for HES and ECDS, 2018): 0 stays, 1 to 7 are a star, more is rounded to 5.
    """
    if 1 <= count <= SMALL[rule]:
        return Shown(None, 1, SMALL[rule])
    if count == 0 or rule is SmallNumbers.HIDDEN:
        return Shown(count, count, count)
    number = (count + STEP // 2) // STEP * STEP
    least = max(SMALL[rule] + 1, number - STEP // 2)
    return Shown(number, least, number + STEP // 2)


def percent(part: Shown, whole: Shown) -> Shown:
    """To a whole number, from what is shown of both, so that it says no more than they do."""
    if part.number is None or not whole.number:
        return Shown(None)
    return Shown((200 * part.number + whole.number) // (2 * whole.number))
