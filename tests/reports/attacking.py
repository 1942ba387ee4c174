"""What is published, as the attacker reads it."""

from collections.abc import Sequence

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.small_numbers import Listing, Table
from tests.reports.attacker import MOST, Attacker, Name

SMALL = {SmallNumbers.ROUNDED: 7, SmallNumbers.HIDDEN: 4}


def attack_list(counts: Sequence[int], listing: Listing, rule: SmallNumbers) -> set[Name]:
    return _reading(counts, listing, rule).cracked()


def attack_table(rows: Sequence[Sequence[int]], table: Table, rule: SmallNumbers) -> set[Name]:
    attacker = Attacker()
    across, down = range(len(rows[0])), range(len(rows))
    for at in down:
        for beside in across:
            _read(attacker, ("cell", at, beside), rows[at][beside], table.cells[at][beside], rule)
        _read(attacker, ("row", at), sum(rows[at]), table.row_totals[at], rule)
        attacker.sums.append(([("cell", at, beside) for beside in across], [("row", at)]))
    for beside in across:
        count = sum(row[beside] for row in rows)
        _read(attacker, ("column", beside), count, table.column_totals[beside], rule)
        attacker.sums.append(([("cell", at, beside) for at in down], [("column", beside)]))
    _read(attacker, "all", sum(map(sum, rows)), table.total, rule)
    attacker.sums.append(([("row", at) for at in down], ["all"]))
    attacker.sums.append(([("column", beside) for beside in across], ["all"]))
    return attacker.cracked()


def _reading(
    counts: Sequence[int], listing: Listing, rule: SmallNumbers, name: Name = "list"
) -> Attacker:
    attacker = Attacker()
    _add(attacker, counts, listing, rule, name)
    return attacker


def _add(
    attacker: Attacker, counts: Sequence[int], listing: Listing, rule: SmallNumbers, name: Name
) -> None:
    for at, (count, line) in enumerate(zip(counts, listing.lines, strict=True)):
        _read(attacker, (name, at), count, line, rule)
    _read(attacker, (name, "total"), sum(counts), listing.total, rule)
    attacker.sums.append(([(name, at) for at in range(len(counts))], [(name, "total")]))


def _read(attacker: Attacker, name: Name, count: int, figure: Shown, rule: SmallNumbers) -> None:
    """What prints, and of a star also whether it is a small number, if the program tells it."""
    printed = str(figure)
    if printed == "*":
        is_told = figure.most == SMALL[rule]
        attacker.known[name] = (1, SMALL[rule]) if is_told else (figure.least, MOST)
        attacker.secrets.add(name)
    elif rule is SmallNumbers.HIDDEN or printed == "0":
        attacker.known[name] = (int(printed), int(printed))
    else:
        attacker.known[name] = (max(8, int(printed) - 2), int(printed) + 2)
    low, high = attacker.known[name]
    assert low <= count <= high, "it lies"
