"""When a run is completed, and what a certificate says of it. Whole numbers only."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import choice

from recovery_college import formatting
from recovery_college.accounts.rules import Side
from recovery_college.clock import in_london
from recovery_college.errors import Refusal

SETTLED_AFTER = timedelta(days=7)  # the last session, whatever register is still open by then
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another; five bits each
LONG = 16
WRONG = "?" * LONG  # no certificate has this code, and it costs as much to look for


class NothingToCertify(Refusal):
    """They have not come to enough of it, or it is not over."""

    def __init__(self) -> None:
        super().__init__("There is no certificate to make for this course.")


@dataclass(frozen=True)
class Held:
    """A session for teaching that nobody called off, as far as completing asks of it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    taken: bool

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


def ran(sessions: Iterable[Held], now: datetime) -> list[Held]:
    """Those that are over and have a register. Of another nobody knows who came."""
    return [each for each in sessions if each.taken and each.ends_at <= now]


def is_over(sessions: Collection[Held], now: datetime) -> bool:
    """Its last session is, and all its registers are taken; or they were given a week to be."""
    if not sessions:
        return False
    last = max(each.ends_at for each in sessions)
    return last <= now and (all(each.taken for each in sessions) or now >= last + SETTLED_AFTER)


def is_complete(came: int, ran: int, percent: int) -> bool:
    """Exactly: 7 of 10 are 70 percent of them, and 6 are not."""
    return came > 0 and came * 100 >= percent * ran


def fresh_code() -> str:
    """Nobody guesses it: 80 bits."""
    return "".join(choice(LETTERS) for _ in range(LONG))


def read_code(typed: str) -> str:
    """As somebody types it from paper. What can't be a code is read as one that is wrong."""
    bare = typed[: 2 * LONG].replace("-", "").replace(" ", "").upper()
    return bare if len(bare) == LONG and set(bare) <= set(LETTERS) else WRONG


def in_fours(code: str) -> str:
    """As it is printed."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def course_words(title: str, *, shows_title: bool) -> str:
    """As the student prefers; who else looks sees the same."""
    return title if shows_title else "a course"


def dates_words(starts_on: date, ends_on: date) -> str:
    if starts_on == ends_on:
        return f"on {formatting.short_day(starts_on)}"
    return f"from {formatting.short_day(starts_on)} to {formatting.short_day(ends_on)}"


def days_of(sessions: Sequence[Held]) -> tuple[date, date]:
    """The first and the last day on which they ran."""
    first, last = min(s.starts_at for s in sessions), max(s.starts_at for s in sessions)
    return in_london(first).date(), in_london(last).date()


def taught_by(tutors: Iterable[tuple[Side, str]]) -> str:
    """Both sides of the pair, by the names that they agreed to; "" if nobody knows who taught."""
    found = set(tutors)
    return formatting.listed([words for side in Side for words in _of_side(side, found)])


def _of_side(side: Side, tutors: Collection[tuple[Side, str]]) -> list[str]:
    """One who is not named stands for all who are not."""
    names = sorted({name for each, name in tutors if each is side})
    return [f"{name} ({side.label})" if name else f"a {side.label} tutor" for name in names]
