"""What a register reads, in a constant number of statements: who is on it, and what stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import Mark, TutorMark, Welcome
from recovery_college.attendance.rules import MarkState, TutorState, pair_may_take
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment, EnrolmentStep, NotComing
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.needs import beside
from recovery_college.enrolment.rules.why import Why
from recovery_college.enrolment.teaching import ended
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Room, Run, Session
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.tutors.models import Tutor

COMING = (State.CONFIRMED, State.COMPLETED)
LEFT = (State.GIVEN_UP, State.CANCELLED)


class Who(NamedTuple):
    """Whose line it is: of a place (e), of a welcome (w), of a tutor (t)."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}{self.id}"


@dataclass(frozen=True)
class Line:
    """Somebody on a register. `by` is who said what stands; `told_at` when they told us ahead."""

    who: Who
    person_id: int | None
    restricted_to_id: int | None
    name: str
    pronouns: str
    needs: str
    supporter: bool
    has_left: bool
    told_at: datetime | None
    state: MarkState | None
    minutes: int | None
    marked_at: datetime | None
    by_id: int | None
    by: str


@dataclass(frozen=True)
class TutorLine:
    """A tutor of a session; `stood_in` is that they had not promised it."""

    who: Who
    name: str
    goes_by: str
    side: Side
    stood_in: bool
    state: TutorState | None
    by_id: int | None
    by: str


def session_of_pair(person: Person, session_id: int, now: datetime) -> Session:
    """One that they are half of, from 30 minutes before it to 7 days after; else not there."""
    found = db.session.scalar(_session().where(*_are_of_pair(person)), {"id": session_id})
    if found is None or found.state is SessionState.CANCELLED:
        raise NotFound
    if not pair_may_take(found.starts_at, found.ends_at, now):
        raise NotFound
    return found


def session_of_office(session_id: int) -> Session:
    found = db.session.scalar(_session(), {"id": session_id})
    if found is None:
        raise NotFound
    return found


@lru_cache
def _session() -> Select[Session]:
    by_id = Session.id == bindparam("id")
    return select(Session).where(by_id, Session.kind == SessionKind.TEACHING).options(*_whole())


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(Session.run).joinedload(Run.course),
        joinedload(Session.room).joinedload(Room.venue),
        selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
    )


def _are_of_pair(person: Person) -> tuple[ColumnElement[bool], ...]:
    theirs = (
        exists()
        .where(Delivery.session_id == Session.id, Delivery.tutor_id == Tutor.id)
        .where(Tutor.person_id == person.id, ~Delivery.shadowing)
        .where(Delivery.state == DeliveryState.ACCEPTED)
    )
    return theirs, Session.kind == SessionKind.TEACHING


def sessions_at_hand(person: Person, since: datetime, until: datetime) -> Sequence[Session]:
    """Those that begin between two moments of which they are half: for a phone without signal."""
    asked = select(Session).where(*_are_of_pair(person)).options(*_whole())
    between = (Session.starts_at >= since, Session.starts_at < until, Session.live)
    return db.session.scalars(asked.where(*between).order_by(Session.starts_at)).all()


def lines_of(session: Session) -> list[Line]:
    """Those with a place by first name then last, and then those who were welcomed without."""
    return lines_of_each([session])[session.id]


def lines_of_each(sessions: Collection[Session]) -> dict[int, list[Line]]:
    """Of several sessions, in two statements."""
    found: dict[int, list[Line]] = {each.id: [] for each in sessions}
    asked = {"sessions": list(found)}
    for kind, rows in (("e", _placed()), ("w", _welcomed())):
        for row in db.session.execute(rows, asked):
            found[row.session_id].append(_line(kind, row))
    return found


def _line(kind: str, row: Row[Any]) -> Line:
    return Line(
        who=Who(kind, row.id),
        person_id=row.person_id,
        restricted_to_id=row.restricted_to_id,
        name=row.name or "",
        pronouns=row.pronouns or "",
        needs=beside(row.needs or "", row.settled, row.how),
        supporter=bool(row.supporter),
        has_left=bool(row.has_left),
        told_at=row.told_at,
        state=row.state,
        minutes=row.minutes,
        marked_at=row.marked_at,
        by_id=row.by_id,
        by=row.by or "",
    )


def _standing(mark: type[Mark]) -> tuple[Any, ...]:
    return mark.state, mark.minutes, mark.marked_at, mark.by_id


@lru_cache
def _placed() -> Select[*tuple[Any, ...]]:
    by = aliased(Person)
    mine = and_(Mark.enrolment_id == Enrolment.id, Mark.session_id == Session.id, Mark.stands)
    told = and_(NotComing.enrolment_id == Enrolment.id, NotComing.session_id == Session.id)
    both = Person.called + " (" + Person.name + ")"
    called = case((Person.called != "", both), else_=Person.name)
    return (
        select(Enrolment.id, Enrolment.person_id, Person.restricted_to_id, called.label("name"))
        .add_columns(Person.pronouns, case((Person.needs_shared, Person.needs)).label("needs"))
        .add_columns(Enrolment.with_supporter.label("supporter"), Session.id.label("session_id"))
        .add_columns(Enrolment.state.not_in(COMING).label("has_left"), NotComing.told_at)
        .add_columns(Adjustment.state.label("settled"), Adjustment.how)
        .add_columns(*_standing(Mark), by.name.label("by"))
        .join_from(Enrolment, Session, Session.run_id == Enrolment.run_id)
        .outerjoin(Person, Enrolment.person_id == Person.id)
        .outerjoin(Mark, mine)
        .outerjoin(NotComing, told)
        .outerjoin(Adjustment, ended())
        .outerjoin(by, Mark.by_id == by.id)
        .where(Session.id.in_(bindparam("sessions", expanding=True)))
        .where(or_(Mark.id.is_not(None), _had_a_place()))
        .order_by(func.lower(Person.name), Enrolment.id)
    )


def _had_a_place() -> ColumnElement[bool]:
    """When it began, or took it while it went on; a workbook does not say since when."""
    step = exists().where(EnrolmentStep.enrolment_id == Enrolment.id)
    in_time = or_(EnrolmentStep.at < Session.ends_at, EnrolmentStep.why == Why.WORKBOOK)
    got = step.where(EnrolmentStep.state == State.CONFIRMED, in_time)
    left = step.where(EnrolmentStep.state.in_(LEFT), EnrolmentStep.at >= Session.starts_at)
    return and_(got, or_(Enrolment.state.in_(COMING), left))


@lru_cache
def _welcomed() -> Select[*tuple[Any, ...]]:
    by, none = aliased(Person), null()
    named = func.coalesce(Person.name, Welcome.name)
    return (
        select(Welcome.id, Welcome.person_id, Person.restricted_to_id, named.label("name"))
        .add_columns(Person.pronouns, none.label("needs"), none.label("supporter"))
        .add_columns(none.label("has_left"), none.label("told_at"), Welcome.session_id)
        .add_columns(none.label("settled"), none.label("how"))
        .add_columns(*_standing(Mark), by.name.label("by"))
        .outerjoin(Person, Welcome.person_id == Person.id)
        .join(Mark, and_(Mark.welcome_id == Welcome.id, Mark.stands))
        .outerjoin(by, Mark.by_id == by.id)
        .where(Welcome.session_id.in_(bindparam("sessions", expanding=True)))
        .order_by(Welcome.id)
    )


def tutors_of(session: Session) -> list[TutorLine]:
    return tutors_of_each([session])[session.id]


def tutors_of_each(sessions: Collection[Session]) -> dict[int, list[TutorLine]]:
    """The pairs, lived experience first, and then whoever stood in."""
    marks = _tutors_marked([each.id for each in sessions])
    return {each.id: _tutor_lines(each, marks.get(each.id, {})) for each in sessions}


def _tutor_lines(session: Session, marks: Mapping[int, TutorMark]) -> list[TutorLine]:
    promised = {each.tutor_id for each in session.accepted}
    pair = sorted(session.accepted, key=lambda each: (list(Side).index(each.side), each.id))
    lines = [
        _tutor_line(each.tutor, each.side, marks.get(each.tutor_id), stood_in=False)
        for each in pair
    ]
    return lines + [
        _tutor_line(mark.tutor, mark.side, mark, stood_in=True)
        for tutor_id, mark in marks.items()
        if tutor_id not in promised
    ]


def _tutor_line(tutor: Tutor, side: Side, mark: TutorMark | None, *, stood_in: bool) -> TutorLine:
    return TutorLine(
        who=Who("t", tutor.id),
        name=tutor.person.name,
        goes_by=tutor.person.goes_by,
        side=side,
        stood_in=stood_in,
        state=mark.state if mark else None,
        by_id=mark.by_id if mark else None,
        by=mark.by.name if mark and mark.by else "",
    )


def standing_tutors(session: Session) -> dict[int, TutorMark]:
    return _tutors_marked([session.id]).get(session.id, {})


def _tutors_marked(session_ids: Collection[int]) -> dict[int, dict[int, TutorMark]]:
    asked = (
        select(TutorMark)
        .where(TutorMark.session_id.in_(session_ids), TutorMark.stands)
        .options(joinedload(TutorMark.tutor).joinedload(Tutor.person), joinedload(TutorMark.by))
        .order_by(TutorMark.id)
    )
    found: dict[int, dict[int, TutorMark]] = defaultdict(dict)
    for each in db.session.scalars(asked):
        found[each.session_id][each.tutor_id] = each
    return found


def standing_marks(session: Session) -> dict[Who, Mark]:
    found = db.session.scalars(select(Mark).where(Mark.session_id == session.id, Mark.stands))
    return {
        Who("e", each.enrolment_id) if each.enrolment_id else Who("w", each.welcome_id or 0): each
        for each in found
    }


def known_keys(keys: Collection[str]) -> set[str]:
    """Those of presses that have been kept already."""
    if not keys:
        return set()
    marks = db.session.scalars(select(Mark.key).where(Mark.key.in_(keys)))
    tutors = db.session.scalars(select(TutorMark.key).where(TutorMark.key.in_(keys)))
    return {key for key in (*marks, *tutors) if key}


def placed_once(run_id: int, ids: Collection[int]) -> dict[int, State]:
    """Those of this run that ever had a place, and where they stand now."""
    had = exists().where(
        EnrolmentStep.enrolment_id == Enrolment.id, EnrolmentStep.state == State.CONFIRMED
    )
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.state).where(
            Enrolment.run_id == run_id, Enrolment.id.in_(ids), had
        )
    )
    return {row[0]: row[1] for row in rows}


def who_could_stand_in(session: Session) -> list[tuple[int, str]]:
    """Everybody else who teaches, by name."""
    there = [each.tutor_id for each in session.accepted]
    found = (
        select(Tutor.id, Person.name)
        .join(Person, Tutor.person_id == Person.id)
        .where(Tutor.id.not_in(there))
        .order_by(func.lower(Person.name), Tutor.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(found)]


def tutor(id: int) -> Tutor | None:
    return db.session.get(Tutor, id)
