"""No star can be worked out: somebody who tries everything comes to nothing."""

import os
from collections.abc import Sequence
from functools import partial
from random import Random
from timeit import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as some

from recovery_college.college.rules import SmallNumbers
from recovery_college.reports.rules import filtering, small_numbers
from recovery_college.reports.rules.filtering import Cut, Wider, narrowed
from recovery_college.reports.rules.small_numbers import Listing, listed
from tests.reports.attacking import attack_list, attack_table
from tests.reports.invented import some_counts, some_rows, tried

MANY = 2000
TABLES = MANY if os.environ.get("PROOF") == "full" else 120
ROUNDED, HIDDEN = SmallNumbers.ROUNDED, SmallNumbers.HIDDEN
RULES = some.sampled_from(SmallNumbers)
COUNTS = some.lists(some.integers(0, 60), max_size=8)


def words(listing: Listing) -> str:
    return " ".join(map(str, [*listing.lines, "of", listing.total]))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 7, 8, 12, 13], "0 * 10 10 15 of 40"),
        ([12, 6], "10 * of *"),  # 20 would leave 6 and 7
        ([6, 8], "* 10 of 15"),
        ([1] * 6, "* * * * * * of *"),
        ([2] * 6, "* * * * * * of *"),  # or the star above would mean 6 or 7
        ([3] * 5, "* * * * * of 15"),
        ([], "of 0"),
    ],
)
def test_rounded_as_hospital_statistics_are(counts: list[int], expected: str) -> None:
    assert words(listed(counts, ROUNDED)) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 5, 12], "0 5 12 of 17"),
        ([30, 1, 20], "30 * * of 51"),
        ([30, 2, 3, 20], "30 * * 20 of 55"),
        ([30, 1, 2, 20], "30 * * * of 53"),  # 3 together would leave 1 and 2
        ([4, 4], "* * of *"),
        ([1], "* of *"),
    ],
)
def test_under_five_and_the_next_that_would_give_it_away(counts: list[int], expected: str) -> None:
    assert words(listed(counts, HIDDEN)) == expected


def tabled(rows: Sequence[Sequence[int]], rule: SmallNumbers) -> tuple[list[Listing], Listing]:
    """Rows, and what stands below them, as a report publishes them: from the top down."""
    cuts = [Cut(frozenset({at}), row) for at, row in enumerate(rows)]
    whole = Cut(frozenset(range(len(rows))), [sum(column) for column in zip(*rows, strict=True)])
    told = narrowed([[whole]], [], rule)
    told |= narrowed([cuts], [Wider(whole, told[whole.runs])], rule)
    return [told[cut.runs] for cut in cuts], told[whole.runs]


def cracks(rule: SmallNumbers) -> int:
    """How many of as many lists as tables."""

    def of_a_list(chance: Random) -> bool:
        counts = some_counts(chance, chance.randint(1, 8))
        return bool(attack_list(counts, listed(counts, rule), rule))

    def of_a_table(chance: Random) -> bool:
        rows = some_rows(chance)
        return bool(attack_table(rows, *tabled(rows, rule), rule))

    return tried(TABLES, of_a_list) + tried(TABLES, of_a_table)


@pytest.mark.parametrize("rule", SmallNumbers)
def test_no_star_of_a_list_or_a_table_can_be_worked_out(rule: SmallNumbers) -> None:
    assert cracks(rule) == 0


@pytest.mark.parametrize(("rule", "often"), [(ROUNDED, 0.02), (HIDDEN, 0.25)])
def test_the_same_attacker_succeeds_where_nothing_more_is_hidden(
    rule: SmallNumbers, often: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounding keeps most by itself; exact numbers don't."""
    for module in (small_numbers, filtering):
        monkeypatch.setattr(module, "protect", lambda circulations: None)
    often = often if TABLES == MANY else often / 10  # of few tables hardly one may be open
    assert cracks(rule) > 2 * TABLES * often


@given(COUNTS, RULES)
def test_a_small_number_never_shows_and_a_nought_always_does(
    counts: list[int], rule: SmallNumbers
) -> None:
    small = 7 if rule is ROUNDED else 4
    for count, line in zip(counts, listed(counts, rule).lines, strict=True):
        if count <= small:
            assert str(line) == ("0" if count == 0 else "*")
            assert line.most == (small if count else 0), "even told that it is small"


@pytest.mark.parametrize("rule", SmallNumbers)
def test_a_table_of_four_times_the_lines_takes_some_four_times_as_long(rule: SmallNumbers) -> None:
    rows = [[(at * 7 + beside * 5) % 13 for at in range(12)] for beside in range(20)]
    few, many = (min(repeat(partial(tabled, part, rule), number=1)) for part in (rows[:5], rows))
    assert many < 20 * few
