"""The attacker finds all that there is to find, or a proof by it would be none."""

from collections.abc import Sequence
from itertools import product
from random import Random

from tests.reports.attacker import Attacker, Name, Ranges, Sum
from tests.reports.invented import tried


def all_of(known: Ranges, sums: list[Sum]) -> dict[Name, set[int]]:
    """By counting through everything."""
    found: dict[Name, set[int]] = {name: set() for name in known}
    ranges = [range(low, high + 1) for low, high in known.values()]
    for values in product(*ranges):
        each = dict(zip(known, values, strict=True))
        if all(_adds_up(each, *both) for both in sums):
            for name, value in each.items():
                found[name].add(value)
    return found


def _adds_up(each: dict[Name, int], left: Sequence[Name], right: Sequence[Name]) -> bool:
    return sum(each[name] for name in left) == sum(each[name] for name in right)


def test_it_finds_what_counting_through_everything_finds() -> None:
    def finds_all(chance: Random) -> bool:
        truth = {name: chance.randint(0, 4) for name in "abcd"}
        truth |= {"ab": truth["a"] + truth["b"], "bcd": truth["b"] + truth["c"] + truth["d"]}
        widths = {name: chance.choice((0, 1, 3)) for name in truth}
        known: Ranges = {
            name: (max(0, value - chance.randint(0, widths[name])), value + widths[name])
            for name, value in truth.items()
        }
        sums: list[Sum] = [("ab", ["ab"]), ("bcd", ["bcd"])]
        expected, attacker = all_of(known, sums), Attacker(known, sums, set(known))
        few = {name for name, values in expected.items() if len(values) < 3}
        possible = {name: attacker.possible(name) for name in known}
        return (possible, attacker.cracked()) == (expected, few)

    assert tried(40, finds_all) == 40
