"""Registers as the office looks at them: which are taken, who taught, who came without a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recovery_college import formatting
from recovery_college.attendance import attention
from recovery_college.attendance.models import TutorMark
from recovery_college.attendance.rules import (
    CAME,
    TEACHING,
    Delivered,
    MarkState,
    delivered,
    is_open,
)
from recovery_college.desks.items import MOST, Item, Section, total_of
from recovery_college.scheduling.rules import SessionState


@dataclass(frozen=True)
class Line:
    """One register: `state` is whether it ran and is taken, `marks` what it says, `taught` who
    taught; `may_not_have_been` that nobody has said yet how it went."""

    session_id: int
    heading: str
    where: str
    state: str
    is_taken: bool
    can_be_taken: bool
    may_not_have_been: bool
    marks: str
    delivery: str


def lines_of(rows: Sequence[Any], now: datetime) -> list[Line]:
    """In two statements for all of them."""
    ids = [row.id for row in rows]
    marks, taught = attention.marked_on(ids), attention.taught_on(ids)
    return [_line(row, marks[row.id], taught[row.id], now) for row in rows]


def _line(
    row: Any, marks: Mapping[MarkState, int], taught: Sequence[TutorMark], now: datetime
) -> Line:
    part = f", session {row.number} of {row.session_count}" if row.session_count > 1 else ""
    is_off = row.state is SessionState.CANCELLED
    opened = is_open(row.starts_at, now) and not is_off
    return Line(
        session_id=row.id,
        heading=f"{row.title}{part}, {formatting.when(row.starts_at)}",
        where=f"{row.room}, {row.venue}" if row.room else "The room is not known",
        state=_off(row.cancel_reason) if is_off else _state(row.taken, opened),
        is_taken=row.taken,
        can_be_taken=opened,
        may_not_have_been=opened and not row.taken and row.starts_at <= now,
        marks=_marks(marks),
        delivery=_delivery(taught) if opened else "",
    )


def _off(reason: str) -> str:
    return f"Called off: {reason}" if reason else "Called off"


def _state(taken: bool, opened: bool) -> str:
    return "Ran" if taken else "Not taken yet" if opened else "Still to come"


def _marks(marks: Mapping[MarkState, int]) -> str:
    came = sum(number for state, number in marks.items() if state in CAME)
    said = ((MarkState.TOLD, "{} told us"), (MarkState.UNHEARD, "of {} we did not hear"))
    others = [words.format(marks[state]) for state, words in said if state in marks]
    return ", ".join([f"{came} came", *others]) if marks else ""


def _delivery(taught: Sequence[TutorMark]) -> str:
    """As in: "Co-delivered by Ash Reed and Bo Lind"."""
    what = delivered([(each.side, each.state) for each in taught])
    names = [each.tutor.person.goes_by for each in taught if each.state in TEACHING]
    by = f" by {formatting.listed(names)}" if names else ""
    before = "Delivery: not recorded" if what is Delivered.NOT_RECORDED else what.label
    return f"{before}{by}"


def to_settle() -> Section:
    """Who came without a place, on Today."""
    rows = attention.welcomes(first=0, size=MOST)
    return Section(
        "welcomes",
        "Came without a place",
        "person came without a place",
        "people came without a place",
        total_of(rows),
        [
            Item(
                f"{row.name or 'Somebody'}: {row.title}, {formatting.when(row.starts_at)}",
                "They were welcomed, and are counted. See whether the college knows them.",
                f"/office/welcomes/{row.id}",
                "See who it is",
            )
            for row in rows
        ],
        "/office/welcomes",
    )
