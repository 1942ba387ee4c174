"""A month of hours in words: for its tutor, for the office, and for a line manager."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from recovery_college.accounts.models import Person
from recovery_college.clock import in_london
from recovery_college.college.rules import College
from recovery_college.editing import print_of
from recovery_college.errors import Refusal
from recovery_college.formatting import capital, count, day, listed, short_day, times
from recovery_college.scheduling.worked import month_of_tutor, months_of_tutors
from recovery_college.tutors.models import HoursSheet, Tutor
from recovery_college.tutors.queries import sheet_of, sheets_of
from recovery_college.tutors.rules.hours import (
    DONE,
    Counted,
    Line,
    Month,
    Taught,
    beside_cap,
    check_confirmable,
    in_address,
    month_after,
    month_before,
    month_kept,
)
from recovery_college.tutors.rules.limits import hours

PARTS = {
    Counted.PLANNED: "{} still to come",
    Counted.DELIVERED: "{}",
    Counted.PREPARATION: "{} to prepare",
    Counted.DEBRIEF: "{} to talk it over",
    Counted.MEETINGS: "{} of meetings and panels",
    Counted.CANCELLED_LATE: "{}, called off late",
    Counted.TRAVEL: "{} of travel",
    Counted.OTHER: "{} of something else",
}


@dataclass(frozen=True)
class Around:
    """A month and its two neighbours: as they stand in an address, and as they are called."""

    key: str
    name: str
    before: str
    name_before: str
    after: str
    name_after: str


@dataclass(frozen=True)
class Row:
    """A session with all that goes with it, or something that was written down."""

    day: str
    what: str
    words: str
    released: bool
    delivery_id: int | None
    entry_id: int | None


@dataclass(frozen=True)
class Shown:
    """A month as a page shows it. `totals` are what is counted and how much; the last is for pay.

    `beside` is what is not paid here, or not yet, and how it stands beside the tutor's own cap.
    """

    month: Month
    rows: list[Row]
    totals: list[tuple[str, str]]
    beside: list[tuple[str, str]]


@dataclass(frozen=True)
class OwnMonth:
    """`not_yet` says why it can't be confirmed; nothing, if it can."""

    shown: Shown
    sheet: HoursSheet | None
    state: str
    not_yet: str


@dataclass(frozen=True)
class TutorMonth:
    """A tutor's month in the office's list. Who reads it never approves their own.

    `seen` goes back with an approval, so that nobody approves what they did not see.
    """

    name: str
    words: str
    state: str
    sheet: HoursSheet | None
    to_approve: bool
    seen: str


@dataclass(frozen=True)
class Time:
    """When somebody is away from their other work, and where."""

    day: str
    hours: str
    place: str


def around(month: date) -> Around:
    one, other = month_before(month), month_after(month)
    return Around(
        *(pair for each in (month, one, other) for pair in (in_address(each), named(each)))
    )


def named(month: date) -> str:
    """As in: January 2027."""
    return f"{month:%B %Y}"


def own_month(tutor: Tutor | None, month: date, college: College, now: datetime) -> OwnMonth:
    """As it was confirmed; or, while it is open, as it stands."""
    sheet, cap = sheet_of(tutor, month), tutor.hours_a_month if tutor else None
    if sheet is not None:
        return OwnMonth(shown(month_kept(month, sheet.lines), cap), sheet, state_of(sheet), "")
    made = month_of_tutor(tutor, month, college, now) if tutor else Month(month, [])
    return OwnMonth(shown(made, cap), None, state_of(None), _why_not(made, in_london(now).date()))


def months_for_office(
    viewer: Person, month: date, college: College, now: datetime
) -> list[TutorMonth]:
    """Everybody who has something in that month, by name."""
    sheets = {sheet.tutor: sheet for sheet in sheets_of(month)}
    months = months_of_tutors(month, college, now)
    months = {tutor: made for tutor, made in months.items() if made.lines}
    kept = {tutor: month_kept(month, sheet.lines) for tutor, sheet in sheets.items()}
    by_name = sorted({**months, **kept}.items(), key=lambda pair: (pair[0].person.name, pair[0].id))
    return [_for_office(viewer, tutor, made, sheets.get(tutor)) for tutor, made in by_name]


def shown(month: Month, hours_a_month: int | None = None) -> Shown:
    return Shown(
        month, list(_rows(month.lines)), list(_totals(month)), list(_beside(month, hours_a_month))
    )


def state_of(sheet: HoursSheet | None) -> str:
    if sheet is None:
        return "Not confirmed yet"
    if sheet.approved_at is None:
        return f"Confirmed on {short_day(sheet.confirmed_at)}, not approved yet"
    by = f" by {sheet.approved_by.name}" if sheet.approved_by else ""
    return f"Approved on {short_day(sheet.approved_at)}{by}"


def times_of(released: Sequence[Taught]) -> list[Time]:
    """For a line manager: when and where, and nothing of what or why."""
    return [
        Time(day(each.starts_at), times(each.starts_at, each.ends_at), each.place)
        for each in released
    ]


def altogether(released: Sequence[Taught]) -> str:
    """As in: 2 times, 4 hours altogether."""
    minutes = sum(each.minutes for each in released)
    return f"{count(len(released), 'time')}, {hours(minutes)} altogether"


def _why_not(month: Month, today: date) -> str:
    try:
        check_confirmable(month, today)
    except Refusal as refusal:
        return refusal.message
    return ""


def _for_office(viewer: Person, tutor: Tutor, month: Month, sheet: HoursSheet | None) -> TutorMonth:
    waits = sheet is not None and sheet.approved_at is None
    return TutorMonth(
        tutor.person.name,
        capital(listed(list(_in_a_line(month)))),
        state_of(sheet),
        sheet,
        to_approve=waits and tutor.person_id != viewer.id,
        seen=print_of(sheet.confirmed_at) if sheet else "",
    )


def _in_a_line(month: Month) -> Iterator[str]:
    yield f"{hours(month.paid)} for pay"
    if month.released:
        yield f"{hours(month.released)} of released time"
    if month.planned:
        yield f"{hours(month.planned)} still to come"


def _rows(lines: Sequence[Line]) -> Iterator[Row]:
    def same(line: Line) -> tuple[object, ...]:
        return line.day, line.what, line.released, line.delivery_id, line.entry_id

    for _, group in groupby(lines, key=same):
        parts = list(group)
        first = parts[0]
        words = ", ".join(_parts(parts)) + (", released time" if first.released else "")
        yield Row(
            day(first.day), first.what, words, first.released, first.delivery_id, first.entry_id
        )


def _parts(parts: Sequence[Line]) -> Iterator[str]:
    """What is to come is one sum."""
    for kind, group in groupby(parts, key=lambda line: line.kind):
        yield PARTS[kind].format(hours(sum(each.minutes for each in group)))


def _totals(month: Month) -> Iterator[tuple[str, str]]:
    for kind in DONE:
        if month.by_kind[kind]:
            yield kind.label, hours(month.by_kind[kind])
    yield "Altogether, for pay", hours(month.paid)


def _beside(month: Month, hours_a_month: int | None) -> Iterator[tuple[str, str]]:
    if month.released:
        yield "Released time, not paid here", hours(month.released)
    if month.planned:
        yield Counted.PLANNED.label, hours(month.planned)
    if hours_a_month is not None:
        yield "Of the hours that I want at most", beside_cap(month.whole, hours_a_month)
