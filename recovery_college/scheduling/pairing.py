"""Which sessions lack a half of their pair, which runs wait to be published, a tutor's week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, Subquery, case, func, select, text
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.scheduling.models import Delivery, Room, Run, Session, Term
from recovery_college.scheduling.rules import DeliveryState, RunState
from recovery_college.tutors.models import Tutor

# Written out, so that either database sees that its partial index fits.
UNPAIRED = text("NOT session.paired AND session.state = 'planned' AND session.kind = 'teaching'")
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
    late = func.coalesce(Session.pair_by_on, today) < today
    found = (
        select(Session.id, Session.run_id, Session.starts_at, Session.pair_by_on)
        .add_columns(late.label("late"))
        .add_columns(
            func.count().over().label("total"),
            func.sum(case((late, 1), else_=0)).over().label("late_in_all"),
        )
        .join_from(Session, Run)
        .where(Run.state == RunState.PUBLISHED, UNPAIRED, Session.starts_at > now)
        .order_by(case((late, 0), else_=1), Session.starts_at, Session.id)
        .limit(most)
        .subquery()
    )
    asked = (
        select(found.c.id.label("session_id"), Course.title, found.c.starts_at)
        .add_columns(found.c.pair_by_on, found.c.total, found.c.late_in_all.label("late"))
        .add_columns(
            _confirmed(found, Side.LIVED).label("lived"),
            _confirmed(found, Side.PROFESSIONAL).label("professional"),
        )
        .join_from(found, Run, Run.id == found.c.run_id)
        .join(Course)
        .order_by(case((found.c.late, 0), else_=1), found.c.starts_at, found.c.id)
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


def _confirmed(sessions: Subquery, side: Side) -> ScalarSelect[str]:
    return (
        select(func.min(Person.name))
        .join_from(Delivery, Tutor)
        .join(Person, Tutor.person_id == Person.id)
        .where(
            Delivery.session_id == sessions.c.id,
            Delivery.state == DeliveryState.ACCEPTED,
            Delivery.side == side,
            Delivery.shadowing.is_(False),
        )
        .scalar_subquery()
    )
