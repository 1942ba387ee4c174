"""Of what somebody is reminded, and when: always in time, never just after they were told."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.messages.rules import Channel, before_quiet

POST_TAKES = timedelta(days=3)  # so that a letter is there when others hear
SHIFTED = timedelta(days=1)  # at most, to come before the quiet hours
SHORTEST_TO_REMIND = timedelta(hours=24)  # offers that are held for longer are reminded of
LAST_CALL = timedelta(hours=12)  # before an offer ends, at least
FIRST_CALL = timedelta(hours=24)  # and at most


class Reminder(StrEnum):
    """In the order in which they come."""

    COURSE_BEGINS = "course_begins"
    SESSION_TOMORROW = "session_tomorrow"


BOTH = tuple(Reminder)
BEFORE_THE_FIRST: Mapping[Channel, tuple[Reminder, ...]] = {
    Channel.EMAIL: BOTH,
    Channel.TEXT: BOTH,
    Channel.LETTER: (Reminder.COURSE_BEGINS,),
    Channel.CALL: (Reminder.SESSION_TOMORROW,),
}
BEFORE_OTHERS: Mapping[Channel, tuple[Reminder, ...]] = {
    Channel.EMAIL: (Reminder.SESSION_TOMORROW,),
    Channel.TEXT: (Reminder.SESSION_TOMORROW,),
}
JUST_SAID = {  # whoever was told all dates so shortly before it needs no reminder
    Reminder.COURSE_BEGINS: timedelta(days=2),
    Reminder.SESSION_TOMORROW: timedelta(hours=6),
}
OF_OFFERS: Set[Channel] = {Channel.EMAIL, Channel.TEXT}


@dataclass(frozen=True)
class Coming:
    """A session that somebody comes to. `told_at` is when they were last told all dates."""

    starts_at: datetime
    channel: Channel
    is_first: bool
    told_at: datetime | None = None


def reminder_now(coming: Coming, now: datetime, college: College) -> Reminder | None:
    """The last that is due; None also where they know."""
    ways = BEFORE_THE_FIRST if coming.is_first else BEFORE_OTHERS
    for reminder in reversed(ways.get(coming.channel, ())):
        at = leaves_at(reminder, coming, college)
        if at is not None and at <= now < coming.starts_at:
            knows = coming.told_at is not None and coming.told_at > at - JUST_SAID[reminder]
            return None if knows else reminder
    return None


def leaves_at(reminder: Reminder, coming: Coming, college: College) -> datetime | None:
    """By the wall clock so many days before, or sooner: after quiet hours it might be too late."""
    days = _days(college)[reminder]
    if not days:
        return None
    posted = POST_TAKES if coming.channel is Channel.LETTER else timedelta()
    return before_quiet(in_london(coming.starts_at) - days - posted, college)


def looks_ahead(college: College) -> Mapping[Reminder, timedelta]:
    """How long before a session the first of anybody's reminders may leave."""
    return {
        reminder: days + POST_TAKES + SHIFTED if days else timedelta()
        for reminder, days in _days(college).items()
    }


def offer_reminder_at(offered_at: datetime, answer_by: datetime, college: College) -> datetime:
    """When a quarter of its time is left, within bounds, and not in the quiet hours."""
    left = (answer_by - offered_at) / 4
    return before_quiet(answer_by - min(max(left, LAST_CALL), FIRST_CALL), college)


def is_offer_ending(
    offered_at: datetime, answer_by: datetime, now: datetime, college: College
) -> bool:
    is_long = answer_by - offered_at > SHORTEST_TO_REMIND
    return is_long and offer_reminder_at(offered_at, answer_by, college) <= now < answer_by


def _days(college: College) -> Mapping[Reminder, timedelta]:
    return {
        Reminder.COURSE_BEGINS: timedelta(days=college.first_reminder_days),
        Reminder.SESSION_TOMORROW: timedelta(days=college.reminder_days),
    }
