"""What is said of people, before any database."""

from enum import StrEnum

TITLES = {"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "rev", "revd", "sir", "dame"}


class Side(StrEnum):
    """Which half of the pair a person brings to a course."""

    LIVED = "lived"
    PROFESSIONAL = "professional"

    @property
    def label(self) -> str:
        return "lived experience" if self is Side.LIVED else "professional"


class ShownAs(StrEnum):
    """How somebody wishes to be shown to the public. Until they say so: not named."""

    NOT_NAMED = "not_named"
    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"


def public_name(name: str, shown_as: ShownAs) -> str | None:
    """The name that the public may read, or None."""
    if shown_as is ShownAs.FULL_NAME:
        return name
    return first_name(name) if shown_as is ShownAs.FIRST_NAME else None


def first_name(name: str) -> str:
    """As in: "Ada" of "Dr Ada Osei"."""
    words = name.split()
    without_title = [w for w in words if w.rstrip(".").casefold() not in TITLES]
    return (without_title or words)[0]
