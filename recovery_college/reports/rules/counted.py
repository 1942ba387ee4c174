"""What is counted of runs, before `definitions` says what it means."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self


class Sum:
    """Counts that can be added up, one by one."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __add__(self, other: Self) -> Self:
        return type(self)(*(a + b for a, b in zip(self.values, other.values, strict=True)))

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class Places(Sum):
    """Runs that have begun, added up; without drop-ins, to which anybody just comes.

    `held` are places at the start of the first session, of which a supporter may sit on one, and
    `students` who held them. `asked` are all who ever asked, `waiting` who were in line when it
    began, `unserved` who never had a place. `lead_seconds` are from asking to the first session,
    of the `leads` whose asking is known.
    """

    runs: int = 0
    capacity: int = 0
    held: int = 0
    students: int = 0
    asked: int = 0
    waiting: int = 0
    unserved: int = 0
    offered: int = 0
    accepted: int = 0
    leads: int = 0
    lead_seconds: int = 0


@dataclass(frozen=True)
class Outcome(Sum):
    """Runs that are over, added up: of their `sessions` so many registers were `taken`.

    `counted` are the runs with a register, of whose `students` so many `completed` them.
    """

    runs: int = 0
    counted: int = 0
    sessions: int = 0
    taken: int = 0
    students: int = 0
    completed: int = 0


@dataclass(frozen=True)
class Taught(Sum):
    """What registers mark as taught: by so many `tutors`, of whom some may be on both sides."""

    tutors: int = 0
    lived_tutors: int = 0
    professional_tutors: int = 0
    lived_sessions: int = 0
    lived_minutes: int = 0
    professional_sessions: int = 0
    professional_minutes: int = 0

    @property
    def lines(self) -> int:
        """One for each tutor on each side."""
        return self.lived_tutors + self.professional_tutors


@dataclass(frozen=True)
class Students:
    """People, each counted once however many places they held. They can't be added up, unless
    nobody is among both: who was on two courses is a student of each."""

    students: int = 0
    new: int = 0
    places: int = 0
    one: int = 0
    two: int = 0
    three: int = 0
    more: int = 0

    def and_others(self, other: Self) -> Self:
        """People none of whom is among these."""
        both = ((getattr(of, name) for of in (self, other)) for name in self.__dataclass_fields__)
        return type(self)(*map(sum, both))
