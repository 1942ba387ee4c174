"""Whom the office calls when it did not hear from them. Nothing else ever follows from it."""

from collections.abc import Sequence
from enum import StrEnum

from recovery_college.attendance.rules import MarkState
from recovery_college.college.rules import College


class WhyCall(StrEnum):
    """Everybody has a friendly line; these are called too."""

    ASKED = "asked"
    FIRST = "first"
    IN_A_ROW = "in_a_row"

    @property
    def label(self) -> str:
        return WHY_CALL[self]


WHY_CALL = {
    WhyCall.ASKED: "They asked us to phone.",
    WhyCall.FIRST: "It was the first session.",
    WhyCall.IN_A_ROW: "We did not hear several times in a row.",
}


def why_call(
    marks: Sequence[MarkState], *, is_first: bool, asked: bool, college: College
) -> WhyCall | None:
    """Of somebody of whom we did not hear; `marks` are theirs on this run so far, in order, with
    this one as the last.
    """
    if asked:
        return WhyCall.ASKED
    if is_first:
        return WhyCall.FIRST
    last = marks[-college.call_after_missed :]
    is_row = len(last) == college.call_after_missed and set(last) == {MarkState.UNHEARD}
    return WhyCall.IN_A_ROW if is_row else None
