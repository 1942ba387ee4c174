"""The needs that students shared, and how each has ended on each run: see `Adjustment`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, and_, case, func, select, text
from sqlalchemy.orm import contains_eager

from recovery_college.accounts.models import Person
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.needs import Stage, stage_of
from recovery_college.scheduling.models import Run
from recovery_college.scheduling.rules import RunState

NEED_SETTLED = "need_settled:"  # begins the keys of its messages
SHARES = text("person.needs_shared AND person.needs <> ''")  # as its index has it


def adjustment_of(enrolment: Enrolment) -> Adjustment | None:
    return db.session.get(Adjustment, enrolment.id)


def stage_of_need(found: Adjustment | None) -> Stage:
    if found is None:
        return stage_of(None, stands=False, agreed=None)
    return stage_of(found.state, stands=found.stands, agreed=found.agreed)


def count_open_needs(now: datetime) -> int:
    found: int = db.session.scalars(_open(select(func.count(Enrolment.id)), now)).one()
    return found


def page_of_open_needs(now: datetime, *, first: int, size: int) -> Sequence[Any]:
    """Places, those whose run begins soonest first; beside each what was settled before."""
    both: Any = select(Enrolment, Adjustment)
    whole = contains_eager(Enrolment.run).joinedload(Run.course)
    asked = _open(both, now).options(whole, contains_eager(Enrolment.person))
    in_order = asked.order_by(Run.starts_at, Enrolment.id)
    return db.session.execute(in_order.offset(first).limit(size)).all()


def open_needs(now: BindParameter[datetime]) -> Select[*tuple[Any, ...]]:
    """Each with `id`, `run_id`, `title`, and `at` which its run begins."""
    asked: Any = select(Enrolment.id, Enrolment.run_id, Course.title, Run.starts_at.label("at"))
    return _open(asked, now).join(Course, Run.course_id == Course.id)


def _open(asked: Select[Any], now: datetime | BindParameter[datetime]) -> Select[Any]:
    """Of places on runs that are published and not over: shared, and not settled as it stands.

    Those few who share are asked for by themselves, or SQLite would look at all runs to come.
    """
    who = select(Person.id).where(SHARES)
    return (
        asked.select_from(Enrolment)
        .join(Person, Enrolment.person_id == Person.id)
        .join(Run, Enrolment.run_id == Run.id)
        .outerjoin(Adjustment, Adjustment.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id.in_(who), Enrolment.state == State.CONFIRMED)
        .where(Run.state == RunState.PUBLISHED, Run.ends_at > now)
        .where(case((Adjustment.stands, False), else_=True))
    )


def waiting_for_word(person: Person) -> set[int]:
    """Their places on which something is settled, and they have yet to say whether it works."""
    asked = select(Adjustment.enrolment_id).join(Adjustment.enrolment)
    mine = and_(Enrolment.person_id == person.id, Enrolment.state == State.CONFIRMED)
    return set(
        db.session.scalars(asked.where(mine, Adjustment.stands, Adjustment.agreed.is_(None)))
    )
