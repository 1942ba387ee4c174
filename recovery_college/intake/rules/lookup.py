"""Find things by the names that people type: capitals, accents and marks don't matter."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Generic, TypeVar

from recovery_college.courses.rules import plain
from recovery_college.errors import Refusal

T = TypeVar("T")
NEAR = 0.75
RENAMED = 0.85  # a title this like one that has gone is more likely its new name


@lru_cache(maxsize=16_384)
def same(name: str) -> str:
    """What two ways of writing one name have in common."""
    return " ".join(re.findall(r"[^\W_]+", plain(name))) or name.strip()


class Lookup(Generic[T]):
    """Things with names of their own. What this file's rows failed to add is known too."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}
        self._written: dict[str, str] = {}
        self._refused: dict[str, object] = {}
        self._unknown: dict[str, str] = {}

    def add(self, name: str, thing: T) -> None:
        self._things[same(name)] = thing
        self._written[same(name)] = name

    def refuse(self, name: str, source: object) -> None:
        self._refused.setdefault(same(name), source)

    def get(self, name: str) -> T | None:
        return self._things.get(same(name))

    def knows(self, name: str) -> bool:
        return same(name) in self._things

    def find(self, name: str, *, field: str) -> T:
        """The thing, or a refusal that helps to find it."""
        thing = self.get(name)
        if thing is None:
            raise Refusal(self._why_not(name), field=field)
        return thing

    def _why_not(self, name: str) -> str:
        """Worked out once for each name: a long timetable may repeat its mistake."""
        key = same(name)
        if key not in self._unknown:
            self._unknown[key] = self._reason(name, key)
        return self._unknown[key]

    def _reason(self, name: str, key: str) -> str:
        if key in self._refused:
            return f'The {self.kind} "{name}" was not taken: see {self._refused[key]}.'
        return f'"{name}" is not in the list of {self.kind}s.{suggestion(key, self._written)}'


def suggestion(key: str, written: dict[str, str]) -> str:
    near = get_close_matches(key, written, n=1, cutoff=NEAR)
    return f' Did you mean "{written[near[0]]}"?' if near else ""


def check_not_renamed(title: str, gone: dict[str, str]) -> None:
    """A title that is new, while a very like one has left the list, may be the same course."""
    near = get_close_matches(same(title), gone, n=1, cutoff=RENAMED)
    if near:
        raise Refusal(
            f'This looks like a new name for "{gone[near[0]]}", which the college has and this '
            "file no longer lists. If it is, rename the course in the college first. "
            "If it is another course, keep both titles in the file.",
            field="title",
        )
