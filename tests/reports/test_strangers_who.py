"""Files of needs, reach and cost, which tell who people are, as a stranger reads them together."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
import time_machine

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.contents import REPORTS
from recovery_college.reports.rules import filtering
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.filtering import Cut
from recovery_college.reports.rules.small_numbers import Listing
from tests.conftest import ON_SQLITE
from tests.reports.attacking import attack_pages
from tests.reports.choosing import small_numbers
from tests.reports.colleges import NOW
from tests.reports.rawrows import Asked, Rows
from tests.reports.reading import Said, college, shown_in, told
from tests.reports.second import people
from tests.reports.second.people import ASKED
from tests.reports.second.shape import Counted, Line

pytestmark = [pytest.mark.usefixtures("app"), ON_SQLITE]
FULL = os.environ.get("PROOF") == "full"
COLLEGES = range(20 if FULL else 1)
ENDS = (
    *("Arranged, and it works", "Arranged, no word yet", "Not possible, and agreed"),
    *("Not possible, no word yet", "Open"),
)
ALL, EVERYBODY = "All together", "All students"


class Reader:
    """Who notes what the files print of whom, and says which of the same are not printed alike."""

    def __init__(self, rule: SmallNumbers) -> None:
        self.rule = rule
        self.shown: dict[Cut, Listing] = {}
        self.filters: dict[object, list[Cut]] = defaultdict(list)

    def note(self, filter_: object, cut: Cut, listing: Listing) -> None:
        if any(cut.counts):
            before = self.shown.setdefault(cut, listing)
            assert _figures(before) == _figures(listing), "of the same people it says two things"
            self.filters[filter_].append(cut)

    def works_out(self) -> list[str]:
        return [
            str(each) for each in attack_pages(self.shown, list(self.filters.values()), self.rule)
        ]


def _figures(listing: Listing) -> list[str]:
    return [str(each) for each in (*listing.lines, listing.total)]


def files(rows: Rows, name: str) -> Iterator[tuple[Asked, Said]]:
    """Of everything, and of each term."""
    for asked in ({}, *({"term": each.id} for each in rows.of["term"])):
        yield asked, told(name, Filters(**asked), SmallNumbers.HIDDEN)


def of_needs(rows: Rows, rule: SmallNumbers) -> list[str]:
    reader = Reader(rule)
    for asked, said in files(rows, "needs"):
        for heading, *counts in people.needs(rows, asked, []).tables["needs"]:
            table = "By course" if asked else "By term"
            line = said.get((table, heading))
            assert line or not counts[0]
            if line:
                figures = [shown_in(line[each]) for each in ENDS]
                listing = Listing(tuple(figures), shown_in(line["Asked"]))
                runs = [
                    run.id
                    for run in rows.runs(asked)
                    if heading in (ALL, run.course.title if asked else run.term.name)
                ]
                parts = _with_needs(rows, runs)
                filter_ = "all" if heading == ALL else asked.get("term", "terms")
                reader.note(filter_, Cut(parts, tuple(counts[1:])), listing)
    return reader.works_out()


def _with_needs(rows: Rows, runs: Sequence[int]) -> frozenset[int]:
    """Others add nobody, and two reports without the same of them are of the same people."""
    counted = [run for run in runs if people.needs(rows, {"run": run}, []).tables["needs"][-1][1]]
    return frozenset(counted)


def of_reach(rows: Rows, rule: SmallNumbers) -> list[str]:
    readers = {each: Reader(rule) for each in ASKED}
    for asked, said in files(rows, "reach"):
        counted = people.reach(rows, asked, [])
        for name, reader in readers.items():
            heading = ASKED[name][0]
            if (heading, EVERYBODY) in said and name in counted.tables:
                _note_answers(reader, asked, _runs(rows, asked), counted, name, said)
    return [each for reader in readers.values() for each in reader.works_out()]


def _note_answers(
    reader: Reader, asked: Asked, runs: frozenset[int], counted: Counted, name: str, said: Said
) -> None:
    *lines, _ = counted.tables[name]
    cells = [said[ASKED[name][0], line[0]]["Students"] for line in lines]
    total = shown_in(said[ASKED[name][0], EVERYBODY]["Students"])
    listing = Listing(tuple(map(shown_in, cells)), total)
    reader.note("terms" if asked else "all", Cut(runs, tuple(_count(e) for e in lines)), listing)


def _count(line: Line) -> int:
    return int(line[1])


def _runs(rows: Rows, asked: Asked) -> frozenset[int]:
    return frozenset(run.id for run in rows.begun(asked) if rows.held(run))


def of_cost(rows: Rows, rule: SmallNumbers) -> list[str]:
    """It borrows from two others: what it prints they print, and of a star it divides nothing."""
    found = []
    lent = {
        "Places held": (told("places", Filters(), rule), "Held at the start"),
        "Students": (told("students", Filters(), rule), "Students"),
    }
    for (_, heading), line in told("cost", Filters(), rule).items():
        for column, (said, name) in lent.items():
            theirs = said.get(("By term", heading), {}).get(name, "*")
            money = line[f"For each {column.split()[0].lower().removesuffix('s')}"]
            if heading != "All with a budget" and line[column] not in (theirs, "0"):
                found.append(f"{heading}: {column}")
            if line[column] == "*" and money not in ("*", ""):
                found.append(f"{heading}: money")
    return found


ATTACKS = {"needs": of_needs, "reach": of_reach, "cost": of_cost}


def cracked(rows: Rows, name: str, rule: SmallNumbers) -> list[str]:
    small_numbers(rule)
    with time_machine.travel(NOW, tick=False):
        return ATTACKS[name](rows, rule)


@pytest.mark.parametrize("number", COLLEGES)
def test_no_star_about_who_people_are_can_be_worked_out(number: int) -> None:
    rows = college(number)
    found: Mapping[object, list[str]] = {
        (name, rule): cracked(rows, name, rule) for name in ATTACKS for rule in SmallNumbers
    }
    assert {each: secrets for each, secrets in found.items() if secrets} == {}


def test_the_same_stranger_finds_somebody_where_no_more_is_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filtering, "protect", lambda circulations: None)
    rows = college(1)
    assert all(cracked(rows, name, SmallNumbers.HIDDEN) for name in ("needs", "reach"))


def test_cost_with_nothing_borrowed_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = college(1)
    monkeypatch.setitem(REPORTS, "cost", replace(REPORTS["cost"], hide=None))
    assert cracked(rows, "cost", SmallNumbers.ROUNDED)
