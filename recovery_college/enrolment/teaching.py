"""What those who teach may know of their students: how many, and for the pair who and what helps.

Nothing here reads why anybody comes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, select

from recovery_college.accounts.models import Person
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment, NotComing
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Session

COMING = (State.CONFIRMED, State.COMPLETED)


@dataclass(frozen=True)
class Coming:
    """How many students come to a run, and how many people to support them."""

    students: int = 0
    supporters: int = 0


def coming_to(run_ids: Collection[int]) -> dict[int, Coming]:
    """By run; those to whom nobody comes yet are not there."""
    rows = db.session.connection().execute(_COMING, {"runs": list(run_ids)})
    return {row[0]: Coming(row[1], row[2]) for row in rows}


_COMING = (
    select(Enrolment.run_id, func.count())
    .add_columns(func.sum(case((Enrolment.with_supporter, 1), else_=0)))
    .where(Enrolment.run_id.in_(bindparam("runs", expanding=True)), Enrolment.state.in_(COMING))
    .group_by(Enrolment.run_id)
)


def students_of(session: Session) -> Sequence[Row[Any]]:
    """Each with `name`, `called`, `pronouns`, and `needs` as far as they agree to share it, with
    `settled` and `how` it ended; `told_at` is when they told us that they can't make it.
    """
    told = and_(NotComing.enrolment_id == Enrolment.id, NotComing.session_id == session.id)
    needs = case((Person.needs_shared, Person.needs), else_="").label("needs")
    return db.session.execute(
        select(Person.name, Person.called, Person.pronouns, needs, NotComing.told_at)
        .add_columns(Adjustment.state.label("settled"), Adjustment.how)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Adjustment, ended())
        .outerjoin(NotComing, told)
        .where(Enrolment.run_id == session.run_id, Enrolment.state.in_(COMING))
        .order_by(Person.name, Person.id)
    ).all()


def ended() -> ColumnElement[bool]:
    """What was settled of what they share now."""
    return and_(Adjustment.enrolment_id == Enrolment.id, Adjustment.stands)
