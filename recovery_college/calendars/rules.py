"""What has changed for a calendar, and how its next stamp follows the last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recovery_college.errors import Refusal
from recovery_college.ical import PartStat

KEPT_CANCELLED = timedelta(days=30)  # that a feed shows what is off
TICK = timedelta(seconds=1)  # the finest that a calendar's stamp can tell apart
WEEK_BEFORE = timedelta(days=7)
OF_A_TUTOR = "delivery:"  # begins what an entry is held by; those of students are enrolments
MAIL_KEPT = timedelta(days=90)  # that came in
MOST_DEVICES = 20  # of one person that read their calendar


@dataclass(frozen=True)
class Meeting:
    """When and where: what a calendar shows of a session beside its title."""

    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    link: str = ""


class Change(StrEnum):
    """What became of an entry. Another time asks again whether they come."""

    MOVED = "moved"
    PLACED = "placed"


def change_of(had: Meeting, has: Meeting) -> Change | None:
    if (had.starts_at, had.ends_at) != (has.starts_at, has.ends_at):
        return Change.MOVED
    return None if had == has else Change.PLACED


def stamp_after(last: datetime, now: datetime) -> datetime:
    """Later than the last, though the clock may have gone back."""
    return max(now.replace(microsecond=0), last + TICK)


class MailKind(StrEnum):
    """What came to the address that invites come from."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    COUNTER = "counter"
    OUT_OF_OFFICE = "out_of_office"
    CAME_BACK = "came_back"
    NOTE = "note"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return MAIL_KINDS[self]


MAIL_KINDS = {
    MailKind.ACCEPTED: "They say yes.",
    MailKind.TENTATIVE: "They say maybe.",
    MailKind.DECLINED: "They say that they can\u2019t come.",
    MailKind.COUNTER: "They propose another time.",
    MailKind.OUT_OF_OFFICE: "An answer by itself, such as being away.",
    MailKind.CAME_BACK: "A message came back: the address does not take it.",
    MailKind.NOTE: "A note of a mail server. Nothing is to be done.",
    MailKind.UNKNOWN: "It is no answer to an invite. The mail is in the college\u2019s mailbox.",
}
SAID = {
    MailKind.ACCEPTED: PartStat.ACCEPTED,
    MailKind.TENTATIVE: PartStat.TENTATIVE,
    MailKind.DECLINED: PartStat.DECLINED,
}


class MailState(StrEnum):
    """Whether it needs somebody: only what is for the office does."""

    DONE = "done"
    FOR_THE_OFFICE = "for_the_office"
    SEEN = "seen"


def check_device(name: str, known: Collection[str]) -> None:
    """Each has a name of its own, by which it is told from the others."""
    if name.casefold() in {each.casefold() for each in known}:
        raise Refusal(
            "You have a calendar of this name. Make a new address for it below, or type another "
            "name.",
            field="name",
        )
    if len(known) >= MOST_DEVICES:
        raise Refusal(
            f"{MOST_DEVICES} calendars are the most that we can keep. Stop one that you don't use.",
            field="name",
        )
