"""What sessions ask of the office besides halves that are open: it names no student."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from recovery_college import formatting
from recovery_college.desks.items import MOST, Item, Section, total_of
from recovery_college.scheduling import pairing
from recovery_college.scheduling.pairing import Matter

MATTERS = {
    Matter.NO_COVER: (
        "Nobody could cover",
        "half without cover",
        "halves without cover",
        "Everybody who could was asked. There are other ways.",
        "Choose another way",
    ),
    Matter.ALONE: (
        "Began without the pair",
        "session began without its pair",
        "sessions began without their pair",
        "Say why, from a list. It is kept and reported.",
        "Say why",
    ),
    Matter.PICKED: (
        "Times that a pair has picked",
        "time to confirm",
        "times to confirm",
        "The pair would like another time. It is in the prospectus, so you have the last word.",
        "Confirm it, or leave it",
    ),
    Matter.UNANSWERED: (
        "Asked, and no answer in time",
        "request without an answer",
        "requests without an answer",
        "The time for an answer is over. Phone them, or ask somebody else.",
        "Choose what to do",
    ),
    Matter.UNTAKEN: (
        "Register not taken yet",
        "register not taken yet",
        "registers not taken yet",
        "Nobody has marked who came, and who taught.",
        "Take the register",
    ),
    Matter.DRAFT: (
        "Runs that nobody can find yet",
        "run in draft",
        "runs in draft",
        "Still a draft.",
        "Publish it, or change it",
    ),
}


ALL = {Matter.DRAFT: "/office/terms", Matter.UNTAKEN: "/office/registers"}


def matters(now: datetime) -> Iterable[Section]:
    rows = pairing.matters(now, most=MOST)
    for kind, (heading, one, many, words, action) in MATTERS.items():
        found = [row for row in rows if row.kind == kind]
        items = [_matter(row, words, action) for row in found]
        yield Section(kind.value, heading, one, many, total_of(found), items, ALL.get(kind, ""))


def _matter(row: Any, words: str, action: str) -> Item:
    if row.kind == Matter.DRAFT:
        begins = f"from {formatting.when(row.starts_at)}" if row.starts_at else "without dates"
        words = f"{row.name}, {begins}. {words}"
        return Item(row.title, words, f"/office/runs/{row.id}", action)
    heading = f"{row.title}, {formatting.when(row.starts_at)}"
    if row.kind == Matter.UNANSWERED:
        heading = f"{row.name}: {heading}"
    part = "/register" if row.kind == Matter.UNTAKEN else ""
    return Item(heading, words, f"/office/sessions/{row.id}{part}", action)
