"""What the takers of each kind of row share: the moment, the rows, and what there is to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.database import Model
from recovery_college.errors import Refusal
from recovery_college.intake.rules.cells import shown
from recovery_college.intake.rules.describing import Row
from recovery_college.intake.rules.reading import Reading
from recovery_college.intake.rules.report import Report
from recovery_college.intake.workbook import Progress

Gaps = list[tuple[str, Any]]


@dataclass(frozen=True)
class Arrival:
    """One import under way. Without an `actor` it is the operator's, at the command line."""

    actor: Person | None
    reading: Reading
    report: Report
    college: College
    now: datetime
    progress: Progress

    @property
    def today(self) -> date:
        return in_london(self.now).date()

    def refuse(self, row: Row, refusal: Refusal) -> None:
        self.report.faults.append(row.source.fault(refusal.field, refusal.message))

    def differs(self, what: str, word: str, *, here: object, there: object) -> None:
        self.report.differs.append(
            f"{what}: {word} is {_in_words(there)} in the college, {_in_words(here)} in the file."
        )

    def gaps(self, what: str, model: Model, row: Row, fields: Mapping[str, str]) -> Gaps:
        """What the row can fill in, of these fields and their names; what differs is said."""
        found: Gaps = []
        for field, word in fields.items():
            here, there = getattr(row, field), getattr(model, field)
            if here in (None, "") or here == there:
                continue
            if there in (None, ""):
                found.append((field, here))
            else:
                self.differs(what, word, here=here, there=there)
        return found

    def fill(self, model: Model, gaps: Gaps) -> None:
        for field, value in gaps:
            setattr(model, field, value)
            self.report.filled["detail"] += 1


def newcomer(arrival: Arrival, name: str, email: str | None, *roles: Role) -> Person:
    """Somebody who is here already: everybody is a student, and some have roles besides."""
    person = Person(name=name, email=email, joined_at=arrival.now)
    person.made_at = person.active_at = arrival.now
    person.role_rows = [role_given(arrival, role) for role in roles]
    return person


def role_given(arrival: Arrival, role: Role) -> RoleGiven:
    giver = arrival.actor.id if arrival.actor else None
    return RoleGiven(role=role, given_by_id=giver, given_at=arrival.now)


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f'"{shown(str(value))}"'
