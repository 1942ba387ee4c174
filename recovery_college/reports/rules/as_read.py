"""Lines that are made as they are read, so that a long file never stands in memory as a whole."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
S = TypeVar("S")


class AsRead(Iterable[T]):
    """Made anew each time they are read. It has no length, or a list of it would read it twice."""

    def __init__(self, read: Callable[[], Iterator[T]]) -> None:
        self._read = read

    def __iter__(self) -> Iterator[T]:
        return self._read()


def each_of(rows: Iterable[T], made: Callable[[T], S]) -> Iterable[S]:
    """One of each: of what is made as it is read, as it is read."""
    if isinstance(rows, AsRead):
        return AsRead(lambda: map(made, rows))
    return [made(row) for row in rows]
