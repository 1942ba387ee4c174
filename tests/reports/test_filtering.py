"""No two reports can be subtracted, nor all values of a filter added up."""

import os
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules import filtering
from recovery_college.reports.rules.filtering import Cut, Wider, narrowed
from recovery_college.reports.rules.small_numbers import Listing
from tests.reports.attacking import attack_pages
from tests.reports.invented import FILTERS, World, some_world, tried

WORLDS = 600 if os.environ.get("PROOF") == "full" else 20
ROUNDED, HIDDEN = SmallNumbers.ROUNDED, SmallNumbers.HIDDEN
ALL = frozenset({1, 2})

Pages = dict[Cut, Listing]


def opened(world: World, rule: SmallNumbers) -> tuple[Pages, list[list[Cut]]]:
    """Every report there is, and the filters that lead to them."""
    everything = world.cut(lambda run: True)
    terms = world.cuts("term")
    top = narrow([[everything]], {}, rule)
    pages, filters = top | narrow([terms], top, rule), [terms]
    for number, term in enumerate(sorted({run.term for run in world.runs})):
        within = [world.cuts(each, term) for each in FILTERS]
        around = top | {terms[number]: pages[terms[number]]}
        pages |= narrow(within, around, rule)
        filters += within
    return pages, filters


def narrow(filters: Sequence[Sequence[Cut]], wider: Pages, rule: SmallNumbers) -> Pages:
    found = narrowed(filters, [Wider(*each) for each in wider.items()], rule)
    return {cut: found[cut.runs] for values in filters for cut in values}


def cracks(rule: SmallNumbers) -> int:
    def of_a_college(chance: Random) -> bool:
        return bool(attack_pages(*opened(some_world(chance), rule), rule))

    return tried(WORLDS, of_a_college)


def within(term: Sequence[int], one: Sequence[int], rule: SmallNumbers) -> str:
    """One of two runs, beside the term of both."""
    rest = [all_ - count for all_, count in zip(term, one, strict=True)]
    top = narrow([[Cut(ALL, tuple(term))]], {}, rule)
    runs = [Cut(frozenset({1}), tuple(one)), Cut(frozenset({2}), tuple(rest))]
    listing = narrow([runs], top, rule)[runs[0]]
    return " ".join(map(str, [*listing.lines, "of", listing.total]))


@pytest.mark.parametrize(
    ("term", "one", "expected"),
    [
        ([20, 12], [12, 6], "12 6 of 18"),
        ([20, 12], [19, 6], "* * of 25"),  # 20 without 19 would be the one on the other run
        ([20, 12], [19, 12], "* * of *"),
        ([20, 12, 30], [2, 6, 15], "* * 15 of 23"),
    ],
)
def test_a_filtered_report_hides_who_is_outside(
    term: list[int], one: list[int], expected: str
) -> None:
    assert within(term, one, HIDDEN) == expected


def test_rounded_reports_stand_beside_each_other() -> None:
    assert within([20, 12], [19, 6], ROUNDED) == "20 * of 25"


def test_the_same_runs_are_the_same_report() -> None:
    term = Cut(ALL, (20, 12))
    top = narrow([[term]], {}, HIDDEN)
    assert narrow([[term]], top, HIDDEN) == top


def test_a_wider_report_of_other_people_is_refused() -> None:
    with pytest.raises(ValueError, match="not what is shown"):
        within([20, 12], [21, 12], HIDDEN)


@pytest.mark.parametrize("rule", SmallNumbers)
def test_no_star_can_be_worked_out_of_two_reports_or_all_of_a_filter(rule: SmallNumbers) -> None:
    assert cracks(rule) == 0


@pytest.mark.parametrize(("rule", "often"), [(ROUNDED, 0.1), (HIDDEN, 0.6)])
def test_the_same_attacker_succeeds_where_nothing_more_is_hidden(
    rule: SmallNumbers, often: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "protect", lambda circulations: None)
    assert cracks(rule) > WORLDS * often


@pytest.mark.parametrize("rule", SmallNumbers)
def test_the_same_people_hardly_ever_have_another_total_by_other_lines(rule: SmallNumbers) -> None:
    """Three in six hundred colleges so small that nearly everything is hidden."""

    def agree(chance: Random) -> bool:
        world = some_world(chance)
        others = [(chance.randrange(4), places) for _, places in world.people]
        other = replace(world, people=others, lines=4)
        totals = [
            {cut.runs: listing.total for cut, listing in opened(each, rule)[0].items()}
            for each in (world, other)
        ]
        return totals[0] == totals[1]

    assert tried(WORLDS, agree) >= 0.98 * WORLDS
