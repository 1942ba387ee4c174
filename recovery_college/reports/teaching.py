"""Who really taught, who was asked, who was looked for: a statement each, whatever the size.

Each counts by term those of `Filters.terms`, or everything as term 0.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, literal, or_, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import TutorMark
from recovery_college.attendance.rules import TEACHING
from recovery_college.attendance.tally import SessionTally
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.reports.queries import MINUTES, has_run, in_report
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Requests, Searches
from recovery_college.scheduling.models import CoverCall, Delivery, Room, Run, Session
from recovery_college.scheduling.rules import CoverState, DeliveryState
from recovery_college.tutors.models import Tutor

YES = (DeliveryState.ACCEPTED, DeliveryState.STEPPED_BACK, DeliveryState.COVERED)


@dataclass(frozen=True)
class Load:
    """What one tutor taught on one side, as registers mark it."""

    tutor_id: int
    name: str
    side: Side
    sessions: int
    minutes: int


def loads(filters: Filters, now: datetime) -> dict[int, list[Load]]:
    """Of each term, by name. Together their time is that of the sessions."""
    marked: Any = (
        select(_term(filters), TutorMark.tutor_id, TutorMark.side)
        .add_columns(func.count().label("sessions"), func.sum(MINUTES).label("minutes"))
        .select_from(TutorMark)
        .join(Session, TutorMark.session_id == Session.id)
        .where(TutorMark.stands, TutorMark.state.in_(TEACHING), has_run(now))
        .group_by(TutorMark.tutor_id, TutorMark.side)
    )
    each = _within(marked, filters).subquery().c
    asked = (
        select(each.term, Tutor.id, Person.name, each.side, each.sessions, each.minutes)
        .join(Tutor, each.tutor_id == Tutor.id)
        .join(Person, Tutor.person_id == Person.id)
        .order_by(Person.name, Tutor.id, each.side)
    )
    found: dict[int, list[Load]] = defaultdict(list)
    for term, *row in db.session.execute(asked):
        found[term].append(Load(*row))
    return found


def requests(filters: Filters, now: datetime) -> dict[int, dict[Side, Requests]]:
    """Who only learns there is not counted."""
    asked, late = (
        Delivery.state == DeliveryState.ASKED,
        or_(Delivery.answer_by <= now, Delivery.starts_at <= now),
    )
    columns = {
        "yes": Delivery.state.in_(YES),
        "no": Delivery.state == DeliveryState.DECLINED,
        "taken_back": Delivery.state == DeliveryState.STOOD_DOWN,
        "in_time": and_(asked, case((late, False), else_=True)),
        "unanswered": and_(asked, late),
    }
    counted = (
        select(_term(filters), Delivery.side, *_counts(columns))
        .join(Session, Delivery.session_id == Session.id)
        .where(Delivery.asked_at.is_not(None), ~Delivery.shadowing)
        .group_by(Delivery.side)
    )
    found: dict[int, dict[Side, Requests]] = defaultdict(dict)
    for term, side, *counts in db.session.execute(_within(counted, filters)):
        found[term][side] = Requests(*counts)
    return found


def searches(filters: Filters) -> dict[int, dict[Side, Searches]]:
    columns = {
        "found": CoverCall.state == CoverState.FILLED,
        "not_found": CoverCall.state == CoverState.GIVEN_UP,
        "going_on": CoverCall.state == CoverState.OPEN,
        "not_needed": CoverCall.state == CoverState.CLOSED,
    }
    counted = (
        select(_term(filters), CoverCall.side, *_counts(columns))
        .join(Session, CoverCall.session_id == Session.id)
        .group_by(CoverCall.side)
    )
    found: dict[int, dict[Side, Searches]] = defaultdict(dict)
    for term, side, *counts in db.session.execute(_within(counted, filters)):
        found[term][side] = Searches(*counts)
    return found


def reasons(filters: Filters, now: datetime) -> dict[int, dict[str, int]]:
    """Why sessions were without both tutors, and of how many nobody has said why ("")."""
    counted: Any = select(_term(filters), Session.alone_reason, func.count())
    asked = _without_both(counted.select_from(Session), now).group_by(Session.alone_reason)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for term, reason, number in db.session.execute(_within(asked, filters)):
        found[term][reason] = number
    return found


def sessions_without_both(filters: Filters, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """The newest first: promised to one side alone, or marked as taught by one alone."""
    one = SessionTally
    asked: Select[Any] = (
        select(Session.id, Session.starts_at, Session.paired, Session.alone_reason, Course.title)
        .add_columns(one.lived, one.professional, func.coalesce(one.tutors, 0).label("tutors"))
        .select_from(Session)
    )
    found = _within(_without_both(asked, now), filters)
    newest = found.order_by(Session.starts_at.desc(), Session.id.desc()).limit(most)
    return db.session.execute(newest).all()


def _without_both(asked: Select[Any], now: datetime) -> Select[Any]:
    one = SessionTally
    marked_alone = and_(one.tutors > 0, or_(one.lived == 0, one.professional == 0))
    beside = asked.outerjoin(one, one.session_id == Session.id)
    return beside.where(has_run(now), or_(~Session.paired, marked_alone))


def _counts(columns: Mapping[str, Any]) -> list[Any]:
    return [func.sum(case((which, 1), else_=0)).label(name) for name, which in columns.items()]


def _term(filters: Filters) -> Any:
    """What `_within` tells apart, if there is more than one."""
    return (Run.term_id if filters.beside else literal(filters.term)).label("term")


def _within(asked: Select[Any], filters: Filters) -> Select[Any]:
    if filters.beside:
        asked = asked.group_by(Run.term_id)
    return (
        asked.join(Run, Session.run_id == Run.id)
        .join(Course, Run.course_id == Course.id)
        .outerjoin(Room, Session.room_id == Room.id)
        .where(*in_report(filters))
    )
