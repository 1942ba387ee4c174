"""What of places needs the office just now, as far as one of it may know the people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import seen_by
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.office import HOUR, free_soon
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run, Term


def offers_ending(
    viewer: Person, now: datetime, until: datetime, *, most: int
) -> Sequence[Row[Any]]:
    """Offers that end by then: `name` is empty for a record that the viewer may not open.

    A row has `id`, `run_id`, `name`, `title`, `answer_by`, and how many there are as `total`.
    """
    name = case((seen_by(viewer), Person.name), else_="").label("name")
    return db.session.execute(
        select(Enrolment.id, Enrolment.run_id, name, Course.title, Enrolment.answer_by)
        .add_columns(func.count().over().label("total"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Person, Enrolment.person_id == Person.id)
        .where(
            Enrolment.state == State.OFFERED,
            Enrolment.answer_by > now,
            Enrolment.answer_by <= until,
        )
        .order_by(Enrolment.answer_by, Enrolment.id)
        .limit(most)
    ).all()


def to_phone_out(college: College, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Runs that begin soon, with a place free and somebody who waits for it.

    A row has `id`, `title`, `starts_at`, how many wait as `waiting`, and `total`.
    """
    soon: timedelta = college.last_offer_hours * HOUR
    return db.session.execute(
        select(Run.id, Course.title, Run.starts_at, func.count(Enrolment.id).label("waiting"))
        .add_columns(func.count().over().label("total"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Pool, Enrolment.pool_id == Pool.id)
        .where(*free_soon(now, now + soon))
        .group_by(Run.id, Course.title, Run.starts_at)
        .order_by(Run.starts_at, Run.id)
        .limit(most)
    ).all()


def asked_early(*, most: int) -> Sequence[Row[Any]]:
    """Runs with requests of before the opening, among which lots have yet to be drawn.

    A row has `id`, `title`, `opens_at`, how many asked as `asked`, and `total`.
    """
    opens_at = Term.enrolment_opens_at.label("opens_at")
    return db.session.execute(
        select(Run.id, Course.title, opens_at, func.count(Enrolment.id).label("asked"))
        .add_columns(func.count().over().label("total"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Term, Run.term_id == Term.id)
        .where(Enrolment.state == State.WAITING, Enrolment.lot.is_(None))
        .group_by(Run.id, Course.title, Term.enrolment_opens_at)
        .order_by(Term.enrolment_opens_at, Run.id)
        .limit(most)
    ).all()
