"""Nothing can be worked out of all the downloads of a term together."""

import os
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules import filtering
from recovery_college.reports.rules.asked import LEAVE, Filters
from recovery_college.reports.rules.downloads import EVERYTHING, Place, place_of, published
from recovery_college.reports.rules.filtering import Cut
from recovery_college.reports.rules.small_numbers import Listing
from tests.reports.attacking import attack_pages
from tests.reports.invented import Run, World, some_world, tried

WORLDS = 600 if os.environ.get("PROOF") == "full" else 20
ROUNDED, HIDDEN = SmallNumbers.ROUNDED, SmallNumbers.HIDDEN


def lines_of(world: World, term: int) -> dict[Place, Cut]:
    """Everything, each term, and all that one term is told apart by."""
    places = [("term", run.term) for run in world.runs]
    places += [
        (kind, getattr(run, kind)) for kind in LEAVE for run in world.runs if run.term == term
    ]
    found = {EVERYTHING: world.cut(lambda run: True)}
    for kind, key in sorted(set(places)):
        suits = partial(_suits, kind, key, term)
        found[kind, key] = world.cut(suits)
    return found


def _suits(kind: str, key: int, term: int, run: Run) -> bool:
    return bool(getattr(run, kind) == key and (kind == "term" or run.term == term))


def given(world: World, rule: SmallNumbers) -> dict[Place, tuple[Cut, Listing]]:
    """As the downloads of the first term give it; who looks at a run of nobody sees that."""
    held = {run for _, places in world.people for run in places}
    world = replace(world, runs=[run for run in world.runs if run.id in held])
    term = min(run.term for run in world.runs)
    cuts = lines_of(world, term)
    sessions = [vars(run) for run in world.runs if run.term == term]
    counts = {place: cut.counts for place, cut in cuts.items()}
    found = published(counts, term, sessions, rule)
    return {place: (cut, found[place]) for place, cut in cuts.items() if any(cut.counts)}


def cracks(rule: SmallNumbers) -> int:
    def of_a_college(chance: Random) -> bool:
        lines = given(some_world(chance), rule)
        kinds = ("term", *LEAVE)
        filters = [[cut for place, (cut, _) in lines.items() if place[0] == each] for each in kinds]
        exact = [cut for place, (cut, _) in lines.items() if place[0] in ("", "term")]
        return bool(attack_pages(dict(lines.values()), filters, rule, exact))

    return tried(WORLDS, of_a_college)


@pytest.mark.parametrize("rule", SmallNumbers)
def test_no_star_can_be_worked_out_of_the_downloads_of_a_term(rule: SmallNumbers) -> None:
    assert cracks(rule) == 0


@pytest.mark.parametrize("rule", SmallNumbers)
def test_the_same_attacker_succeeds_where_nothing_more_is_hidden(
    rule: SmallNumbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "protect", lambda circulations: None)
    assert cracks(rule) > WORLDS * 0.5


def test_the_college_s_own_totals_are_exact_from_five_up() -> None:
    counts: dict[Place, list[int]] = {
        EVERYTHING: [103, 31],
        ("term", 1): [52, 15],
        ("term", 2): [51, 16],
        ("course", 8): [41, 13],
        ("course", 9): [11, 2],
    }
    sessions = [{"term": 1, "course": course} for course in (8, 9)]
    found = published(counts, 1, sessions, ROUNDED)
    words = {place: " ".join(map(str, [*each.lines, each.total])) for place, each in found.items()}
    assert words == {
        EVERYTHING: "103 31 134",
        ("term", 1): "52 15 67",
        ("term", 2): "51 16 67",
        ("course", 8): "40 * 55",
        ("course", 9): "10 * 15",
    }


def test_a_line_of_which_no_session_is_known_is_hidden_and_one_of_nobody_is_not() -> None:
    counts: dict[Place, list[int]] = {
        EVERYTHING: [30],
        ("term", 1): [30],
        ("course", 8): [30],
        ("course", 9): [0],
        ("venue", 7): [12],
    }
    found = published(counts, 1, [{"term": 1, "course": 8}], HIDDEN)
    assert [str(found[each].total) for each in counts] == ["30", "30", "30", "0", "*"]


def test_a_download_is_of_its_one_filter() -> None:
    asked = [Filters(), Filters(term=3), Filters(term=3, venue=5)]
    assert [place_of(each) for each in asked] == [EVERYTHING, ("term", 3), ("venue", 5)]


def test_who_is_new_to_all_there_is_may_have_come_back_in_a_term() -> None:
    counts = {
        EVERYTHING: [33, 0],
        ("term", 1): [20, 0],
        ("term", 2): [13, 12],
        ("course", 3): [11, 2],
        ("course", 4): [2, 10],
    }
    found = published(counts, 2, [{"term": 2, "course": course} for course in (3, 4)], HIDDEN)
    assert {place: (str(each.lines[0]), str(each.total)) for place, each in found.items()} == {
        EVERYTHING: ("33", "33"),
        ("term", 1): ("20", "20"),
        ("term", 2): ("13", "25"),
        ("course", 3): ("*", "13"),
        ("course", 4): ("*", "12"),
    }
