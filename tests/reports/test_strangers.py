"""All files of a term, of every report with people in it, as a stranger reads them together."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
import time_machine

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports import quarters
from recovery_college.reports.returning import periods
from recovery_college.reports.rules import filtering
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.figures import Shown
from recovery_college.reports.rules.filtering import Cut
from recovery_college.reports.rules.small_numbers import Listing
from tests.conftest import ON_SQLITE
from tests.reports.attacking import SMALL, UNPRINTED, attack_pages
from tests.reports.colleges import NOW
from tests.reports.rawrows import Asked, Rows
from tests.reports.reading import college, shown_in, told
from tests.reports.second import SECOND, places
from tests.reports.second.shape import HEADING, Line

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
FULL = os.environ.get("PROOF") == "full"
COLLEGES = range(20 if FULL else 1)
KINDS = {"term": "By term", "strand": "By strand", "course": "By course"}
KINDS |= {"venue": "By venue", "mode": "By how people meet"}
ALL = "All together"
QUARTERLY = ("Students", "New", "Held")


@dataclass(frozen=True)
class People:
    """Columns about the same people: parts, and their whole if it is printed; `rest` is who is
    in no part. `at` is where the second count has them. `inside` is that only within a term they
    are parts of the same: who is new to a term is not new to another, nor everybody to all.
    """

    parts: Sequence[str]
    whole: str
    at: Sequence[int]
    rest: bool = False
    inside: bool = False


OF: Mapping[str, Sequence[People]] = {
    "attendance": [People(("Was there", "Told us", "We did not hear"), "Marks", (4, 5, 6))],
    "places": [
        People(("Held at the start",), "", (3,)),
        People(("Waiting at the start",), "", (4,)),
        People(("Left without a place",), "", (5,)),
        People(("Offers taken",), "Offers taken, out of", (6,), rest=True),
    ],
    "completion": [People(("Completed",), "Students", (4,), rest=True)],
    "students": [
        People(("Students",), "", (1,)),
        People(("New",), "", (2,)),
        People(("New",), "Students", (2,), rest=True, inside=True),
    ],
}


def counts_of(line: Line, people: People) -> tuple[int, ...]:
    cells = [line[at] for at in people.at]
    parts = [each[0] if isinstance(each, tuple) else each for each in cells]
    return (*parts, cells[0][1] - sum(parts)) if people.rest else tuple(parts)


def listing(line: Mapping[str, str], people: People, cut: Cut, rule: SmallNumbers) -> Listing:
    """What no column has follows from the others, if they stand there exactly."""
    parts = [shown_in(line[each]) for each in people.parts]
    whole = shown_in(line[people.whole]) if people.whole else parts[0]
    if people.rest:
        are_told = parts[0].number is not None and whole.number is not None
        rest = cut.counts[-1]
        is_known = rule is SmallNumbers.HIDDEN and are_told and not 1 <= rest <= SMALL[rule]
        unknown = Shown(None) if rest else UNPRINTED
        parts.append(Shown(rest) if is_known else unknown)
    return Listing(tuple(parts), whole)


@dataclass(frozen=True)
class Read:
    """A line of a file beside the second count of it, and the runs that it is of."""

    said: Mapping[str, str]
    line: Line
    runs: Sequence[int]
    is_total: bool
    is_inside: bool


def pages(rows: Rows, name: str, term: int, rule: SmallNumbers) -> dict[tuple[str, str], Read]:
    """Of everything, of each term, and of all that this term is told apart by."""
    everything, inside = told(name, Filters(), rule), told(name, Filters(term=term), rule)
    found = {}
    for kind in KINDS:
        asked = {} if kind == "term" else {"term": term}
        said = inside if asked else everything
        for line in SECOND[name](rows, asked, [kind]).tables[kind]:
            if line[0] != ALL or not asked:
                runs = [run for run in rows.runs(asked) if line[0] in (ALL, HEADING[kind](run)[1])]
                is_inside = all(run.term_id == term for run in runs)
                ids = [run.id for run in runs]
                words = said[KINDS[kind], line[0]]
                found[kind, line[0]] = Read(words, line, ids, not asked, is_inside)
    return found


def worked_out(
    read: Mapping[tuple[str, str], Read],
    of_run: Mapping[int, Line],
    people: People,
    rule: SmallNumbers,
) -> list[str]:
    shown: dict[Cut, Listing] = {}
    filters: dict[str, list[Cut]] = {kind: [] for kind in KINDS}
    exact = []
    for (kind, heading), each in read.items():
        runs = [run for run in each.runs if run in of_run and any(counts_of(of_run[run], people))]
        cut = Cut(frozenset(runs), counts_of(each.line, people))
        if not any(cut.counts) or (people.inside and not each.is_inside):
            continue
        theirs = SmallNumbers.HIDDEN if each.is_total else rule
        shown.setdefault(cut, listing(each.said, people, cut, theirs))
        if heading != ALL:
            filters[kind].append(cut)
        if each.is_total:
            exact.append(cut)
    return [str(each) for each in attack_pages(shown, list(filters.values()), rule, exact)]


def cracked(rows: Rows, name: str, rule: SmallNumbers) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        read = pages(rows, name, rows.begun({})[-1].term_id, rule)
    of_run = {
        run.id: SECOND[name](rows, {"run": run.id}, ["run"]).tables["run"][0]
        for run in rows.runs({})
    }
    found = [worked_out(read, of_run, people, rule) for people in OF[name]]
    return [each for one in found for each in one]


def told_of_quarters(rows: Rows, rule: SmallNumbers) -> list[tuple[Asked, dict[str, Shown]]]:
    """What returns say of each quarter, and what files do of everything and of each term."""
    chosen = [each.filters for each in periods([], NOW.date())]
    found: list[tuple[Asked, dict[str, Shown]]] = []
    for filters in chosen:
        [table] = quarters.report(filters, chosen, NOW, rule).tables
        shown = [each for row in table.rows for each in row.cells if isinstance(each, Shown)]
        asked = {"since": filters.since, "until": filters.until}
        found.append((asked, dict(zip(QUARTERLY, shown, strict=True))))
    people, held = told("students", Filters(), rule), told("places", Filters(), rule)
    for (_, heading), line in people.items():
        terms = [each.id for each in rows.of["term"] if each.name == heading]
        seats = held["By term", heading]["Held at the start"]
        shown = list(map(shown_in, (line["Students"], line["New"], seats)))
        found.append(
            ({"term": terms[0]} if terms else {}, dict(zip(QUARTERLY, shown, strict=True)))
        )
    return found


def worked_out_of_quarters(rows: Rows, rule: SmallNumbers) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        read = told_of_quarters(rows, rule)
    return [each for name in QUARTERLY for each in _of_quarters(rows, read, name, rule)]


def _of_quarters(
    rows: Rows, read: Sequence[tuple[Asked, Mapping[str, Shown]]], name: str, rule: SmallNumbers
) -> list[str]:
    shown: dict[Cut, Listing] = {}
    filters: dict[str, list[Cut]] = {"since": [], "term": []}
    exact = []
    for asked, said in read:
        people = places.students(rows, asked, []).headlines[0]
        seats = places.places(rows, asked, []).headlines[0][2] or ["0"]
        count = {"Students": people[1], "New": (people[2] or ["0"])[0], "Held": seats[0]}[name]
        runs = [run.id for run in rows.begun(asked) if rows.held(run)]
        cut = Cut(frozenset(runs), (int(count),))
        if runs:
            shown.setdefault(cut, Listing((said[name],), said[name]))
            if "since" not in asked:
                exact.append(cut)
            if asked:
                filters[next(iter(asked))].append(cut)
    return [str(each) for each in attack_pages(shown, list(filters.values()), rule, exact)]


@pytest.mark.parametrize("number", COLLEGES)
def test_no_star_of_any_report_can_be_worked_out_of_its_files(number: int) -> None:
    rows = college(number)
    found = {(name, rule): cracked(rows, name, rule) for name in OF for rule in SmallNumbers}
    found |= {("quarters", rule): worked_out_of_quarters(rows, rule) for rule in SmallNumbers}
    assert {each: secrets for each, secrets in found.items() if secrets} == {}


def test_the_same_stranger_finds_somebody_where_no_more_is_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filtering, "protect", lambda circulations: None)
    rows = college(1)
    found = {name for name in OF if cracked(rows, name, SmallNumbers.HIDDEN)}
    assert found == OF.keys()
    assert worked_out_of_quarters(rows, SmallNumbers.HIDDEN)
