"""Invented counts: sparse and dense tables, and small colleges; the same every time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as some

from recovery_college.reports.rules.filtering import Cut

FILTERS = ("course", "strand", "venue", "mode")


@dataclass(frozen=True)
class Run:
    id: int
    term: int
    course: int
    strand: int
    venue: int
    mode: int


@dataclass(frozen=True)
class World:
    """Who, by line, has a place on which runs; `once` counts each of them once, or each place."""

    runs: Sequence[Run]
    people: Sequence[tuple[int, frozenset[int]]]
    lines: int
    once: bool

    def cut(self, suits: Callable[[Run], bool]) -> Cut:
        runs = frozenset(run.id for run in self.runs if suits(run))
        counts = [0] * self.lines
        for line, places in self.people:
            held = len(places & runs)
            counts[line] += min(held, 1) if self.once else held
        return Cut(runs, tuple(counts))

    def cuts(self, filter_: str, term: int | None = None) -> list[Cut]:
        """Of each value that has a run, in one term or in all."""
        runs = [run for run in self.runs if term in (None, run.term)]
        values = sorted({getattr(run, filter_) for run in runs})
        return [self._value(filter_, value, term) for value in values]

    def _value(self, filter_: str, value: int, term: int | None) -> Cut:
        return self.cut(lambda run: getattr(run, filter_) == value and term in (None, run.term))


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


def some_world(chance: Random) -> World:
    strands = [chance.randrange(3) for _ in range(4)]
    runs = []
    for number in range(chance.randint(2, 7)):
        course = chance.randrange(len(strands))
        term, venue, mode = chance.randrange(2), chance.randrange(3), chance.randrange(2)
        runs.append(Run(number, term, course, strands[course], venue, mode))
    lines = chance.randint(1, 3)
    people = []
    for _ in range(chance.choice((10, 25, 60))):
        places = chance.sample(range(len(runs)), chance.choice((1, 1, 2)))
        people.append((chance.randrange(lines), frozenset(places)))
    return World(runs, people, lines, chance.random() < 0.7)
