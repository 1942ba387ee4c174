"""A tutor's hours: work that they write down, and what a manager does with a confirmed month."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, changes, print_of
from recovery_college.tutors import notices, queries
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import HoursSheet, Tutor, WorkEntry
from recovery_college.tutors.rules import Work
from recovery_college.tutors.rules import hours as rules

WORK = ("work",)


@dataclass(frozen=True)
class Entry:
    """As a form shows it: so many hours and so many minutes."""

    worked_on: date
    kind: Work
    hours: int | None = None
    minutes: int | None = None
    words: str = ""

    @property
    def in_minutes(self) -> int:
        return (self.hours or 0) * 60 + (self.minutes or 0)


def entry_of(row: WorkEntry) -> Entry:
    hours, minutes = divmod(row.minutes, 60)
    return Entry(row.worked_on, row.kind, hours, minutes, row.words)


def write_down(person: Person, entry: Entry) -> WorkEntry:
    """Work besides sessions, on a day that has come, in a month that is open."""
    now = clock.now()
    with transaction():
        hold(person)
        tutor, today = as_tutor(person), clock.in_london(now).date()
        rules.check_work(entry.worked_on, entry.in_minutes, today)
        _check_open(tutor, entry.worked_on)
        row = WorkEntry(
            tutor_id=tutor.id,
            worked_on=entry.worked_on,
            kind=entry.kind,
            minutes=entry.in_minutes,
            words=entry.words,
        )
        db.session.add(row)
        audit.record(person, "changed", person, fields=WORK, at=now)
    return row


def change_entry(person: Person, row: WorkEntry, edit: Edit) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        tutor, today = as_tutor(person), clock.in_london(now).date()
        changed = changes(entry_of(row), edit)
        entry = Entry(**cast(dict[str, Any], edit.values))
        rules.check_work(entry.worked_on, entry.in_minutes, today)
        _check_open(tutor, row.worked_on)
        _check_open(tutor, entry.worked_on)
        row.worked_on, row.kind = entry.worked_on, entry.kind
        row.minutes, row.words = entry.in_minutes, entry.words
        if changed:
            audit.record(person, "changed", person, fields=WORK, at=now)


def remove_entry(person: Person, row: WorkEntry) -> None:
    now = clock.now()
    with transaction():
        hold(person)
        _check_open(as_tutor(person), row.worked_on)
        db.session.delete(row)
        audit.record(person, "changed", person, fields=WORK, at=now)


def approve_month(actor: Person, sheet: HoursSheet, *, seen: str) -> None:
    """For payroll, as it was `seen`, which is a print of when it was confirmed.

    Nobody approves their own; what is approved stays so, however often somebody presses.
    """
    now = clock.now()
    with transaction():
        person = _hold(sheet)
        if person.id == actor.id:
            raise rules.OwnHours
        if print_of(sheet.confirmed_at) != seen:
            raise rules.ConfirmedAnew
        if sheet.approved_at is None:
            sheet.approved_at, sheet.approved_by_id = now, actor.id
            audit.record(actor, "approved the hours of", person, fields=_which(sheet), at=now)


def open_month(actor: Person, sheet: HoursSheet) -> None:
    """It is the tutor's to change and to confirm again, and they are told."""
    now = clock.now()
    with transaction():
        person = _hold(sheet)
        audit.record(actor, "opened again the hours of", person, fields=_which(sheet), at=now)
        notices.month_opened(sheet.tutor, sheet.month, now)
        db.session.delete(sheet)


def approved_for_payroll(actor: Person, month: date) -> list[HoursSheet]:
    """The approved sheets of a month, on their way out of the office: the trail says so."""
    now = clock.now()
    with transaction():
        found = [each for each in queries.sheets_of(month) if each.approved_at is not None]
        audit.record(actor, "exported", "hours", fields=(rules.in_address(month),), at=now)
    return found


def check_open(tutor: Tutor, day: date, *, field: str | None = None) -> None:
    """The month of that day has not been confirmed; inside a transaction that holds them."""
    if queries.sheet_of(tutor, rules.month_of(day)) is not None:
        raise rules.MonthConfirmed(field=field)


def _check_open(tutor: Tutor, day: date) -> None:
    check_open(tutor, day, field="worked_on")


def _hold(sheet: HoursSheet) -> Person:
    """Their person is what everybody waits for; the sheet is read again behind it."""
    person = sheet.tutor.person
    hold(person)
    db.session.expire(sheet)
    return person


def _which(sheet: HoursSheet) -> tuple[str, ...]:
    """The trail names the month, for an opened sheet is gone."""
    return (rules.in_address(sheet.month),)
