"""A register that was kept on paper: the numbers of its lines, and what is typed from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from recovery_college.attendance.commands.taking import Word
from recovery_college.attendance.queries import Line, Who
from recovery_college.attendance.rules import MarkState
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, EnrolmentStep
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Session


@dataclass(frozen=True)
class Sheet:
    """The numbers of those on the register now, and of those who were on it once."""

    there: Mapping[int, Line]
    left: frozenset[int]

    @property
    def numbers(self) -> Mapping[str, int]:
        """By whose line it is."""
        return {str(each.who): number for number, each in self.there.items()}

    @property
    def told(self) -> str:
        """Of those who told us ahead, and of whom nothing stands yet."""
        return " ".join(str(n) for n, each in self.there.items() if each.told_at and not each.state)

    def words(self, said: Mapping[MarkState, Iterable[int]], rest: MarkState | None) -> list[Word]:
        """What was typed; and `rest` of all others of whom nothing stands."""
        typed = {number: state for state, numbers in said.items() for number in numbers}
        found = [Word(self.there[number].who, state) for number, state in typed.items()]
        if rest is not None:
            others = (each for n, each in self.there.items() if n not in typed and not each.state)
            found += [Word(each.who, rest) for each in others]
        return found


def numbers_on(session: Session) -> dict[str, int]:
    """By whose line it is. Who has a place later has a higher one, and who leaves takes theirs
    along, so that a sheet and the register never mean two people by one number."""
    asked = (
        select(Enrolment.id)
        .join(EnrolmentStep, EnrolmentStep.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == session.run_id, EnrolmentStep.state == State.CONFIRMED)
        .group_by(Enrolment.id)
        .order_by(func.min(EnrolmentStep.id))
    )
    return {str(Who("e", id)): n for n, id in enumerate(db.session.scalars(asked), start=1)}


def sheet_of(session: Session, lines: Iterable[Line]) -> Sheet:
    numbers = numbers_on(session)
    there = {numbers[str(each.who)]: each for each in lines if str(each.who) in numbers}
    return Sheet(dict(sorted(there.items())), frozenset(numbers.values()) - there.keys())
