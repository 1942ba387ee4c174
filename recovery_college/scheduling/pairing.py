"""Which sessions lack a half of their pair, which runs wait to be published, a tutor's week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionState
from recovery_college.tutors.models import Tutor

STANDING = (DeliveryState.ASKED, DeliveryState.ACCEPTED)


@dataclass(frozen=True)
class Lacking:
    """Some of the sessions to come that lack a half; how many all are, how many of them late.

    A row has `session_id`, `title`, `starts_at`, `pair_by_on`, and the name of whoever is
    confirmed as `lived` and as `professional`.
    """

    rows: Sequence[Row[Any]]
    total: int
    late: int


def lacking(now: datetime, today: date, *, most: int) -> Lacking:
    """Of published runs: those whose pair-by date has passed first, then by when they meet."""
    lived, professional = _confirmed(Side.LIVED), _confirmed(Side.PROFESSIONAL)
    late = func.coalesce(Session.pair_by_on, today) < today
    asked = (
        select(Session.id.label("session_id"), Course.title, Session.starts_at, Session.pair_by_on)
        .add_columns(lived.label("lived"), professional.label("professional"))
        .add_columns(
            func.count().over().label("total"),
            func.sum(case((late, 1), else_=0)).over().label("late"),
        )
        .join_from(Session, Run)
        .join(Course)
        .outerjoin(Delivery, _accepted())
        .outerjoin(Tutor, Delivery.tutor_id == Tutor.id)
        .outerjoin(Person, Tutor.person_id == Person.id)
        .where(
            Run.state == RunState.PUBLISHED,
            Session.state == SessionState.PLANNED,
            Session.starts_at > now,
        )
        .group_by(Session.id, Course.id)
        .having(or_(lived.is_(None), professional.is_(None)))
        .order_by(case((late, 0), else_=1), Session.starts_at, Session.id)
        .limit(most)
    )
    rows = db.session.execute(asked).all()
    return Lacking(rows, rows[0].total, rows[0].late) if rows else Lacking([], 0, 0)


def drafts(today: date, *, within: timedelta, most: int) -> Sequence[Row[Any]]:
    """Runs that are not in the prospectus, of a term that runs or begins soon."""
    return db.session.execute(
        select(Run.id, Course.title, Run.starts_at)
        .add_columns(Term.name.label("term"), func.count().over().label("total"))
        .join_from(Run, Course)
        .join(Term)
        .where(
            Run.state == RunState.DRAFT,
            Term.starts_on <= today + within,
            Term.ends_on >= today,
        )
        .order_by(Term.starts_on, Run.starts_at, Run.id)
        .limit(most)
    ).all()


def sessions_taught_by(person: Person, since: datetime, *, most: int) -> Sequence[Session]:
    """Those that they have accepted or are asked for, in order, with both halves of the pair."""
    theirs = (
        select(Delivery.session_id)
        .join(Tutor)
        .where(Tutor.person_id == person.id, Delivery.state.in_(STANDING))
    )
    return db.session.scalars(
        select(Session)
        .where(Session.id.in_(theirs), Session.starts_at >= since)
        .options(
            joinedload(Session.run).joinedload(Run.course).joinedload(Course.strand),
            joinedload(Session.room).joinedload(Room.venue),
            selectinload(Session.deliveries).joinedload(Delivery.tutor).joinedload(Tutor.person),
        )
        .order_by(Session.starts_at, Session.id)
        .limit(most)
    ).all()


def _confirmed(side: Side) -> ColumnElement[str]:
    return func.min(case((Delivery.side == side, Person.name)))


def _accepted() -> ColumnElement[bool]:
    return and_(Delivery.session_id == Session.id, Delivery.state == DeliveryState.ACCEPTED)
