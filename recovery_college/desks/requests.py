"""What a tutor is asked for, run by run, and how their answer is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from recovery_college.errors import NotFound, Refusal
from recovery_college.scheduling.models import Delivery, Run
from recovery_college.scheduling.rules import DeliveryState

PRESSED = re.compile(r"(accept|anyway|decline|back)-(\d{1,9})")
ALL = re.compile(r"(accept|decline)-all-(\d{1,9})")


@dataclass(frozen=True)
class Asked:
    """One run, and its sessions that are asked for or said yes to."""

    run: Run
    deliveries: Sequence[Delivery]

    @property
    def open(self) -> list[Delivery]:
        return [each for each in self.deliveries if each.state is DeliveryState.ASKED]


@dataclass(frozen=True)
class Press:
    """A button: what it says, of which of these requests."""

    verb: str
    deliveries: Sequence[Delivery]


def by_run(deliveries: Sequence[Delivery]) -> list[Asked]:
    return [
        Asked(run, list(each))
        for run, each in groupby(deliveries, key=lambda delivery: delivery.session.run)
    ]


def read_press(button: str, known: Sequence[Delivery]) -> Press:
    """Only what this tutor was asked for can be answered; anything else is not there."""
    every = ALL.fullmatch(button)
    if every:
        of_run = [each for each in known if each.session.run_id == int(every[2])]
        open_ones = [each for each in of_run if each.state is DeliveryState.ASKED]
        return Press(every[1], open_ones)
    one = PRESSED.fullmatch(button)
    found = [each for each in known if one and each.id == int(one[2])]
    if one is None or not found:
        raise NotFound
    return Press(one[1], found)


def to_you(reason: str) -> str:
    """What the office reads of somebody, as they read it of themself."""
    said = reason.replace("This tutor is", "You are")
    return re.sub(r"\bthey\b", "you", re.sub(r"\bThey\b", "You", said))


def in_words(refusals: Sequence[Refusal], done: int, verb: str) -> str:
    """What became of several answers at once."""
    said = "yes" if verb in ("accept", "anyway") else "no"
    words = f"You said {said} to {done}." if done else ""
    return " ".join(
        [words, *dict.fromkeys(to_you(refusal.message) for refusal in refusals)]
    ).strip()
