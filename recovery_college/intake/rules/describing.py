"""How a tab is described: its names, its columns, how each is read, and what a line becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from recovery_college.intake.rules import cells
from recovery_college.intake.rules.cells import Raw
from recovery_college.intake.rules.report import Fault, letter


@dataclass(frozen=True)
class Column:
    """What a column holds. `also` are other words for its heading.

    A cell that is `needed` and empty, or can't be read, stops its row; one that is `spare` and
    can't be read is left out, and the row is taken.
    """

    key: str
    name: str
    read: Callable[[Raw], object]
    also: tuple[str, ...] = ()
    needed: bool = False
    spare: bool = False


R = TypeVar("R", bound="Row", covariant=True)


def _nothing(_values: Mapping[str, object]) -> str:
    return ""


@dataclass(frozen=True)
class Tab(Generic[R]):
    """`row` is what a line of it becomes; `aside` says why a line is none, or nothing."""

    holds: str
    also: tuple[str, ...]
    columns: tuple[Column, ...]
    row: Callable[..., R]
    aside: Callable[[Mapping[str, object]], str] = _nothing

    @property
    def needed(self) -> set[str]:
        return {column.key for column in self.columns if column.needed}


@dataclass(frozen=True)
class Place:
    """A column that was found: where, and what stands above it."""

    index: int
    heading: str


@dataclass(frozen=True)
class Source:
    """Where a row was read, so that whatever is wrong with it can be named."""

    tab: str
    number: int
    places: Mapping[str, Place]
    cells: tuple[Raw, ...]

    def fault(self, key: str | None, reason: str) -> Fault:
        place = self.places.get(key or "")
        if place is None:
            return Fault(self.tab, self.number, reason)
        raw = self.cells[place.index] if place.index < len(self.cells) else None
        cell = f"{letter(place.index)}{self.number}"
        return Fault(self.tab, self.number, reason, cell, place.heading, cells.shown(raw))

    def __str__(self) -> str:
        return f"{self.tab} row {self.number}"


@dataclass(frozen=True, kw_only=True)
class Row:
    source: Source
