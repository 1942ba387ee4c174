"""Letters as they come out of the printer: words for the press, in the size they are read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import render_template

from recovery_college.accounts.models import Person
from recovery_college.college.rules import College
from recovery_college.desks.contacts import paragraphs_of
from recovery_college.formatting import Paragraph, lines
from recovery_college.messages.models import OutboxMessage

MOST = 100  # letters in one PDF: some seconds at the press, and a stack that one person folds


class Print(StrEnum):
    """How large the words of a letter are. From 16 points on it is called large print."""

    NORMAL = "normal"
    LARGE = "large"
    LARGER = "larger"

    @classmethod
    def read(cls, asked: str) -> "Print":
        return cls(asked) if asked in set(cls) else cls.NORMAL

    @property
    def label(self) -> str:
        return PRINTS[self]


PRINTS = {
    Print.NORMAL: "12 point",
    Print.LARGE: "16 point, large print",
    Print.LARGER: "20 point, larger print",
}


@dataclass(frozen=True)
class Letter:
    """`envelope` is what the window shows: their name and where they live, and nothing more."""

    envelope: list[str]
    dear: str
    written_at: datetime
    paragraphs: list[Paragraph]


def stack_of(waiting: int) -> str:
    """How many of the letters that wait come out in one PDF, in words."""
    if waiting == 1:
        return "The letter"
    return f"All {waiting} letters" if waiting <= MOST else f"The first {MOST} letters"


def letters_of(messages: Iterable[OutboxMessage], people: Mapping[int, Person]) -> list[Letter]:
    return [_letter(each, people.get(each.person_id or 0)) for each in messages]


def typeset(letters: Sequence[Letter], college: College, website: str, size: Print) -> str:
    """The words on the page, for the press; each letter begins on a sheet of its own."""
    return render_template(
        "office/letters.html", letters=letters, college=college, website=website, size=size
    )


def _letter(message: OutboxMessage, person: Person | None) -> Letter:
    name = [person.name] if person and person.name else []
    return Letter(
        envelope=[*name, *lines(message.address)],
        dear=person.goes_by if person else "student",
        written_at=message.queued_at,
        paragraphs=paragraphs_of(message.body),
    )
