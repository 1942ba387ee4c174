"""The needs that are still open, in the lines that the office reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.desks.attending import known_to, name_of
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Adjustment, Enrolment


@dataclass(frozen=True)
class Line:
    """One need on one run. `is_known` is that this viewer may open it."""

    id: int
    name: str
    words: str
    stage: str
    is_known: bool


def lines_of(rows: Sequence[Any], viewer: Person) -> list[Line]:
    return [_line(row[0], row[1], viewer) for row in rows]


def _line(each: Enrolment, found: Adjustment | None, viewer: Person) -> Line:
    begins = each.run.starts_at
    when = f", from {formatting.when(begins)}" if begins else ""
    return Line(
        id=each.id,
        name=name_of(viewer, each.person),
        words=f"{each.run.course.title}{when}",
        stage=queries.stage_of_need(found).label,
        is_known=known_to(viewer, each.person) is not None,
    )
