"""What those who teach a run write for each other: about its sessions, and never about a person."""

import re
from collections.abc import Iterable
from datetime import datetime

from recovery_college.accounts.rules import TITLES
from recovery_college.attendance.rules import is_open
from recovery_college.errors import Refusal


def can_write(starts_at: datetime, live: bool, now: datetime) -> bool:
    """From when its register opens."""
    return live and is_open(starts_at, now)


def check_can_write(starts_at: datetime, live: bool, now: datetime) -> None:
    if not can_write(starts_at, live, now):
        raise Refusal(
            "You can write about a session from half an hour before it, unless it is off."
        )


def check_says_something(went_well: str, to_change: str) -> None:
    if not went_well and not to_change:
        raise Refusal("Write something in one of the two.", field="went_well")


def check_names_nobody(names: Iterable[str], **written: str) -> None:
    """`names` are of those on the register, `written` what stands in which field.

    One word alone may be any word (Joy, Will), so it takes two.
    """
    parts = {tuple(_without_title(name)) for name in names}
    whole = [r"\W+".join(map(re.escape, each)) for each in sorted(parts) if len(each) > 1]
    if not whole:
        return
    somebody = re.compile(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)")
    for field, words in written.items():
        if somebody.search(words.casefold()):
            raise Refusal(
                "This holds the name of somebody on the register. Write about the session, and "
                "leave people out of it.",
                field=field,
            )


def _without_title(name: str) -> list[str]:
    return [word for word in name.casefold().split() if word.rstrip(".") not in TITLES]
