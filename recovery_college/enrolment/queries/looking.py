"""What decides over a request: asked in one statement, behind the locks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from recovery_college.accounts.models import Person, RingFirst
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import HELD, LIVE, State
from recovery_college.scheduling.models import Run, Session
from recovery_college.scheduling.rules import SessionKind, SessionState

GOT = (State.CONFIRMED, State.COMPLETED)  # what counts towards the cap of a term


@dataclass(frozen=True)
class Look:
    """All that decides over a request, in one statement, behind the locks."""

    live_id: int | None
    sent_id: int | None
    first_start: datetime | None
    second_start: datetime | None
    last_at: datetime | None
    last_lot: int | None
    has_early: bool
    has_waiting: bool
    is_walled: bool
    runs_this_term: int
    took_first: bool

    @property
    def starts(self) -> list[datetime]:
        return [at for at in (self.first_start, self.second_start) if at]


def look(person: Person, run: Run, *, form_key: str | None, wish: str | None) -> Look:
    asked = {
        "person": person.id,
        "run": run.id,
        "term": run.term_id,
        "first_course": run.course.first_course_id,
        "form_key": form_key,
        "wish": wish or "",
    }
    return Look(*db.session.connection().execute(_look(), asked).one())


@lru_cache
def _look() -> Select[*tuple[Any, ...]]:
    person, run = bindparam("person", type_=Integer()), bindparam("run", type_=Integer())
    term, wish = bindparam("term", type_=Integer()), bindparam("wish", type_=String())
    key = bindparam("form_key", type_=String())
    of_run, theirs = Enrolment.run_id == run, Enrolment.person_id == person
    waits, is_drawn = Enrolment.state == State.WAITING, Enrolment.lot.is_not(None)
    start = _starts(run)
    return select(
        select(Enrolment.id).where(of_run, theirs, Enrolment.state.in_(LIVE)).scalar_subquery(),
        select(Enrolment.id).where(Enrolment.form_key == key, theirs).scalar_subquery(),
        start.scalar_subquery(),
        start.offset(1).scalar_subquery(),
        _last(Enrolment.requested_at, of_run),
        _last(func.coalesce(Enrolment.lot, 0), of_run, is_drawn),
        exists().where(of_run, waits, ~is_drawn),
        exists().where(of_run, waits, is_drawn),
        walls(person, run),
        _runs_of_term(person, term, wish),
        _took(person, bindparam("first_course", type_=Integer())),
    )


def _starts(run: Any) -> Select[datetime]:
    """The next of its planned sessions to begin."""
    planned = (
        Session.run_id == run,
        Session.kind == SessionKind.TEACHING,
        Session.state == SessionState.PLANNED,
    )
    return select(Session.starts_at).where(*planned).order_by(Session.starts_at).limit(1)


def _last(what: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Of whoever is last in line."""
    latest = (Enrolment.requested_at.desc(), Enrolment.lot.desc(), Enrolment.id.desc())
    return select(what).where(*conditions).order_by(*latest).limit(1).scalar_subquery()


def walls(person: Any, run: Any, there: Collection[State] = LIVE) -> Exists:
    """Whether somebody is to ring first, or isn't to be together with one who is there."""
    other = aliased(Enrolment)
    somebody = select(other.person_id).where(other.run_id == run, other.state.in_(there))
    return exists().where(
        or_(
            and_(RingFirst.person_id == person, RingFirst.other_id.is_(None)),
            and_(RingFirst.person_id == person, RingFirst.other_id.in_(somebody)),
            and_(RingFirst.other_id == person, RingFirst.person_id.in_(somebody)),
        )
    )


def is_apart(person: Person, run: Run) -> bool:
    """Whether somebody who waits, or has an offer, is to ring first by now."""
    asked = select(Person.id).where(Person.id == person.id, walls_apart(run))
    return db.session.scalar(asked) is not None


def _runs_of_term(person: Any, term: Any, wish: Any) -> ColumnElement[int]:
    """On how many they have a place. A date that they would leave for this one is none."""
    return (
        select(func.count(Enrolment.id))
        .join_from(Enrolment, Run)
        .where(
            Enrolment.person_id == person,
            Enrolment.state.in_(GOT),
            Run.term_id == term,
            Run.drop_in.is_(False),
            func.coalesce(Enrolment.wish, "-") != wish,
        )
        .scalar_subquery()
    )


def _took(person: Any, course: Any) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.person_id == person,
        Enrolment.state.in_(GOT),
        Enrolment.run_id == Run.id,
        Run.course_id == course,
    )


def blocked(run: Run, college: College) -> set[int]:
    """Who waits and can't take a place just now: is to ring first, or has enough places.

    A date that they would leave for this one is none of those.
    """
    here = aliased(Enrolment)
    wish = func.coalesce(here.wish, "")
    many = (
        select(Person.id, _runs_of_term(Person.id, run.term_id, wish), walls_apart(run))
        .join(here, here.person_id == Person.id)
        .where(here.run_id == run.id, here.state == State.WAITING)
    )
    found = db.session.execute(many)
    most = college.booking_cap_runs
    return {id for id, runs, walled in found if walled or (most and runs >= most)}


def walls_apart(run: Run) -> Exists:
    """As `walls`, but of somebody who waits: only who holds a place is there already."""
    return walls(Person.id, run.id, HELD).correlate(Person)
