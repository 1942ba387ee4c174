"""Counts of people such that nobody can be worked out of them.

Of every star at least three values remain possible for a reader who knows this rule, all that is
shown, that people are whole, and even which stars are small numbers and which were hidden along
with them. That is more than a star tells, which prints the same for both: of a small number he
knows that it is 1 to 7 (or 1 to 4), of any other star only that it is no 0.

Rounded figures give each other room, so that little more is hidden, and totals before cells.
Exact ones don't: the smallest that does goes too.

Not promised: against two reports of different days (who came between them is their difference),
and against running this program on every table that is possible and looking which of them would
print the same. Reports with filters, and every report beside one, are `filtering`'s.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.circulation import Circulation, Figure, protect
from recovery_college.reports.rules.figures import SMALL, Shown, shown

LAST = 10**6  # the cost of hiding a 0, or that a small number is one: when nothing else is left
CELL = 10**3  # the cost of a rounded cell, above that of any total: totals are hidden first


@dataclass(frozen=True)
class Listing:
    lines: tuple[Shown, ...]
    total: Shown


def listed(counts: Sequence[int], rule: SmallNumbers) -> Listing:
    """Lines of which everybody is in exactly one, and their total."""
    lines = [a_cell(count, rule) for count in counts]
    total = a_total(sum(counts), rule)
    hide_over_stars(lines, total, rule)
    circulation = Circulation()
    for line in lines:
        circulation.add("all", "lines", line)
    circulation.add("lines", "all", total)
    protect([circulation])
    return a_listing(lines, total)


def a_cell(count: int, rule: SmallNumbers, floor: int = 1) -> Figure:
    return _figure(count, rule, count if rule is SmallNumbers.HIDDEN else CELL + count, floor)


def a_total(count: int, rule: SmallNumbers, floor: int = 1) -> Figure:
    return _figure(count, rule, count + 1 if rule is SmallNumbers.HIDDEN else 1, floor)


def a_grid(
    columns: Sequence[Sequence[Figure]],
    right: Sequence[Figure],
    below: Sequence[Figure],
    corner: Figure,
) -> Circulation:
    """A table column by column, with the totals on its right and below it."""
    circulation = Circulation()
    for at, total in enumerate(right):
        circulation.add("all", ("row", at), total)
    for beside, (column, total) in enumerate(zip(columns, below, strict=True)):
        for at, cell in enumerate(column):
            circulation.add(("row", at), ("column", beside), cell)
        circulation.add(("column", beside), "end", total)
    circulation.add("end", "all", corner)
    return circulation


def a_listing(lines: Iterable[Figure], total: Figure) -> Listing:
    return Listing(tuple(line.shown for line in lines), total.shown)


def hide_over_stars(parts: Iterable[Figure], total: Figure, rule: SmallNumbers) -> None:
    """Where so many stars stand alone that a small total would be nearly their number, it is
    hidden whatever it is: then its star does not say that it is small.
    """
    found = [part for part in parts if part.count]
    are_stars = all(part.shown.number is None for part in found)
    if are_stars and len(found) > SMALL[rule] - 2:
        total.hide()


def _figure(count: int, rule: SmallNumbers, cost: int, floor: int) -> Figure:
    first = shown(count, rule)
    price = LAST if count <= SMALL[rule] else cost
    is_for_good = count < floor
    return Figure(count, first, None if is_for_good else price, floor, first.number is None)
