"""Numbers as somebody types them from a printed sheet. Text in, numbers out."""

import re
from collections.abc import Collection, Iterator

from recovery_college.errors import Refusal

BETWEEN = re.compile(r"\s*[-\u2013]\s*")
APART = re.compile(r"[\s,;.]+")
PART = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
NOT_NUMBERS = 'Write numbers from the sheet, as in "3 7, 9-12".'


def read_numbers(typed: str, there: Collection[int], left: Collection[int]) -> list[int]:
    """As in "3 7, 9-12", where what a range passes over need not be `there`; `left` are the
    numbers of those who have no place any more."""
    found = list(_each(typed, there))
    for number in found:
        if number in left:
            raise Refusal(
                f"{number} has no place any more. If they came all the same, welcome them on the "
                "register."
            )
        if number not in there:
            raise Refusal(f"{number} is not on the sheet.")
        if found.count(number) > 1:
            raise Refusal(f"{number} is here twice.")
    return found


def _each(typed: str, there: Collection[int]) -> Iterator[int]:
    for part in filter(None, APART.split(BETWEEN.sub("-", typed))):
        read = PART.fullmatch(part)
        first, last = (int(read[1]), int(read[2] or read[1])) if read else (1, 0)
        if first > last:
            raise Refusal(NOT_NUMBERS)
        ends = (first, last)
        yield from (n for n in range(first, last + 1) if n in there or n in ends)
