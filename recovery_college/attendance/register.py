"""A register as its page shows it: names as far as one may know them, and what stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from recovery_college import formatting
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import may_open, pair_sees_needs
from recovery_college.attendance import queries
from recovery_college.attendance.queries import Line, TutorLine
from recovery_college.attendance.reading import Typed
from recovery_college.attendance.rules import (
    WITH_MINUTES,
    Delivered,
    MarkState,
    TutorState,
    delivered,
)
from recovery_college.scheduling.models import Session

FORGOTTEN = "Somebody who has left"
ELSEWHERE = "Somebody whose record is with one manager"
TO_MARK = [(each.value, each.label, each in WITH_MINUTES) for each in MarkState]
TO_TEACH = [(each.value, each.label) for each in TutorState]


@dataclass(frozen=True)
class Viewer:
    """Who reads it: half of its pair, or somebody at the office's desk."""

    person: Person
    at_desk: bool


@dataclass(frozen=True)
class Shown:
    """One line of the form. `chosen` is what is pressed in it, `seen` what stands."""

    who: str
    name: str
    notes: Sequence[str]
    needs: str
    chosen: str
    minutes: str
    seen: str
    fault: str = ""


BLANK, BLANK_TUTOR = (Shown(who, "", (), "", "", "", "") for who in ("WHO", "WHO2"))


@dataclass(frozen=True)
class Register:
    """`marked` is of how many students something stands."""

    tutors: Sequence[Shown]
    students: Sequence[Shown]
    welcomed: Sequence[Shown]
    marked: int
    delivered: Delivered

    @property
    def unheard(self) -> int:
        """Of how many it stands that we did not hear."""
        return sum(each.seen.startswith(MarkState.UNHEARD) for each in self.students)

    @property
    def is_alone(self) -> bool:
        return self.delivered in (Delivered.ONE, Delivered.NOBODY)


def register_of(session: Session, viewer: Viewer, typed: Typed, now: datetime) -> Register:
    """With what was typed still there, if something of it could not be read."""
    return registers_of([session], viewer, typed, now)[session.id]


def registers_of(
    sessions: Collection[Session], viewer: Viewer, typed: Typed, now: datetime
) -> dict[int, Register]:
    """Of several, in as many statements as of one."""
    lines, tutors = queries.lines_of_each(sessions), queries.tutors_of_each(sessions)
    found = {}
    for each in sessions:
        sees_needs = not viewer.at_desk and pair_sees_needs(each.starts_at, each.ends_at, now)
        reader = _Reader(viewer, sees_needs, typed)
        found[each.id] = _register(reader, lines[each.id], tutors[each.id])
    return found


def _register(reader: "_Reader", lines: list[Line], tutors: list[TutorLine]) -> Register:
    students = [(line.who.kind, reader.student(line)) for line in lines]
    placed = [shown for kind, shown in students if kind == "e"]
    return Register(
        tutors=[reader.tutor(each) for each in tutors],
        students=placed,
        welcomed=[shown for kind, shown in students if kind == "w"],
        marked=sum(bool(each.seen) for each in placed),
        delivered=delivered([(each.side, each.state) for each in tutors if each.state]),
    )


@dataclass(frozen=True)
class _Reader:
    viewer: Viewer
    sees_needs: bool
    typed: Typed

    def student(self, line: Line) -> Shown:
        who, minutes = str(line.who), "" if line.minutes is None else str(line.minutes)
        stands = line.state.value if line.state else ""
        # Who told us ahead has said so themself: it is pressed already, and kept with the rest.
        ahead = MarkState.TOLD.value if line.told_at and not stands else ""
        return Shown(
            who=who,
            name=self._name(line),
            notes=list(self._notes(line)),
            needs=line.needs if self.sees_needs else "",
            chosen=self.typed.sent.get(who, stands or ahead),
            minutes=self.typed.sent.get(f"minutes-{who}", minutes),
            seen=f"{stands}:{minutes}" if stands else "",
            fault=self.typed.faults.get(who, ""),
        )

    def tutor(self, line: TutorLine) -> Shown:
        who, stands = str(line.who), line.state.value if line.state else ""
        notes = [line.side.label, *(["stood in"] if line.stood_in else []), *self._by(line)]
        # What they like to be called is in their own record, which may be with one manager.
        name = line.name if self.viewer.at_desk else line.goes_by
        return Shown(who, name, notes, "", self.typed.sent.get(who, stands), "", stands)

    def _name(self, line: Line) -> str:
        """Who wished to be known to one manager only is so to the office; their tutors welcome
        them by name."""
        if line.person_id is None and line.who.kind == "e":
            return FORGOTTEN
        if self.viewer.at_desk and not may_open(self.viewer.person.id, line.restricted_to_id):
            return ELSEWHERE
        pronouns = f", {line.pronouns}" if line.pronouns else ""
        return f"{line.name or 'Somebody'}{pronouns}"

    def _notes(self, line: Line) -> list[str]:
        told = line.told_at and f"told us {formatting.when(line.told_at)}"
        return [
            *(["someone comes to support them"] if line.supporter else []),
            *(["gave up the place meanwhile"] if line.has_left else []),
            *([told] if told else []),
            *self._by(line),
        ]

    def _by(self, line: Line | TutorLine) -> list[str]:
        """Who marked them, if it was somebody else."""
        is_other = line.by and line.by_id != self.viewer.person.id
        return [f"marked by {line.by}"] if is_other else []
