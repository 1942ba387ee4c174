"""Figures of the census for the college's area, as a file holds them. All of it, or nothing."""

from collections.abc import Mapping, Sequence

from recovery_college.accounts.equality import ANSWERS, Question
from recovery_college.errors import Refusal
from recovery_college.formatting import listed

COLUMNS = ("question", "answer", "people")
MOST_PEOPLE = 100_000_000
Figures = Mapping[tuple[Question, str], int]


def figures_of(rows: Sequence[Sequence[str]]) -> Figures:
    """By question and answer. Columns may have any order; others are left aside."""
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    if not filled:
        raise _wrong("This file is empty.")
    places = _places(filled[0][1])
    found: dict[tuple[Question, str], int] = {}
    for number, row in filled[1:]:
        cells = [row[at].strip() if at < len(row) else "" for at in places]
        question = _question(number, cells[0])
        key = question, _answer(number, question, cells[1])
        if key in found:
            raise _wrong(f"Row {number} says again what stands in a row above it.")
        found[key] = _people(number, cells[2])
    if not found:
        raise _wrong("This file has no figures, only a heading.")
    return found


def answers_to() -> list[tuple[str, str, list[str]]]:
    """What can stand in a file: each question in short and in full, with its answers."""
    return [(each.value, each.label, list(ANSWERS[each].values())) for each in Question]


def _places(heading: Sequence[str]) -> list[int]:
    names = [each.strip().casefold() for each in heading]
    missing = [f"\u201c{each}\u201d" for each in COLUMNS if each not in names]
    if missing:
        columns = "column" if len(missing) == 1 else "columns"
        raise _wrong(f"The first row of this file has no {columns} called {listed(missing)}.")
    return [names.index(each) for each in COLUMNS]


def _question(number: int, typed: str) -> Question:
    for each in Question:
        if typed.casefold() in (each.value, each.label.casefold()):
            return each
    raise _wrong(
        f"Row {number} has a question that students are not asked: \u201c{typed[:80]}\u201d."
    )


def _answer(number: int, question: Question, typed: str) -> str:
    for value, label in ANSWERS[question].items():
        if typed.casefold() in (value, label.casefold()):
            return value
    raise _wrong(
        f"Row {number} has an answer that this question does not have: \u201c{typed[:80]}\u201d."
    )


def _people(number: int, typed: str) -> int:
    digits = typed.replace(",", "").removesuffix(".0")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise _wrong(f"Row {number} needs a whole number of people, as in 1200.")
    if int(digits) > MOST_PEOPLE:
        raise _wrong(f"Row {number} has more people than there are.")
    return int(digits)


def _wrong(words: str) -> Refusal:
    return Refusal(f"{words} Nothing was kept.", field="file")
