"""How a need that somebody shared ends: arranged, or not possible and talked about."""

from datetime import datetime
from enum import StrEnum

from recovery_college.enrolment.rules import State
from recovery_college.errors import Refusal


class Settled(StrEnum):
    """How it ended. Until then it is open, and there is nothing to keep."""

    ARRANGED = "arranged"
    NOT_POSSIBLE = "not_possible"

    @property
    def label(self) -> str:
        return SETTLED[self]


SETTLED = {
    Settled.ARRANGED: "Arranged",
    Settled.NOT_POSSIBLE: "Not possible, and we have talked about it",
}


class Stage(StrEnum):
    """Where it stands for the office, and for the student."""

    OPEN = "open"
    CHANGED = "changed"
    ASKED_AGAIN = "asked_again"
    WAITS = "waits"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        return STAGES[self]

    @property
    def is_open(self) -> bool:
        return self in (Stage.OPEN, Stage.CHANGED, Stage.ASKED_AGAIN)


STAGES = {
    Stage.OPEN: "Not settled yet",
    Stage.CHANGED: "Changed since it was settled",
    Stage.ASKED_AGAIN: "Asked to talk again",
    Stage.WAITS: "Settled, and the student has yet to say whether it works",
    Stage.AGREED: "Settled, and it works for the student",
}


def stage_of(settled: Settled | None, *, stands: bool, agreed: bool | None) -> Stage:
    if settled is None:
        return Stage.OPEN
    if not stands:
        return Stage.ASKED_AGAIN if agreed is False else Stage.CHANGED
    return Stage.AGREED if agreed else Stage.WAITS


def check_can_settle(state: State, shares: bool, ends_at: datetime | None, now: datetime) -> None:
    if state is not State.CONFIRMED:
        raise Refusal("They have no place on this any more, so there is nothing to arrange.")
    if not shares:
        raise Refusal("They do not share what helps them any more. Nothing was kept.")
    if ends_at is not None and ends_at <= now:
        raise Refusal("This course is over, so there is nothing to arrange.")


def check_says_how(how: str) -> None:
    if not how:
        raise Refusal("Say what is arranged, or what you talked about.", field="how")


def check_answers(stage: Stage) -> None:
    """A word about it counts while it stands, and saying no twice is saying it once."""
    if stage in (Stage.OPEN, Stage.CHANGED):
        raise Refusal("Nothing is settled just now. You hear from us when it is.")


def beside(needs: str, settled: Settled | None, how: str | None) -> str:
    """What helps somebody, and under it how it ended, as their tutors read it."""
    if not needs.strip() or settled is None or not how:
        return needs
    label = {Settled.ARRANGED: "Arranged", Settled.NOT_POSSIBLE: "Not possible, talked about"}
    return f"{needs}\n{label[settled]}: {how}"
