"""Every report as a file: the same figures, read by other programs, and no formula."""

import os
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook
from page import ValidationProfile, validate_pdf_bytes

from recovery_college.accounts.rules import Role
from recovery_college.college.rules import SmallNumbers
from recovery_college.reports import sheets
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.leaving import leaving
from recovery_college.reports.rules import small_numbers as listing
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.figures import SMALL
from tests.conftest import ON_SQLITE, Browse, counted
from tests.factories import make_person
from tests.reports.choosing import small_numbers
from tests.reports.colleges import NOW, make_college
from tests.reports.rawrows import all_rows
from tests.reports.second import SECOND
from tests.reports.second.sessions import UNRECORDED
from tests.reports.second.shape import Line, Minutes, half_up

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
FULL = os.environ.get("PROOF") == "full"
STAYS = {"tutors"}  # names are for the office alone
LEAVE = {"strand", "course", "venue", "mode"}
PEOPLE_AT = {"attendance": (3, 4, 5, 6), "places": (3, 4, 5, 6), "completion": (3, 4)}
PEOPLE_AT |= {"students": (1, 2)}
Cells = list[Any]


@pytest.fixture(autouse=True)
def college(app: object) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        make_college(Random(3))  # noqa: S311
        yield


def sheet_of(content: bytes) -> dict[str, list[Cells]]:
    """The lines below each heading, as another program reads them."""
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Figures", "Definitions", "Filters"]
    rows = list(book["Figures"].iter_rows())
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    found: dict[str, list[Cells]] = {}
    values = [[cell.value for cell in row] for row in rows]
    for before, row in pairwise(values):
        if not any(before) and any(row):
            found[str(row[0])] = []
        elif found and any(row):
            found[list(found)[-1]].append(row)
    return {heading: lines[1:] for heading, lines in found.items()}


def flat(line: Line) -> Cells:
    """A share, or what stands for it, is three cells: the third its percent, if it is of enough."""
    cells: Cells = []
    for cell in line:
        if isinstance(cell, tuple):
            unit = 60 if isinstance(cell, Minutes) else 1
            cells += [*(each / unit for each in cell), half_up(*cell) if cell[1] >= 10 else None]
        else:
            cells += [cell, None, None] if cell == UNRECORDED else [cell]
    return [None if cell == "" else cell for cell in cells]


def same(lines: Mapping[str, list[Cells]], expected: Sequence[Line]) -> None:
    wanted = [flat(line) for line in expected]
    found = [row for rows in lines.values() for row in rows]
    most = max(map(len, found))
    wanted = [[*row, *[None] * (most - len(row))] for row in wanted]
    assert sorted(map(_rounded, found)) == sorted(map(_rounded, wanted))


def _rounded(row: Cells) -> str:
    return str([float(round(each, 6)) if isinstance(each, int | float) else each for each in row])


def test_every_workbook_holds_the_figures_of_the_second_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SMALL, SmallNumbers.HIDDEN, 0)
    monkeypatch.setattr(listing, "hide_over_stars", lambda *_: None)
    small_numbers(SmallNumbers.HIDDEN)
    rows = all_rows(NOW)
    term = rows.begun({})[-1].term_id
    for asked, name in product(({}, {"term": term}), REPORTS):
        maker = REPORTS[name]
        made = leaving(maker, Filters(**asked), NOW, SmallNumbers.HIDDEN)
        expected = SECOND[name](rows, asked, [by.value for by in maker.by]).tables
        kept = [_leaves(name, slug, lines, asked) for slug, lines in expected.items()]
        same(sheet_of(sheets.as_xlsx(made, "", [])), [line for lines in kept for line in lines])


def _leaves(name: str, slug: str, lines: list[Line], asked: Mapping[str, int]) -> list[Line]:
    """People are told apart by terms, and within a term by a few things more."""
    if slug in STAYS or slug.endswith("-inside"):
        return []
    people = PEOPLE_AT.get(name, ())
    if slug == "term" or not people or (asked and slug in LEAVE):
        return lines
    kept = [tuple(cell for at, cell in enumerate(line) if at not in people) for line in lines]
    return [line for line in kept if len(line) > 1]


def test_a_return_of_all_reports_with_their_charts_is_a_tagged_pdf(browse: Browse) -> None:
    """Each by itself is tried where there is time."""
    olu, term = browse(make_person("Olu", Role.MANAGER)), all_rows(NOW).begun({})[-1].term_id
    saved = olu.post(f"/office/reports/return?period=term-{term}").headers["Location"]
    check_tagged(olu.get(f"{saved}.pdf").data)
    for name in REPORTS if FULL else ():
        check_tagged(olu.get(f"/office/reports/{name}.pdf?term={term}").data)
        check_tagged(olu.get(f"/office/reports/{name}.pdf?term=0").data)


def check_tagged(paper: bytes) -> None:
    said = validate_pdf_bytes(paper, profile=ValidationProfile.PDF_UA_1)
    assert [(each.rule_id, each.message) for each in said.failures] == []


@pytest.mark.parametrize("name", ["attendance", "co-delivery", "places", "completion"])
def test_a_file_asks_for_its_runs_once_and_only_while_it_leaves(name: str) -> None:
    made = leaving(REPORTS[name], Filters(), NOW, SmallNumbers.HIDDEN)
    *_, runs = made.tables
    with counted() as statements:
        lines = "".join(sheets.as_csv(made, "")).splitlines()
    assert "ORDER BY place NULLS LAST, key" in statements[0]
    wanted = [row.heading for row in runs.rows]
    assert (runs.slug, len(statements), len(wanted) > 5) == ("run", 1, True)
    ends = [line.split(",")[0].strip("'") for line in lines[-len(wanted) - 1 : -1]]
    assert ends == [each.split(",")[0].strip("'") for each in wanted]
