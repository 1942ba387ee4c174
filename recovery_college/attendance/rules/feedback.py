"""What is asked when a run is over, and who reads the answers. Values in, answers out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from recovery_college.college.rules import College
from recovery_college.errors import Refusal
from recovery_college.formatting import lines

HOW_WAS_IT = "how_was_it"
ASKED_WITHIN = timedelta(days=14)  # of the last session: of what is long over nobody is asked
USELESS_AFTER = timedelta(days=28)  # the last session: so long it may wait to be sent
FEWEST = 5  # forms before the pair reads them: of fewer, they might know who wrote what
TOLD_FOR = timedelta(days=60)  # of its end a run stands among what the pair may read
MOST_WORDS = 2_000  # characters


class Said(StrEnum):
    """An answer to tick. Whoever leaves a question out has none."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"

    @property
    def label(self) -> str:
        return SAID[self]


SAID = {Said.YES: "Yes", Said.PARTLY: "Partly", Said.NO: "No"}


class CameBy(StrEnum):
    """How a form reached the college."""

    LINK = "link"
    PAPER = "paper"


class NothingSaid(Refusal):
    """All was left out."""

    def __init__(self) -> None:
        super().__init__("Answer one question at least. You may leave out all the others.")


class AnsweredAlready(Refusal):
    """A second form of one who was asked: pressed twice, or at once on two devices."""

    def __init__(self) -> None:
        super().__init__("This has reached us already. Thank you: you need not send it again.")


@dataclass(frozen=True)
class OwnQuestion:
    """One of the college's own: to tick, or to be answered in words."""

    words: str
    is_to_tick: bool


@dataclass(frozen=True)
class Answer:
    """To a question as it was asked, at its place on the form: what was ticked, or written."""

    number: int
    question: str
    said: Said | None
    words: str | None


def questions_of(college: College) -> list[OwnQuestion]:
    """Those to tick first; each once, however often it stands in the settings."""
    to_tick, in_words = lines(college.feedback_choices), lines(college.feedback_words)
    return [
        *(OwnQuestion(each, is_to_tick=True) for each in dict.fromkeys(to_tick)),
        *(OwnQuestion(each, is_to_tick=False) for each in dict.fromkeys(in_words)),
    ]


def pair_may_read(forms: int) -> bool:
    return forms >= FEWEST


def check_says_something(answers: Sequence[Answer]) -> None:
    if not answers:
        raise NothingSaid
