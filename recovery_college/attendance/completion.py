"""How much of each run somebody came to, and the certificates of it; a few statements for all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, cast, null, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from recovery_college.accounts.models import Person
from recovery_college.accounts.queries import seen_by
from recovery_college.accounts.rules import Side
from recovery_college.attendance.models import Certificate, Mark, TutorMark, Welcome
from recovery_college.attendance.rules import CAME, TEACHING
from recovery_college.attendance.rules.completion import Held, days_of, is_complete, is_over, ran
from recovery_college.college.rules import College
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Run, Session, Term
from recovery_college.scheduling.rules import DeliveryState, SessionKind, SessionState
from recovery_college.tutors.models import Tutor


@dataclass(frozen=True)
class Part:
    """What somebody came to of one run: `came` sessions of those that `ran`.

    `enrolment_id` is of their last place on it; who only ever came without one has none.
    """

    person_id: int
    run_id: int
    enrolment_id: int | None
    came: int
    ran: int
    minutes: int
    starts_on: date
    ends_on: date
    is_over: bool
    is_complete: bool


def parts_of(person: Person, college: College, now: datetime) -> list[Part]:
    """All of somebody's, the newest first."""
    rows = _came(Enrolment.person_id == person.id, Welcome.person_id == person.id)
    parts = _parts(rows, college, now)
    return sorted(parts, key=lambda part: (part.ends_on, part.run_id), reverse=True)


def parts_on(run: Run, college: College, now: datetime) -> list[Part]:
    """Of everybody who came to this run, save those who are forgotten."""
    sessions = Mark.session_id.in_(select(Session.id).where(Session.run_id == run.id))
    return _parts(_came(sessions, sessions), college, now)


def parts_in(term: Term, college: College, now: datetime) -> list[Part]:
    """The same of all runs of a term, in as many statements."""
    ids = select(Session.id).join(Run, Session.run_id == Run.id).where(Run.term_id == term.id)
    sessions = Mark.session_id.in_(ids)
    return _parts(_came(sessions, sessions), college, now)


def is_run_over(run: Run, now: datetime) -> bool:
    """Whether it is known by now who completed it."""
    return is_over(_held([run.id])[run.id], now)


def _came(placed: ColumnElement[bool], welcomed: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Of places and of welcomes apart, so that each has an index to go by."""
    stands = (Mark.stands, Mark.state.in_(CAME))
    marks = (Mark.run_id, Mark.session_id)
    of_places = (
        select(Enrolment.person_id.label("person_id"), *marks, Mark.enrolment_id)
        .join(Enrolment, Mark.enrolment_id == Enrolment.id)
        .where(*stands, placed, Enrolment.person_id.is_not(None))
    )
    of_welcomes = (
        select(Welcome.person_id.label("person_id"), *marks, cast(null(), Integer))
        .join(Welcome, Mark.welcome_id == Welcome.id)
        .where(*stands, welcomed, Welcome.person_id.is_not(None))
    )
    both: Any = union_all(of_places, of_welcomes)
    return db.session.execute(both).all()


def _parts(rows: Sequence[Row[Any]], college: College, now: datetime) -> list[Part]:
    held = _held({row.run_id for row in rows})
    by_one: dict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_one[row.run_id, row.person_id].append(row)
    parts = (_part(theirs, held[run_id], college, now) for (run_id, _), theirs in by_one.items())
    return [part for part in parts if part is not None]


def _part(
    rows: Sequence[Row[Any]], sessions: Sequence[Held], college: College, now: datetime
) -> Part | None:
    """None if nothing of what they are marked on is over yet, or all of it was called off."""
    all_of_it = ran(sessions, now)
    marked = {row.session_id for row in rows}
    theirs = [each for each in all_of_it if each.id in marked]
    if not theirs:
        return None
    starts_on, ends_on = days_of(all_of_it)
    over = is_over(sessions, now)
    enough = is_complete(len(theirs), len(all_of_it), college.completion_percent)
    return Part(
        person_id=rows[0].person_id,
        run_id=rows[0].run_id,
        enrolment_id=max((row.enrolment_id for row in rows if row.enrolment_id), default=None),
        came=len(theirs),
        ran=len(all_of_it),
        minutes=sum(each.minutes for each in theirs),
        starts_on=starts_on,
        ends_on=ends_on,
        is_over=over,
        is_complete=over and enough,
    )


def _held(run_ids: Collection[int]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = {id: [] for id in run_ids}
    rows = db.session.execute(
        select(Session.run_id, Session.id, Session.starts_at, Session.ends_at, Session.taken)
        .where(Session.run_id.in_(run_ids), Session.kind == SessionKind.TEACHING)
        .where(Session.state != SessionState.CANCELLED)
    )
    for row in rows:
        found[row.run_id].append(Held(row.id, row.starts_at, row.ends_at, row.taken))
    return found


def titles_of(run_ids: Collection[int]) -> dict[int, Run]:
    """The runs with their courses."""
    found = select(Run).where(Run.id.in_(run_ids)).options(joinedload(Run.course))
    return {run.id: run for run in db.session.scalars(found)}


def people_of(ids: Collection[int]) -> dict[int, Person]:
    found = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {person.id: person for person in found}


def certificates_of(person: Person) -> dict[int, Certificate]:
    """By run. Of two on one run, from records that were made one, the newer."""
    return {
        each.enrolment.run_id: each
        for each in db.session.scalars(_certificates().where(Enrolment.person_id == person.id))
    }


def certificates_on(run: Run) -> dict[int, Certificate]:
    """By person; not of those who are forgotten."""
    theirs = (Enrolment.run_id == run.id, Enrolment.person_id.is_not(None))
    found = db.session.scalars(_certificates().where(*theirs))
    return {each.enrolment.person_id or 0: each for each in found}


def certified_in(term: Term) -> set[tuple[int, int]]:
    """The run and the person of each certificate of a term; not of those who are forgotten."""
    found = db.session.execute(
        select(Enrolment.run_id, Enrolment.person_id)
        .join(Certificate, Certificate.enrolment_id == Enrolment.id)
        .join(Run, Enrolment.run_id == Run.id)
        .where(Run.term_id == term.id, Enrolment.person_id.is_not(None))
    )
    return {(row.run_id, row.person_id) for row in found}


def own_certificate(person: Person, certificate_id: int) -> Certificate:
    mine = (Certificate.id == certificate_id, Enrolment.person_id == person.id)
    found = db.session.scalar(_certificates().where(*mine))
    if found is None:
        raise NotFound
    return found


def to_print(viewer: Person, run: Run, *, first: int, most: int) -> Sequence[Certificate]:
    """Those of a run whose students this member of the office may know, by name."""
    asked = _to_print(viewer).where(Enrolment.run_id == run.id)
    return db.session.scalars(asked.offset(first).limit(most)).all()


def term_to_print(viewer: Person, term: Term, *, first: int, most: int) -> Sequence[Certificate]:
    """Those of all runs of a term: whoever has several finds them side by side."""
    runs = select(Run.id).where(Run.term_id == term.id)
    asked = _to_print(viewer).where(Enrolment.run_id.in_(runs))
    return db.session.scalars(asked.offset(first).limit(most)).all()


def _to_print(viewer: Person) -> Select[Certificate]:
    return (
        _certificates()
        .join(Person, Enrolment.person_id == Person.id)
        .where(Certificate.name != "", seen_by(viewer))
        .options(selectinload(Certificate.tutors))
        .order_by(None)
        .order_by(Certificate.name, Certificate.id)
    )


def certificate_by_code(code: str) -> Certificate | None:
    """For anybody: whoever shows it is named on the paper that they show, and nowhere else."""
    return db.session.scalar(select(Certificate).where(Certificate.code == code))


def _certificates() -> Select[Certificate]:
    return (
        select(Certificate)
        .join(Certificate.enrolment)
        .options(joinedload(Certificate.enrolment))
        .order_by(Certificate.id)
    )


def who_taught(run: Run) -> list[tuple[Tutor, Side]]:
    """As its registers say; where they say nothing, whoever had promised to."""
    return _marked(run) or _promised(run)


def _marked(run: Run) -> list[tuple[Tutor, Side]]:
    found = (
        select(TutorMark)
        .join(Session, TutorMark.session_id == Session.id)
        .where(Session.run_id == run.id, Session.state != SessionState.CANCELLED)
        .where(TutorMark.stands, TutorMark.state.in_(TEACHING))
        .options(joinedload(TutorMark.tutor).joinedload(Tutor.person))
    )
    return _each_once((each.tutor, each.side) for each in db.session.scalars(found))


def _promised(run: Run) -> list[tuple[Tutor, Side]]:
    found = (
        select(Delivery)
        .join(Session, Delivery.session_id == Session.id)
        .where(Session.run_id == run.id, Session.kind == SessionKind.TEACHING)
        .where(Session.state != SessionState.CANCELLED, ~Delivery.shadowing)
        .where(Delivery.state == DeliveryState.ACCEPTED)
        .options(joinedload(Delivery.tutor).joinedload(Tutor.person))
    )
    return _each_once((each.tutor, each.side) for each in db.session.scalars(found))


def _each_once(found: Iterable[tuple[Tutor, Side]]) -> list[tuple[Tutor, Side]]:
    once = {(tutor.id, side): (tutor, side) for tutor, side in found}
    return [once[key] for key in sorted(once)]
