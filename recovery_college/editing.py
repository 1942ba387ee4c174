"""Two people editing one thing: the second is told what the first changed, and loses nothing.

A form carries a print of each value that it showed. Under the row's lock these are compared
with the values as they stand by then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from recovery_college.errors import Refusal


class Overtaken(Refusal):
    """Somebody else has changed some of these fields since they were shown."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            "Somebody else changed this while you were typing. What they changed is said beside "
            "each answer, and what you typed is still there. Save again to keep yours."
        )
        self.fields = fields


@dataclass(frozen=True)
class Edit:
    """What somebody typed, by the row's field, and the prints of what they were shown."""

    values: Mapping[str, object]
    seen: Mapping[str, str]


def prints_of(row: object, fields: Iterable[str]) -> dict[str, str]:
    """A short digest of each of the row's values as it stands."""
    return {field: print_of(getattr(row, field)) for field in fields}


def print_of(value: object) -> str:
    """Nothing, an empty text and spaces around one make no difference."""
    return sha256(_plainly(value).encode()).hexdigest()[:12]


def apply(row: object, edit: Edit) -> tuple[str, ...]:
    """Put the values into the row, which is held; gives the names of those that changed.

    Raises `Overtaken` when the row is no longer what was shown.
    """
    changed = changes(row, edit)
    for field in changed:
        setattr(row, field, edit.values[field])
    return changed


def changes(row: object, edit: Edit) -> tuple[str, ...]:
    """The names of what would change in the row, which is held.

    Raises `Overtaken` when the row is no longer what was shown.
    """
    now = prints_of(row, edit.values)
    overtaken = tuple(field for field in edit.values if edit.seen.get(field) != now[field])
    if overtaken:
        raise Overtaken(overtaken)
    return tuple(field for field, value in edit.values.items() if print_of(value) != now[field])


def _plainly(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return str(value.timestamp())
    if isinstance(value, list | tuple | set | frozenset):
        return "\n".join(sorted(_plainly(each) for each in value))
    return str(value).strip()
