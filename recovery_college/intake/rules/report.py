"""What an import has to say: what it understood, what it can't take, what it took."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from recovery_college.formatting import count

THINGS = ("course", "room", "tutor", "student", "term", "run", "session")
PLURALS = {
    "half of a pair": "halves of pairs",
    "course that a tutor can teach": "courses that tutors can teach",
}
LONGEST_LIST = 100


@dataclass(frozen=True)
class Fault:
    """One cell, or one row, that can't be taken as it stands, and why."""

    tab: str
    row: int
    reason: str
    cell: str = ""
    heading: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = f"{self.tab} row {self.row}"
        if self.cell:
            where += f", cell {self.cell} ({self.heading})"
        if self.value:
            where += f': "{self.value}"'
        return f"{where}. {self.reason}"


@dataclass(frozen=True)
class Understood:
    """One tab: what it is taken for, what each of its columns is, and what is left aside."""

    tab: str
    holds: str
    columns: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    rows: int = 0

    def lines(self) -> list[str]:
        rows = f", {count(self.rows, 'row')}" if self.columns else ""
        lines = [f'The tab "{self.tab}": {self.holds}{rows}']
        lines += [f'  the column "{heading}": {name}' for heading, name in self.columns]
        return lines + [f"  ignored: {what}" for what in self.ignored]


@dataclass
class Report:
    """All that one import found. `taken`, `standing` and `filled` count things by kind."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)

    @property
    def refused_rows(self) -> list[tuple[str, int]]:
        return sorted({(fault.tab, fault.row) for fault in self.faults})

    @property
    def changed(self) -> bool:
        return bool(self.taken.total() or self.filled.total())


def understanding(understood: list[Understood]) -> list[str]:
    lines = [line for each in understood for line in each.lines()]
    return ["What the import understood:", *_indented(lines)]


def findings(report: Report, *, checking: bool) -> list[str]:
    """Everything after the understanding: what can't be taken, then what is."""
    rows = len(report.refused_rows)
    return [
        *_part(f"{count(rows, 'row')} can't be taken:", [str(fault) for fault in _sorted(report)]),
        *_part("Please note:", report.notes),
        *_part("Different in the college, and left there as it is:", report.differs),
        *_counts(report, "Would be taken" if checking else "Taken"),
        *_part("In the college, not in this file:", _not_too_many(report.absent)),
    ]


def told(report: Report, understood: list[Understood]) -> dict[str, Any]:
    """The same as plain values that a page shows and a row can keep."""
    return {
        "understood": [asdict(each) for each in understood],
        "refused": len(report.refused_rows),
        "faults": [asdict(fault) for fault in _sorted(report)],
        "notes": report.notes,
        "differs": report.differs,
        "absent": _not_too_many(report.absent),
        "taken": things(report.taken),
        "filled": _filled(report),
        "standing": things(report.standing),
        "changed": report.changed,
    }


def things(counted: Counter[str]) -> str:
    """As in: 40 courses, 14 rooms in 10 venues, 44 tutors, 126 runs, 843 places, 2,304 marks."""
    said = [_rooms(counted) if one == "room" else _many(counted, one) for one in THINGS]
    if counted["lacking"]:
        said.append(f"{count(counted['lacking'], 'session')} lacking half of the pair")
    said.append(_many(counted, "place"))
    if counted["waiting"]:
        said.append(f"{count(counted['waiting'], 'person', 'people')} waiting")
    said.append(_many(counted, "mark"))
    return ", ".join(filter(None, said))


def letter(index: int) -> str:
    """The spreadsheet's name of a column: A, B, ... Z, AA."""
    before = letter(index // 26 - 1) if index >= 26 else ""
    return before + chr(ord("A") + index % 26)


def _counts(report: Report, verb: str) -> list[str]:
    lines = ["", f"{verb}: {things(report.taken) or 'nothing new'}."]
    if report.filled.total():
        lines.append(f"{verb} to fill gaps: {_filled(report)}.")
    if report.standing.total():
        lines.append(f"In the college already: {things(report.standing)}.")
    return lines


def _filled(report: Report) -> str:
    filled = sorted(report.filled.items())
    return ", ".join(count(many, what, _plural(what)) for what, many in filled if many)


def _sorted(report: Report) -> list[Fault]:
    return sorted(report.faults, key=lambda fault: (fault.tab, fault.row, fault.cell))


def _rooms(counted: Counter[str]) -> str:
    if not counted["venues"]:
        return _many(counted, "room")
    return f"{count(counted['rooms'], 'room')} in {count(counted['venues'], 'venue')}"


def _many(counted: Counter[str], one: str) -> str:
    return count(counted[f"{one}s"], one) if counted[f"{one}s"] else ""


def _plural(what: str) -> str:
    return PLURALS.get(what, f"{what}s")


def _not_too_many(lines: list[str]) -> list[str]:
    more = len(lines) - LONGEST_LIST
    return lines if more <= 0 else [*lines[:LONGEST_LIST], f"and {more:,} more"]


def _part(title: str, lines: list[str]) -> list[str]:
    return ["", title, *_indented(lines)] if lines else []


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
