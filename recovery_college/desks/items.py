"""One thing to do, and the section of a page in which it stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recovery_college.accounts.rules import Side

MOST = 8  # lines of one section


@dataclass(frozen=True)
class Item:
    """One thing to do. `sides` are the halves that stand, where it is about a pair."""

    heading: str
    words: str
    address: str
    action: str
    sides: frozenset[Side] | None = None


@dataclass(frozen=True)
class Section:
    """`one` and `many` stand beside the count; `address` is where all of them are, if anywhere."""

    slug: str
    heading: str
    one: str
    many: str
    total: int
    items: Sequence[Item]
    address: str = ""

    @property
    def words(self) -> str:
        return self.one if self.total == 1 else self.many

    @property
    def more(self) -> int:
        return self.total - len(self.items)


def by_kind(rows: Sequence[Any], kind: str = "kind") -> Mapping[str, Sequence[Any]]:
    """What one statement found of several kinds; of any other there is nothing."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, kind)].append(row)
    return found


def total_of(rows: Sequence[Any]) -> int:
    """Each row says how many there are, shown or not."""
    return rows[0].total if rows else 0
