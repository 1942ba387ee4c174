"""What others ask about tutors: who they are, what they allow themselves, when they can teach."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person, RoleGiven
from recovery_college.accounts.rules import Role, Side
from recovery_college.clock import in_london
from recovery_college.database import db
from recovery_college.errors import NotFound
from recovery_college.tutors.models import (
    BusyCalendar,
    BusyTime,
    HoursSheet,
    TrainingStep,
    Tutor,
    TutorAway,
    TutorSide,
    TutorWindow,
    WorkEntry,
)
from recovery_college.tutors.rules.free import Availability, Away, Lasting, Stretch, Window
from recovery_college.tutors.rules.hours import Written, month_after
from recovery_college.tutors.rules.limits import Limits

TOGETHER = [joinedload(each) for each in (Tutor.person, Tutor.sides, Tutor.reaches, Tutor.training)]
APART = [selectinload(each) for each in (Tutor.teaches, Tutor.windows)]
M = TypeVar("M", TutorWindow, TutorAway, BusyCalendar, TrainingStep, WorkEntry)


def tutor_of(person: Person) -> Tutor | None:
    """What they teach as, if they have ever said or been told."""
    asked = select(Tutor).where(Tutor.person_id == person.id).options(selectinload(Tutor.windows))
    return db.session.scalar(asked)


def tutor(id: int) -> Tutor:
    """With all that the office decides with them, and what they have said themselves."""
    asked = select(Tutor).where(Tutor.id == id)
    found = db.session.scalars(asked.options(*TOGETHER, *APART)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def own_window(person: Person, id: int) -> TutorWindow:
    return _own(TutorWindow, person, id)


def own_away(person: Person, id: int) -> TutorAway:
    return _own(TutorAway, person, id)


def own_calendar(person: Person, id: int) -> BusyCalendar:
    return _own(BusyCalendar, person, id)


def own_entry(person: Person, id: int) -> WorkEntry:
    return _own(WorkEntry, person, id)


def training_step(tutor: Tutor, id: int) -> TrainingStep:
    found = db.session.get(TrainingStep, id)
    if found is None or found.tutor_id != tutor.id:
        raise NotFound
    return found


def away_from(tutor: Tutor | None, day: date) -> Sequence[TutorAway]:
    """Those that are not over by then."""
    theirs = select(TutorAway).where(TutorAway.tutor_id == (tutor.id if tutor else None))
    return db.session.scalars(
        theirs.where(TutorAway.ends_on >= day).order_by(TutorAway.starts_on, TutorAway.id)
    ).all()


def calendars_of(tutor: Tutor | None) -> Sequence[BusyCalendar]:
    theirs = select(BusyCalendar).where(BusyCalendar.tutor_id == (tutor.id if tutor else None))
    return db.session.scalars(theirs.order_by(BusyCalendar.id)).all()


def calendars_due(now: datetime) -> Sequence[int]:
    """The ids of those that the worker reads now, the longest waiting first."""
    due = select(BusyCalendar.id).where(BusyCalendar.next_read_at <= now)
    return db.session.scalars(due.order_by(BusyCalendar.next_read_at, BusyCalendar.id)).all()


def busy_of(calendar: BusyCalendar) -> list[Stretch]:
    asked = select(BusyTime.starts_at, BusyTime.ends_at).where(BusyTime.calendar_id == calendar.id)
    return [Stretch(*row) for row in db.session.execute(asked.order_by(BusyTime.starts_at))]


_THEIRS: BindParameter[Any] = bindparam("tutors", expanding=True)
_WINDOWS = select(
    TutorWindow.tutor_id,
    TutorWindow.weekday,
    TutorWindow.starts,
    TutorWindow.ends,
    TutorWindow.from_on,
    TutorWindow.until_on,
).where(TutorWindow.tutor_id.in_(_THEIRS))
_AWAY = select(TutorAway.tutor_id, TutorAway.starts_on, TutorAway.ends_on).where(
    TutorAway.tutor_id.in_(_THEIRS),
    TutorAway.starts_on <= bindparam("last"),
    TutorAway.ends_on >= bindparam("first"),
)
_BUSY = select(BusyTime.tutor_id, BusyTime.starts_at, BusyTime.ends_at).where(
    BusyTime.tutor_id.in_(_THEIRS),
    BusyTime.starts_at < bindparam("until"),
    BusyTime.ends_at > bindparam("since"),
)


def availability_of(tutor_ids: Collection[int], between: Lasting) -> dict[int, Availability]:
    """What each of them has said of that time: three questions, however many they are.

    Windows of other times are there too, for whoever has one has said when they can. A calendar
    holds hundreds of times, so rows come as they are, and not by way of the session.
    """
    ask, theirs = db.session.connection().execute, {"tutors": list(tutor_ids)}
    first, last = in_london(between.starts_at).date(), in_london(between.ends_at).date()
    days = theirs | {"first": first, "last": last}
    instants = theirs | {"since": between.starts_at, "until": between.ends_at}
    windows = _by_tutor((row[0], Window(*row[1:])) for row in ask(_WINDOWS, theirs))
    away = _by_tutor((row[0], Away(row[1], row[2])) for row in ask(_AWAY, days))
    busy: dict[int, list[Stretch]] = defaultdict(list)
    for id, starts_at, ends_at in ask(_BUSY, instants).all():
        busy[id].append(Stretch(starts_at, ends_at))
    return {id: Availability(windows[id], away[id], busy[id]) for id in tutor_ids}


def window_of(row: TutorWindow) -> Window:
    """The row as a value, for rules."""
    return Window(row.weekday, row.starts, row.ends, row.from_on, row.until_on)


def limits_of(tutor: Tutor) -> Limits:
    """What they allow themselves, as a value, for rules; `reaches` is loaded."""
    return Limits(
        sessions_a_week=tutor.sessions_a_week,
        sessions_a_term=tutor.sessions_a_term,
        hours_a_month=tutor.hours_a_month,
        gap_minutes=tutor.gap_minutes,
        no_evenings=tutor.no_evenings,
        reaches=frozenset(each.venue_id for each in tutor.reaches),
        minutes_beside=tutor.prepare_minutes + tutor.debrief_minutes,
    )


def written_in(month: date, tutor_id: int | None = None) -> dict[int, list[Written]]:
    """The work that each wrote down for that month, by tutor, in order; or of one tutor only."""
    asked = select(WorkEntry).where(
        WorkEntry.worked_on >= month, WorkEntry.worked_on < month_after(month)
    )
    if tutor_id is not None:
        asked = asked.where(WorkEntry.tutor_id == tutor_id)
    rows = db.session.scalars(asked.order_by(WorkEntry.worked_on, WorkEntry.id))
    return _by_tutor(
        (row.tutor_id, Written(row.id, row.worked_on, row.kind, row.minutes, row.words))
        for row in rows
    )


def sheet_of(tutor: Tutor | None, month: date) -> HoursSheet | None:
    """The month as they confirmed it, if they have."""
    theirs = HoursSheet.tutor_id == (tutor.id if tutor else None)
    return db.session.scalar(select(HoursSheet).where(theirs, HoursSheet.month == month))


def sheet(id: int) -> HoursSheet:
    found = db.session.scalar(_sheets().where(HoursSheet.id == id))
    if found is None:
        raise NotFound
    return found


def sheets_of(month: date) -> Sequence[HoursSheet]:
    """With their tutors, by name."""
    return db.session.scalars(_sheets().where(HoursSheet.month == month)).all()


def named_tutors(ids: Collection[int]) -> Sequence[Tutor]:
    """With their names, in order of them; also who teaches no more."""
    asked = select(Tutor).join(Person, Tutor.person_id == Person.id).where(Tutor.id.in_(ids))
    return db.session.scalars(
        asked.options(joinedload(Tutor.person)).order_by(Person.name, Tutor.id)
    ).all()


def count_tutors(name: str, side: Side | None) -> int:
    asked = _tutors(name, side).order_by(None).subquery()
    return db.session.scalars(select(func.count()).select_from(asked)).one()


def page_of_tutors(name: str, side: Side | None, *, first: int, size: int) -> Sequence[Tutor]:
    """Whose name holds the words and who take the side, by name."""
    return db.session.scalars(
        _tutors(name, side)
        .options(joinedload(Tutor.person), selectinload(Tutor.sides), selectinload(Tutor.teaches))
        .offset(first)
        .limit(size)
    ).all()


def _tutors(name: str, side: Side | None) -> Select[Tutor]:
    """Those who teach now: who has lost the role, or has left, is in the history only."""
    asked = (
        select(Tutor)
        .join(Person, Tutor.person_id == Person.id)
        .join(RoleGiven, RoleGiven.person_id == Person.id)
        .where(RoleGiven.role == Role.TUTOR)
        .where(*(Person.name.icontains(part, autoescape=True) for part in name.split()))
        .order_by(Person.name, Tutor.id)
    )
    if side is not None:
        asked = asked.where(Tutor.id.in_(select(TutorSide.tutor_id).where(TutorSide.side == side)))
    return asked


def _sheets() -> Select[HoursSheet]:
    whole = joinedload(HoursSheet.tutor).joinedload(Tutor.person)
    return (
        select(HoursSheet)
        .join(Tutor, HoursSheet.tutor_id == Tutor.id)
        .join(Person, Tutor.person_id == Person.id)
        .options(whole, joinedload(HoursSheet.approved_by))
        .order_by(Person.name, HoursSheet.id)
    )


def _own(table: type[M], person: Person, id: int) -> M:
    """A row of theirs; anybody else's is not there."""
    found = db.session.scalar(
        select(table)
        .join(Tutor, table.tutor_id == Tutor.id)
        .where(table.id == id, Tutor.person_id == person.id)
    )
    if found is None:
        raise NotFound
    return found


V = TypeVar("V")


def _by_tutor(pairs: Iterable[tuple[int, V]]) -> dict[int, list[V]]:
    made: dict[int, list[V]] = defaultdict(list)
    for id, value in pairs:
        made[id].append(value)
    return made
