"""Whom to ask how a run was, who has yet to answer, and what the answers of a run say together.

Forms are read by run, and tickets by place: nothing here ever reads the two together.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import digest
from recovery_college.attendance.models import Feedback, FeedbackAnswer, FeedbackTicket, Mark
from recovery_college.attendance.rules import CAME
from recovery_college.attendance.rules.feedback import ASKED_WITHIN, FEWEST, TOLD_FOR, CameBy, Said
from recovery_college.courses.models import Course
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.errors import NotFound
from recovery_college.scheduling.models import Delivery, Run, Session, Term
from recovery_college.scheduling.rules import DeliveryState, RunState, SessionKind
from recovery_college.tutors.models import Tutor

UNTIL_THE_END = (State.CONFIRMED, State.COMPLETED)
WITH_RUN = joinedload(FeedbackTicket.enrolment).options(
    joinedload(Enrolment.person), joinedload(Enrolment.run).joinedload(Run.course)
)


@dataclass
class Result:
    """What all forms together say to one question. Words stand by the alphabet, so that their
    order tells nothing, nor which were written together.
    """

    question: str
    ticked: Counter[Said] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return self.ticked.total() + len(self.words)


@dataclass(frozen=True)
class Heard:
    """How many forms of a run there are, of how many who were asked, and what they say."""

    asked: int
    by_link: int
    on_paper: int
    results: Sequence[Result]

    ways: Sequence[Said] = tuple(Said)

    @property
    def forms(self) -> int:
        return self.by_link + self.on_paper


def runs_to_ask(now: datetime) -> Sequence[int]:
    """With somebody to ask, if the run is over by the registers too."""
    found = (
        select(Run.id)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Run.ends_at <= now, Run.ends_at > now - ASKED_WITHIN)
        .where(Run.state == RunState.PUBLISHED, _is_to_ask())
        .distinct()
    )
    return db.session.scalars(found.order_by(Run.id)).all()


def to_ask_on(run: Run) -> Sequence[Enrolment]:
    found = select(Enrolment).where(Enrolment.run_id == run.id, _is_to_ask())
    return db.session.scalars(found.options(joinedload(Enrolment.person))).all()


def _is_to_ask() -> ColumnElement[bool]:
    """Who kept their place, came once at least, and was not asked. What came with the workbook was
    marked by nobody here, and asks nobody.
    """
    came = exists().where(Mark.enrolment_id == Enrolment.id, Mark.stands, Mark.state.in_(CAME))
    asked = exists().where(FeedbackTicket.enrolment_id == Enrolment.id)
    return and_(
        Enrolment.state.in_(UNTIL_THE_END),
        Enrolment.person_id.is_not(None),
        came.where(Mark.by_id.is_not(None)),
        ~asked,
    )


def ticket_by_key(key: str) -> FeedbackTicket | None:
    """One that has not been used; of a used key it says no more than of a wrong one."""
    unused = (FeedbackTicket.key_digest == digest(key), ~FeedbackTicket.used)
    return db.session.scalar(select(FeedbackTicket).where(*unused).options(WITH_RUN))


def own_ticket(person: Person, enrolment_id: int) -> FeedbackTicket:
    mine = (FeedbackTicket.enrolment_id == enrolment_id, Enrolment.person_id == person.id)
    found = db.session.scalar(
        select(FeedbackTicket).join(FeedbackTicket.enrolment).where(*mine).options(WITH_RUN)
    )
    if found is None:
        raise NotFound
    return found


def waiting_for(person: Person) -> set[int]:
    """Their places of which they may still say how it was."""
    found = select(Enrolment.id).join(FeedbackTicket, FeedbackTicket.enrolment_id == Enrolment.id)
    waits = found.where(Enrolment.person_id == person.id, ~FeedbackTicket.used)
    return set(db.session.scalars(waits))


def tickets_of(person: Person) -> Sequence[FeedbackTicket]:
    mine = Enrolment.person_id == person.id
    return db.session.scalars(
        select(FeedbackTicket).join(FeedbackTicket.enrolment).where(mine)
    ).all()


def is_written_before(then: datetime) -> ColumnElement[bool]:
    """In somebody's own words, of a run that was over by then. What was ticked stays a count."""
    over = select(Feedback.id).join(Run, Feedback.run_id == Run.id).where(Run.ends_at <= then)
    return and_(FeedbackAnswer.words.is_not(None), FeedbackAnswer.feedback_id.in_(over))


def run_of_pair(person: Person, run_id: int) -> Run:
    """One of which they teach a session, or taught it; else not there."""
    found = db.session.scalar(
        select(Run)
        .where(Run.id == run_id, _is_of_pair(person.id))
        .options(joinedload(Run.course), joinedload(Run.term))
    )
    if found is None:
        raise NotFound
    return found


def told_to(person: Person, now: datetime) -> Sequence[Row[Any]]:
    """Their runs that were over not long ago, and of which they may read how they were."""
    asked = {"person": person.id, "since": now - TOLD_FOR, "now": now}
    return db.session.connection().execute(_told(), asked).all()


@lru_cache
def _told() -> Select[*tuple[Any, ...]]:
    """Built once, for building it costs more than asking it."""
    forms = select(func.count()).where(Feedback.run_id == Run.id).correlate(Run).scalar_subquery()
    return (
        select(Run.id, Run.ends_at, Course.title)
        .join(Course, Run.course_id == Course.id)
        .where(Run.ends_at > bindparam("since"), Run.ends_at <= bindparam("now"))
        .where(_is_of_pair(bindparam("person")), forms >= FEWEST)
        .order_by(Run.ends_at.desc(), Run.id.desc())
    )


def _is_of_pair(person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    return (
        exists()
        .where(Session.run_id == Run.id, Session.kind == SessionKind.TEACHING)
        .where(Delivery.session_id == Session.id, Delivery.tutor_id == Tutor.id)
        .where(Delivery.state == DeliveryState.ACCEPTED, ~Delivery.shadowing)
        .where(Tutor.person_id == person_id)
    )


def heard_of(run: Run) -> Heard:
    counted = select(Feedback.came_by, func.count()).where(Feedback.run_id == run.id)
    by = {row[0]: row[1] for row in db.session.execute(counted.group_by(Feedback.came_by))}
    asked = _tickets().where(Enrolment.run_id == run.id)
    return Heard(
        asked=db.session.scalars(asked).one(),
        by_link=by.get(CameBy.LINK, 0),
        on_paper=by.get(CameBy.PAPER, 0),
        results=_results(run),
    )


def _results(run: Run) -> Sequence[Result]:
    """In the order of the form; what was asked in other words is another question."""
    rows = db.session.execute(
        select(FeedbackAnswer.question, FeedbackAnswer.said, FeedbackAnswer.words)
        .join(Feedback, FeedbackAnswer.feedback_id == Feedback.id)
        .where(Feedback.run_id == run.id)
        .order_by(FeedbackAnswer.number, FeedbackAnswer.question)
    )
    found: dict[str, Result] = {}
    for question, said, words in rows:
        result = found.setdefault(question, Result(question))
        if said is None:
            result.words.append(words or "")
        else:
            result.ticked[said] += 1
    for result in found.values():
        result.words.sort(key=lambda words: (words.casefold(), words))
    return list(found.values())


def count_runs() -> int:
    return db.session.scalars(select(func.count(Run.id)).where(_is_heard_of())).one()


def page_of_runs(*, first: int, size: int) -> Sequence[Row[Any]]:
    """Whose students were asked, or of which there is a form: the last to end comes first."""
    forms = select(func.count()).where(Feedback.run_id == Run.id).correlate(Run)
    asked = _tickets().where(Enrolment.run_id == Run.id).correlate(Run)
    found = (
        select(Run.id, Run.ends_at, Course.title, Term.name.label("term"))
        .add_columns(forms.scalar_subquery().label("forms"))
        .add_columns(asked.scalar_subquery().label("asked"))
        .join(Course, Run.course_id == Course.id)
        .join(Term, Run.term_id == Term.id)
        .where(_is_heard_of())
        .order_by(Run.ends_at.desc(), Run.id.desc())
    )
    return db.session.execute(found.offset(first).limit(size)).all()


def _is_heard_of() -> ColumnElement[bool]:
    asked = exists().where(FeedbackTicket.enrolment_id == Enrolment.id, Enrolment.run_id == Run.id)
    return and_(Run.ends_at.is_not(None), or_(asked, exists().where(Feedback.run_id == Run.id)))


def _tickets() -> Any:
    return select(func.count(FeedbackTicket.id)).join(
        Enrolment, FeedbackTicket.enrolment_id == Enrolment.id
    )
