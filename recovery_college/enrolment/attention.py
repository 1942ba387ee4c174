"""What of places needs the office just now, as far as one of it may know the people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, case, func, literal, select, union_all

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import seen_by
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.office import HOUR, free_soon
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run, Term


class Asks(StrEnum):
    OFFER = "offer"
    NEED = "need"


def of_people(viewer: Person, now: datetime, until: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Offers that end by then, and needs that are not settled: `most` of either kind.

    A row has `kind`, `id`, `run_id`, `title`, `at`, which is when the offer ends or the run begins,
    how many there are of the kind as `total`, and `name`: empty for a record that the viewer may
    not open.
    """
    name = case((seen_by(viewer), Person.name), else_="").label("name")
    kinds = ((Asks.OFFER, _ending(name, now, until)), (Asks.NEED, queries.open_needs(name, now)))
    parts = [_first_of(kind, asked, most) for kind, asked in kinds]
    found = union_all(*(select(each) for each in parts)).subquery()
    return db.session.execute(select(found).order_by(found.c.kind, found.c.at, found.c.id)).all()


def _first_of(kind: Asks, asked: Select[Any], most: int) -> Subquery:
    counted = asked.add_columns(
        literal(kind.value).label("kind"), func.count().over().label("total")
    )
    return counted.order_by("at", Enrolment.id).limit(most).subquery()


def _ending(name: ColumnElement[Any], now: datetime, until: datetime) -> Select[Any]:
    columns = (Enrolment.id, Enrolment.run_id, name, Course.title)
    return (
        select(*columns, Enrolment.answer_by.label("at"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Person, Enrolment.person_id == Person.id)
        .where(
            Enrolment.state == State.OFFERED,
            Enrolment.answer_by > now,
            Enrolment.answer_by <= until,
        )
    )


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
