"""When a tutor can teach, in words: by day of the week, days away, and their own calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from recovery_college import formatting
from recovery_college.tutors.commands.calendars import where_from
from recovery_college.tutors.models import BusyCalendar, Tutor, TutorAway
from recovery_college.tutors.rules import saying


@dataclass(frozen=True)
class Line:
    """Something they have said, as it is read; `name` tells it apart from the others."""

    id: int
    words: str
    name: str
    more: str = ""


@dataclass(frozen=True)
class Weekday:
    name: str
    hours: list[Line]


@dataclass(frozen=True)
class Calendar:
    id: int
    name: str
    words: str
    trouble: str
    is_link: bool


def week_of(tutor: Tutor | None, today: date) -> list[Weekday]:
    """All seven days, with what counts today or later."""
    windows = [
        each
        for each in (tutor.windows if tutor else [])
        if each.until_on is None or each.until_on >= today
    ]
    return [
        Weekday(
            name,
            [
                Line(
                    each.id,
                    formatting.capital(saying.hours_in_words(each.starts, each.ends)),
                    f"{name}, {saying.hours_in_words(each.starts, each.ends)}",
                    saying.days_in_words(each.from_on, each.until_on, today),
                )
                for each in windows
                if each.weekday == number
            ],
        )
        for number, name in enumerate(formatting.WEEKDAYS)
    ]


def away_lines(away: Iterable[TutorAway]) -> list[Line]:
    lines = []
    for each in away:
        words = formatting.short_day(each.starts_on)
        if each.ends_on > each.starts_on:
            words += f" to {formatting.short_day(each.ends_on)}"
        lines.append(Line(each.id, words, words))
    return lines


def calendar_lines(calendars: Sequence[BusyCalendar]) -> list[Calendar]:
    return [
        Calendar(
            each.id,
            _called(each),
            _last_read(each),
            each.trouble.label if each.trouble else "",
            each.link is not None,
        )
        for each in calendars
    ]


def _called(calendar: BusyCalendar) -> str:
    if calendar.link is None:
        return f"A file that you sent on {formatting.short_day(calendar.added_at)}"
    return f"A calendar at {where_from(calendar) or 'a link that we can no longer open'}"


def _last_read(calendar: BusyCalendar) -> str:
    if calendar.read_at is None:
        return "Not read yet. It takes a minute."
    return f"Last read {formatting.when(calendar.read_at)}."
