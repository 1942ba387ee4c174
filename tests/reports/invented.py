"""Invented counts: sparse and dense tables, the same every time."""

from collections.abc import Callable
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some


def tried(number: int, attempt: Callable[[Random], bool]) -> int:
    """In how many of so many attempts it succeeded."""
    successes = []

    @settings(max_examples=number, derandomize=True, database=None)
    @given(some.randoms(use_true_random=True))
    def once(chance: Random) -> None:
        successes.append(attempt(chance))

    once()
    return sum(successes)


def some_counts(chance: Random, number: int) -> list[int]:
    """Few or many people, with more or fewer lines that have nobody."""
    mean = chance.choice((1.5, 4, 9, 25))
    empty = chance.choice((0, 0.2, 0.6))
    return [
        0 if chance.random() < empty else int(chance.expovariate(1 / mean)) for _ in range(number)
    ]


def some_rows(chance: Random) -> list[list[int]]:
    across = chance.randint(1, 5)
    return [some_counts(chance, across) for _ in range(chance.randint(1, 5))]
