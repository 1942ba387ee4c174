"""What a register's form sent, as words about people. The form is as long as its session's list."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from recovery_college.attendance.commands.taking import Word
from recovery_college.attendance.queries import Line, TutorLine, Who
from recovery_college.attendance.rules import WITH_MINUTES, MarkState, TutorState
from recovery_college.errors import Refusal

WHO = re.compile(r"([ewt])([0-9]{1,9})")
NUMBER = re.compile(r"[0-9]{1,3}")
NOT_A_NUMBER = "Give the minutes as a number, as in 15, or leave it empty."


@dataclass(frozen=True)
class Typed:
    """What was pressed, in which lines the minutes could not be read, and all that was sent."""

    words: Sequence[Word] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)


def read_who(said: str) -> Who | None:
    found = WHO.fullmatch(said)
    return Who(found[1], int(found[2])) if found else None


def words_of(sent: Mapping[str, str], lines: Sequence[Line], tutors: Sequence[TutorLine]) -> Typed:
    """Only what is not as it was shown, so that two people at once change what each pressed."""
    words: list[Word] = []
    faults: dict[str, str] = {}
    for who in _on_the_form(sent, lines, tutors):
        try:
            word = _word(who, sent)
        except Refusal as refusal:
            faults[str(who)] = refusal.message
        else:
            words += [word] if word else []
    return Typed(words, faults, sent)


def _on_the_form(
    sent: Mapping[str, str], lines: Sequence[Line], tutors: Sequence[TutorLine]
) -> Iterable[Who]:
    """In the page's order, and with them whoever left its list since it was opened."""
    there = [*(each.who for each in tutors), *(each.who for each in lines)]
    others = (read_who(name) for name in sent)
    return dict.fromkeys([*there, *(who for who in others if who)])


def _word(who: Who, sent: Mapping[str, str]) -> Word | None:
    seen = sent.get(f"seen-{who}", "")
    said = sent.get(str(who), "") or (sent.get("rest", "") if not seen else "")
    kind = TutorState if who.kind == "t" else MarkState
    state = next((each for each in kind if each == said), None)
    if state is None:
        return None
    minutes = _minutes(state, sent.get(f"minutes-{who}", ""))
    before = seen.partition(":")
    if (state.value, "" if minutes is None else str(minutes)) == (before[0], before[2]):
        return None
    return Word(who, state, minutes, seen=before[0])


def _minutes(state: MarkState | TutorState, typed: str) -> int | None:
    typed = typed.strip()
    if state not in WITH_MINUTES or not typed:
        return None
    if not NUMBER.fullmatch(typed):
        raise Refusal(NOT_A_NUMBER)
    return int(typed)
