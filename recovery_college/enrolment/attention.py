"""What of places needs the office just now, as far as one of it may know the people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import VIEWER, seen_by
from recovery_college.clock import in_london, london_instant
from recovery_college.college.rules import College
from recovery_college.courses.models import Course
from recovery_college.database import Instant, db, in_all
from recovery_college.enrolment import queries
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.office import HOUR, free_soon
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.offers import working_days_later
from recovery_college.scheduling.models import Run, Term

Asked = Select[*tuple[Any, ...]]

NOW, OFFERED_UNTIL = bindparam("now", type_=Instant), bindparam("offered_until", type_=Instant)
SOON = bindparam("soon", type_=Instant)
MIDNIGHT, OVER = bindparam("midnight", type_=Instant), bindparam("over", type_=Instant)


class Asks(StrEnum):
    """What it is that a row tells of."""

    EARLY = "early"
    NEED = "need"
    OFF = "off"
    OFFER = "offer"
    PHONE_OUT = "phone_out"


def of_places(viewer: Person, college: College, now: datetime, *, most: int) -> Sequence[Row[Any]]:
    """Offers that end within a working day; needs that are not settled; runs that begin soon, with
    a place free and somebody who waits for it; runs with requests of before the opening, among
    which lots have yet to be drawn; and sessions of today, or of tomorrow, whose students were
    told that they are not happening: `most` of each, in one statement.

    A row has `kind`, `id` of the enrolment, the run or the session, `run_id`, `title`, how many
    there are of the kind as `total`, and `at`: when the offer ends, the opening was, or else what
    it is about begins. `people` is how many wait, or asked. `name` is empty for a record that the
    viewer may not open.
    """
    midnight = london_instant(in_london(now).date(), datetime.min.time())
    asked = {
        "viewer": viewer.id,
        "now": now,
        "offered_until": working_days_later(now, 1, college),
        "soon": now + college.last_offer_hours * HOUR,
        "midnight": midnight,
        "over": midnight + timedelta(days=2),
    }
    return db.session.connection().execute(_of_places(most), asked).all()


@lru_cache
def _of_places(most: int) -> Select[Any]:
    """Built once, for building it costs more than asking it."""
    name = case((seen_by(VIEWER), Person.name), else_="")
    nobody, number, none = literal(""), func.count(Enrolment.id), literal(0)
    parts = (
        _first_of(Asks.OFFER, most, _ending(), name, none),
        _first_of(Asks.NEED, most, queries.open_needs(NOW), name, none),
        _first_of(Asks.PHONE_OUT, most, _to_phone_out(), nobody, number),
        _first_of(Asks.EARLY, most, _asked_early(), nobody, number),
        _first_of(Asks.OFF, most, queries.called_off(MIDNIGHT, OVER), nobody, none),
    )
    found = union_all(*(select(each) for each in parts)).subquery()
    return select(found).order_by(found.c.kind, found.c.at, found.c.id)


def _first_of(
    kind: Asks, most: int, asked: Asked, name: ColumnElement[str], people: ColumnElement[int]
) -> Subquery:
    """`asked` has `id`, `run_id`, `title` and `at`."""
    whole = asked.add_columns(
        literal(kind.value).label("kind"),
        in_all(asked),
        name.label("name"),
        people.label("people"),
    )
    return whole.order_by("at", asked.selected_columns.id).limit(most).subquery()


def _ending() -> Asked:
    return (
        select(Enrolment.id, Enrolment.run_id, Course.title, Enrolment.answer_by.label("at"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Person, Enrolment.person_id == Person.id)
        .where(
            Enrolment.state == State.OFFERED,
            Enrolment.answer_by > NOW,
            Enrolment.answer_by <= OFFERED_UNTIL,
        )
    )


def _to_phone_out() -> Asked:
    return (
        select(Run.id, Run.id.label("run_id"), Course.title, Run.starts_at.label("at"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Pool, Enrolment.pool_id == Pool.id)
        .where(*free_soon(NOW, SOON))
        .group_by(Run.id, Course.title, Run.starts_at)
    )


def _asked_early() -> Asked:
    opened = Term.enrolment_opens_at
    return (
        select(Run.id, Run.id.label("run_id"), Course.title, opened.label("at"))
        .join_from(Enrolment, Run, Enrolment.run_id == Run.id)
        .join(Course)
        .join(Term, Run.term_id == Term.id)
        .where(Enrolment.state == State.WAITING, Enrolment.lot.is_(None))
        .group_by(Run.id, Course.title, opened)
    )
