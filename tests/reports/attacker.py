"""Somebody who works out hidden figures: whole numbers, intervals and sums, tried to the end.

It shares nothing with the program that it attacks: it narrows what each figure can be by each
sum in turn, then tries value by value, and takes back what comes to nothing. What it finds is
exact: each possible value stands in a whole solution.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

MOST = 300  # more people than in any table that is attacked
ENOUGH = 3

Name = Hashable
Ranges = dict[Name, tuple[int, int]]
Sum = tuple[Sequence[Name], Sequence[Name]]  # what is on the left is what is on the right


@dataclass
class Attacker:
    """What is known of each figure, which sums hold, and of which figures nobody should know."""

    known: Ranges = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    secrets: set[Name] = field(default_factory=set)

    def cracked(self) -> set[Name]:
        """The secrets with fewer than three possible values."""
        seen: dict[Name, set[int]] = {name: set() for name in self.secrets}
        found = _solution(self.known, self.sums)
        assert found is not None, "what is published contradicts itself"
        self._note(seen, found)
        return {name for name in self.secrets if not self._has_enough(name, seen)}

    def possible(self, name: Name) -> set[int]:
        """All values of it."""
        low, high = self.known[name]
        return {value for value in range(low, high + 1) if self._with(name, value)}

    def _has_enough(self, name: Name, seen: dict[Name, set[int]]) -> bool:
        ranges = _narrowed(self.known, self.sums)
        assert ranges is not None
        low, high = ranges[name]
        middle = min(seen[name])
        for value in sorted(range(low, high + 1), key=lambda each: abs(each - middle)):
            if len(seen[name]) >= ENOUGH:
                break
            if value not in seen[name] and (found := self._with(name, value)):
                self._note(seen, found)
        return len(seen[name]) >= ENOUGH

    def _with(self, name: Name, value: int) -> Ranges | None:
        return _solution({**self.known, name: (value, value)}, self.sums)

    def _note(self, seen: dict[Name, set[int]], solution: Ranges) -> None:
        for name, values in seen.items():
            values.add(solution[name][0])


def _solution(known: Ranges, sums: Sequence[Sum]) -> Ranges | None:
    """Any, by trying the values of one figure after the other."""
    ranges = _narrowed(known, sums)
    if ranges is None:
        return None
    open_ = [(high - low, name) for name, (low, high) in ranges.items() if low < high]
    if not open_:
        return ranges
    _, name = min(open_, key=lambda each: each[0])
    low, high = ranges[name]
    for value in range(low, high + 1):
        if found := _solution({**ranges, name: (value, value)}, sums):
            return found
    return None


def _narrowed(known: Ranges, sums: Sequence[Sum]) -> Ranges | None:
    """What each can still be, as far as one sum at a time can say; `None`: they contradict."""
    ranges = dict(known)
    changed = True
    while changed:
        changed = False
        for left, right in sums:
            signed = [(name, 1) for name in left] + [(name, -1) for name in right]
            lows = [_least(ranges[name], sign) for name, sign in signed]
            highs = [_least(ranges[name], -sign) for name, sign in signed]
            low, high = sum(lows), -sum(highs)
            if low > 0 or high < 0:
                return None
            for (name, sign), least, most in zip(signed, lows, highs, strict=True):
                top, bottom = least - low, -most - high
                ends = (bottom, top) if sign > 0 else (-top, -bottom)
                now = max(ranges[name][0], ends[0]), min(ranges[name][1], ends[1])
                if now[0] > now[1]:
                    return None
                if now != ranges[name]:
                    ranges[name] = now
                    changed = True
    return ranges


def _least(ends: tuple[int, int], sign: int) -> int:
    return ends[0] if sign > 0 else -ends[1]
