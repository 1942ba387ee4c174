"""The college's rules about its courses. No database, no web: values in, answers out."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum

from recovery_college.accounts.rules import Side
from recovery_college.errors import Refusal
from recovery_college.formatting import count

LONGEST_WORD = 40  # letters; Welsh and German fit
LONGEST_SLUG = 80
MOST_WORDS = 5_000  # of one text; PostgreSQL's index takes no more than a megabyte


class Look(StrEnum):
    """What a strand wears: a colour and a shape, always beside its name."""

    WAVE = "wave"
    LEAF = "leaf"
    KITE = "kite"
    STEP = "step"
    RING = "ring"
    PEAK = "peak"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Theme(StrEnum):
    """CHIME, in plain words (Leamy and others, 2011). A course may carry them; a person never."""

    CONNECTEDNESS = "connectedness"
    HOPE = "hope"
    IDENTITY = "identity"
    MEANING = "meaning"
    EMPOWERMENT = "empowerment"

    @property
    def label(self) -> str:
        return THEMES[self]


THEMES = {
    Theme.CONNECTEDNESS: "Meet people",
    Theme.HOPE: "Feel more hopeful",
    Theme.IDENTITY: "Know myself better",
    Theme.MEANING: "Find what matters",
    Theme.EMPOWERMENT: "Be more in charge",
}


class Mode(StrEnum):
    """How people meet."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def label(self) -> str:
        return MODES[self]


MODES = {
    Mode.IN_PERSON: "In person",
    Mode.ONLINE: "Online",
    Mode.HYBRID: "In person or online",
}


class CourseState(StrEnum):
    """Only a published course is on the public pages."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        return STATES[self]


STATES = {
    CourseState.DRAFT: "Being made",
    CourseState.PUBLISHED: "In the prospectus",
    CourseState.ARCHIVED: "No longer offered",
}


STEPS = frozenset(
    {
        (CourseState.DRAFT, CourseState.PUBLISHED),
        (CourseState.PUBLISHED, CourseState.DRAFT),
        (CourseState.PUBLISHED, CourseState.ARCHIVED),
        (CourseState.DRAFT, CourseState.ARCHIVED),
        (CourseState.ARCHIVED, CourseState.DRAFT),
    }
)


class NotMadeTogether(Refusal):
    """One of the two kinds of experience is missing from the record."""


class NoSuchStep(Refusal):
    """A course can't go from where it is to there."""


class TitleTaken(Refusal):
    """Another course has this title."""

    def __init__(self) -> None:
        super().__init__(
            "Another course already has this title. Choose a different one.", field="title"
        )


class StrandTaken(Refusal):
    """Another strand has this name."""

    def __init__(self) -> None:
        super().__init__("Another strand already has this name.", field="name")


class StrandInUse(Refusal):
    """Courses stand in the strand."""


class MadeItAlready(Refusal):
    """This person already stands on the record with this side."""

    def __init__(self) -> None:
        super().__init__("This person is already on the record with that experience.")


def check_made_together(sides: Collection[Side]) -> None:
    """A course can't be published before both kinds of experience stand on its record."""
    missing = [side.label for side in Side if side not in sides]
    if missing:
        raise NotMadeTogether(
            "This course can't be published yet. Its record needs someone with "
            f"{' and someone with '.join(_experience(label) for label in missing)}."
        )


def check_step(old: CourseState, new: CourseState) -> None:
    if (old, new) not in STEPS:
        raise NoSuchStep(f"A course that is {old} can't become {new}.")


def check_unused(courses: int) -> None:
    """A strand goes when no course stands in it."""
    if courses:
        raise StrandInUse(
            f"{count(courses, 'course')} {'is' if courses == 1 else 'are'} in this strand. "
            "Move them to another one first."
        )


def check_words(words: str) -> None:
    """A line of the record says something."""
    if not words.strip():
        raise Refusal("Write what was decided, in a few words.", field="words")


def check_before(course_id: int, first_id: int | None, before: Mapping[int, int]) -> None:
    """No course comes before itself, and courses that come before others make no circle."""
    seen: set[int] = set()
    while first_id is not None and first_id not in seen:
        if first_id == course_id:
            raise Refusal(
                "That course comes after this one, so it can\u2019t come before it.",
                field="first_course_id",
            )
        seen.add(first_id)
        first_id = before.get(first_id)


def slug_of(title: str) -> str:
    """The title as an address: lower case letters, digits and hyphens."""
    whole = "-".join(re.findall(r"[a-z0-9]+", plain(title)))
    return whole[:LONGEST_SLUG].strip("-") or "untitled"


def free_slug(slug: str, taken: set[str]) -> str:
    """The slug, with a number behind it if another thing has it; it is taken from now on."""
    free, number = slug, 2
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    taken.add(free)
    return free


def plain(text: str) -> str:
    """Lower case, with accents and apostrophes taken away."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c) and c not in "'\u2019")


def words_of(text: str) -> list[str]:
    """The words that search compares: plain and singular."""
    words = re.findall(r"[^\W_]+", plain(text))
    return [_singular(word[:LONGEST_WORD]) for word in words[:MOST_WORDS]]


def near_misses(word: str) -> set[str]:
    """The word with each of its letters left out in turn.

    Two words that are one slip apart (a letter missing, added, wrong, or two swapped) share
    one of these, or one of them is the other word (Garbe's symmetric delete, 2012).
    """
    if len(word) < 4:
        return set()
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _experience(label: str) -> str:
    return label if label == "lived experience" else "professional experience"


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
