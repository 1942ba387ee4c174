"""What a stranger has in hand: the files of a small college, line by line."""

import csv
from itertools import pairwise
from random import Random

import time_machine

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports import sheets
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.leaving import leaving
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.figures import Shown
from tests.reports.colleges import NOW, make_college
from tests.reports.rawrows import Rows, all_rows

Said = dict[tuple[str, str], dict[str, str]]


def college(number: int) -> Rows:
    chance = Random(number)  # noqa: S311
    with time_machine.travel(NOW, tick=False):
        students, most = chance.choice(((12, 9), (30, 14), (60, 25)))
        make_college(chance, chance.randint(6, 10), students, most)
        return all_rows(NOW)


def told(name: str, filters: Filters, rule: SmallNumbers) -> Said:
    """Each line of a file by its table's heading and its own."""
    made = leaving(REPORTS[name], filters, NOW, rule)
    rows = list(csv.reader("".join(sheets.as_csv(made, "")).lstrip("\ufeff").splitlines()))
    found: Said = {}
    heading, columns = "", [""]
    for before, row in pairwise(rows):
        if not before and len(row) == 1:
            heading, columns = row[0], []
        elif not columns:
            columns = row
        elif len(row) == len(columns) > 2:
            found[heading, row[0].removeprefix("'")] = dict(zip(columns, row, strict=True))
    return found


def shown_in(cell: str) -> Shown:
    return Shown(None if cell == "*" else int(cell))
