"""When a tutor can teach: hours of the week, and days away. Nobody asks why."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, cast

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply
from recovery_college.tutors import queries
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import TutorAway, TutorWindow
from recovery_college.tutors.rules import saying
from recovery_college.tutors.rules.free import Window

WINDOWS, AWAY = ("windows",), ("away",)


@dataclass(frozen=True)
class Hours:
    """The same hours, to be said of several days of the week."""

    starts: time
    ends: time
    from_on: date
    until_on: date | None = None


def add_windows(person: Person, weekdays: Collection[int], hours: Hours) -> None:
    """All of them, or none if one can't be."""
    with transaction():
        hold(person)
        tutor = as_tutor(person)
        for weekday in sorted(weekdays):
            ends = saying.until_end_of_day(hours.ends)
            window = Window(weekday, hours.starts, ends, hours.from_on, hours.until_on)
            saying.check_not_more(len(tutor.windows), saying.MOST_WINDOWS)
            saying.check_window(window, map(queries.window_of, tutor.windows))
            tutor.windows.append(TutorWindow(**vars(window)))
        audit.record(person, "changed", person, fields=WINDOWS, at=clock.now())


def change_window(person: Person, window: TutorWindow, edit: Edit) -> None:
    with transaction():
        hold(person)
        typed = cast(dict[str, Any], edit.values)
        meant = replace(edit, values=typed | {"ends": saying.until_end_of_day(typed["ends"])})
        tutor = as_tutor(person)
        with db.session.no_autoflush:
            changed = apply(window, meant)
            others = (queries.window_of(each) for each in tutor.windows if each is not window)
            saying.check_window(queries.window_of(window), others)
        if changed:
            audit.record(person, "changed", person, fields=WINDOWS, at=clock.now())


def remove_window(person: Person, window: TutorWindow) -> None:
    with transaction():
        hold(person)
        db.session.delete(window)
        audit.record(person, "changed", person, fields=WINDOWS, at=clock.now())


def add_away(person: Person, starts_on: date, ends_on: date | None) -> None:
    """One day, if no last one is said."""
    now = clock.now()
    with transaction():
        hold(person)
        tutor, today = as_tutor(person), clock.in_london(now).date()
        saying.check_away(starts_on, ends_on or starts_on, today)
        saying.check_not_more(len(queries.away_from(tutor, today)), saying.MOST_AWAY)
        db.session.add(
            TutorAway(tutor_id=tutor.id, starts_on=starts_on, ends_on=ends_on or starts_on)
        )
        audit.record(person, "changed", person, fields=AWAY, at=now)


def remove_away(person: Person, away: TutorAway) -> None:
    with transaction():
        hold(person)
        db.session.delete(away)
        audit.record(person, "changed", person, fields=AWAY, at=clock.now())
