"""What has changed for a calendar, and how its next stamp follows the last."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOGETHER = timedelta(minutes=5)  # several edits within it are one message
KEPT_CANCELLED = timedelta(days=30)  # that a feed shows what is off
TICK = timedelta(seconds=1)  # the finest that a calendar's stamp can tell apart
WEEK_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class Meeting:
    """When and where: what a calendar shows of a session beside its title."""

    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    link: str = ""


class Change(StrEnum):
    """What became of an entry. Another time asks again whether they come."""

    NEW = "new"
    MOVED = "moved"
    PLACED = "placed"
    OVER = "over"


def change_of(had: Meeting, has: Meeting) -> Change | None:
    if (had.starts_at, had.ends_at) != (has.starts_at, has.ends_at):
        return Change.MOVED
    return None if had == has else Change.PLACED


def stamp_after(last: datetime, now: datetime) -> datetime:
    """Later than the last, though the clock may have gone back."""
    return max(now.replace(microsecond=0), last + TICK)
