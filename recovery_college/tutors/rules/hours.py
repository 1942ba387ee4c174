"""A tutor's month in hours: what counts as what, what is paid, and when they can confirm it.

A month is its first day, on the college's wall clock. Money is not the college's to know: there
are minutes here, and no rates.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from recovery_college.clock import in_london, london_instant
from recovery_college.errors import Refusal
from recovery_college.formatting import count
from recovery_college.tutors.rules import Work
from recovery_college.tutors.rules.limits import hours

LONGEST_WORK = 24 * 60  # minutes, of one entry
FIRST_YEAR, LAST_YEAR = 2000, 2200


class Counted(StrEnum):
    """What a line of a month counts as. Only what is planned is still to come."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    PREPARATION = "preparation"
    DEBRIEF = "debrief"
    MEETINGS = "meetings"
    CANCELLED_LATE = "cancelled_late"
    TRAVEL = "travel"
    OTHER = "other"

    @property
    def label(self) -> str:
        return COUNTED[self]


COUNTED = {
    Counted.PLANNED: "Still to come",
    Counted.DELIVERED: "Sessions",
    Counted.PREPARATION: "Preparing sessions",
    Counted.DEBRIEF: "Talking sessions over",
    Counted.MEETINGS: "Meetings and panels",
    Counted.CANCELLED_LATE: "Sessions called off late",
    Counted.TRAVEL: "Travel",
    Counted.OTHER: "Something else",
}
DONE = tuple(kind for kind in Counted if kind is not Counted.PLANNED)
COUNTS_AS = {
    Work.MEETING: Counted.MEETINGS,
    Work.PANEL: Counted.MEETINGS,
    Work.TRAVEL: Counted.TRAVEL,
    Work.OTHER: Counted.OTHER,
}


class MonthConfirmed(Refusal):
    """The month stands as it was confirmed."""

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(
            "You have confirmed the hours of this month already. To change something, ask the "
            "office to open it again.",
            field=field,
        )


class MonthNotOver(Refusal):
    """Something may still come."""


class ConfirmedAnew(Refusal):
    """It is no longer what was looked through."""

    def __init__(self) -> None:
        super().__init__(
            "These hours were opened and confirmed anew since you looked. Look through them again."
        )


class OwnHours(Refusal):
    """Nobody approves their own."""

    def __init__(self) -> None:
        super().__init__("These are your own hours. Another manager approves them.")


@dataclass(frozen=True)
class Taught:
    """A session that a tutor has accepted, in whatever part: who only learns was there too."""

    delivery_id: int
    what: str
    starts_at: datetime
    ends_at: datetime
    is_meeting: bool = False  # of the pair, without students
    is_off: bool = False
    called_off_at: datetime | None = None
    released: bool = False
    place: str = ""

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


@dataclass(frozen=True)
class Written:
    """Work that a tutor wrote down besides."""

    id: int
    day: date
    kind: Work
    minutes: int
    words: str = ""


@dataclass(frozen=True)
class Terms:
    """What else decides: the tutor's own minutes for each session, and the college's rule."""

    prepare_minutes: int
    debrief_minutes: int
    late_cancel_hours: int


@dataclass(frozen=True)
class Line:
    """Some minutes of one day. What is `released` is time that an employer gives: not paid here.

    The ids lead to what it came from, while the month is open.
    """

    day: date
    what: str
    kind: Counted
    minutes: int
    released: bool = False
    delivery_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True)
class Month:
    """The lines in order, and what they come to, in minutes."""

    first: date
    lines: Sequence[Line]

    @property
    def by_kind(self) -> Counter[Counted]:
        """Without what is released; what is planned is among it."""
        found: Counter[Counted] = Counter()
        for line in self.lines:
            found[line.kind] += 0 if line.released else line.minutes
        return found

    @property
    def paid(self) -> int:
        return sum(self.by_kind[kind] for kind in DONE)

    @property
    def released(self) -> int:
        """Of what is done; what is released and to come is in neither sum."""
        done = (each for each in self.lines if each.kind is not Counted.PLANNED)
        return sum(each.minutes for each in done if each.released)

    @property
    def planned(self) -> int:
        """All that is to come, released or not."""
        return sum(each.minutes for each in self.lines if each.kind is Counted.PLANNED)

    @property
    def whole(self) -> int:
        """Done and to come, paid or released: what stands beside the tutor's own cap.

        Their limits count the same when they are asked: a session is a session, whoever pays it.
        """
        return sum(each.minutes for each in self.lines)


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    return month_after(month) - timedelta(days=1)


def in_address(month: date) -> str:
    """As in: 2027-01."""
    return f"{month:%Y-%m}"


def month_asked(typed: str, otherwise: date) -> date:
    """The month that an address asks for; nonsense is the month of that other day."""
    try:
        asked = datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        return month_of(otherwise)
    return asked if FIRST_YEAR <= asked.year < LAST_YEAR else month_of(otherwise)


def bounds(month: date) -> tuple[datetime, datetime]:
    """The instants when it begins and when the next one does."""
    return london_instant(month, time()), london_instant(month_after(month), time())


def month_made_of(
    month: date,
    taught: Iterable[Taught],
    written: Iterable[Written],
    terms: Terms,
    now: datetime,
) -> Month:
    """Everything of that month, day by day. All that comes in is of it already."""
    sessions = [line for each in taught for line in _lines_of(each, terms, now)]
    besides = [_line_of(each) for each in written]
    return Month(month, sorted([*sessions, *besides], key=lambda line: line.day))


def kept_form(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """As a confirmed sheet keeps them."""
    return [
        {
            "day": line.day.isoformat(),
            "what": line.what,
            "kind": line.kind.value,
            "minutes": line.minutes,
            "released": line.released,
        }
        for line in lines
    ]


def month_kept(month: date, kept: Iterable[Mapping[str, Any]]) -> Month:
    """A confirmed sheet's lines, read back."""
    return Month(
        month,
        [
            Line(
                date.fromisoformat(line["day"]),
                line["what"],
                Counted(line["kind"]),
                line["minutes"],
                line["released"],
            )
            for line in kept
        ],
    )


def beside_cap(minutes: int, hours_a_month: int) -> str:
    """As in: 18 of 20 hours; 18 hours 30 minutes of 20 hours."""
    most = count(hours_a_month, "hour")
    return f"{minutes // 60} of {most}" if minutes % 60 == 0 else f"{hours(minutes)} of {most}"


def check_work(day: date, minutes: int, today: date) -> None:
    if day > today:
        raise Refusal(
            "This day is yet to come. Write the work down when you have done it.",
            field="worked_on",
        )
    if not 0 < minutes <= LONGEST_WORK:
        raise Refusal("Say how long it took, up to 24 hours.", field="hours")


def check_confirmable(month: Month, today: date) -> None:
    """Its last day has come, nothing is still to come, and there is something to confirm."""
    last = last_day(month.first)
    if today < last:
        raise MonthNotOver(f"{month.first:%B} is not over. You can confirm it from {_said(last)}.")
    to_come = [each.day for each in month.lines if each.kind is Counted.PLANNED]
    if to_come:
        raise MonthNotOver(
            f"You still have something to come on {_said(to_come[0])}. Confirm the month after it."
        )
    if not month.lines:
        raise Refusal(f"There are no hours in {month.first:%B}, so there is nothing to confirm.")


def _lines_of(taught: Taught, terms: Terms, now: datetime) -> Iterator[Line]:
    def line(kind: Counted, minutes: int) -> Line:
        day, of = in_london(taught.starts_at).date(), taught.delivery_id
        return Line(day, taught.what, kind, minutes, taught.released, delivery_id=of)

    if taught.is_off:
        if _is_late(taught, terms):
            yield line(Counted.CANCELLED_LATE, taught.minutes)
        return
    begun = taught.starts_at <= now
    beside = (
        (Counted.PREPARATION, terms.prepare_minutes),
        (Counted.DEBRIEF, terms.debrief_minutes),
    )
    done = Counted.MEETINGS if taught.is_meeting else Counted.DELIVERED
    yield line(done if begun else Counted.PLANNED, taught.minutes)
    for kind, minutes in () if taught.is_meeting else beside:
        if minutes:
            yield line(kind if begun else Counted.PLANNED, minutes)


def _line_of(written: Written) -> Line:
    what = written.words or written.kind.label
    return Line(written.day, what, COUNTS_AS[written.kind], written.minutes, entry_id=written.id)


def _is_late(taught: Taught, terms: Terms) -> bool:
    """Called off so late that the time was kept free for nothing."""
    latest = taught.starts_at - timedelta(hours=terms.late_cancel_hours)
    return taught.called_off_at is not None and taught.called_off_at > latest


def _said(day: date) -> str:
    return f"{day.day} {day:%B}"
