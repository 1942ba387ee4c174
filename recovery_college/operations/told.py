"""What students of the invented college told of themselves, and what its manager typed in.

Three in four answered something, one in seven shares what would help them. What was asked for a
run that has begun is settled; of those still to come one in eight waits for the office.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import insert, select, update

from recovery_college.accounts.equality import ANSWERS, Question, Reason
from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.database import db
from recovery_college.enrolment.models import Adjustment, Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.needs import Settled
from recovery_college.reports.models import Budget, CensusFigure
from recovery_college.scheduling.models import Run, Term

BUDGET = 2_400_000  # pence a term
SHARES, SILENT, OPEN = 7, 4, 8  # one in so many
NEEDS = (
    ("A seat near the door.", "The chair by the door has your name on it."),
    ("Large print, please.", "Handouts in 18 point are in your folder."),
    ("I can\u2019t manage stairs.", "The room is on the ground floor, with a ramp."),
    ("A short break every half an hour.", "Both tutors know, and stop at the half hour."),
    ("Somebody I can find at the start.", "A volunteer waits in the hall from a quarter to."),
)
NOT_POSSIBLE = "We can\u2019t do this in that room. We talked, and you wish to come as it is."
HOW_IT_ENDED = (Settled.ARRANGED, Settled.ARRANGED, Settled.ARRANGED, Settled.NOT_POSSIBLE)
WORKS = (True, True, None)
REASONS = (
    *((Reason.MYSELF,), (Reason.SERVICE_USER,), (Reason.MYSELF, Reason.SERVICE_USER)),
    *((Reason.FAMILY,), (Reason.STAFF,), (Reason.MYSELF,), (), (Reason.VOLUNTEER,)),
    *((Reason.PUBLIC,), (Reason.SERVICE_USER,), (Reason.MYSELF, Reason.FAMILY)),
)
ANSWERED = {
    Question.AGE: [
        *("35-44", "45-54", "25-34", "55-64", "18-24", "45-54"),
        *("65-74", "35-44", "55-64", "75+", "25-34"),
    ],
    Question.SEX: ["female", "female", "male", "female", "male"],
    Question.DISABILITY: ["a_little", "none", "a_lot", "not_limiting", "a_little", "none", "a_lot"],
    Question.CARING: [
        *("none", "none", "up_to_19", "none", "20_to_49"),
        *("none", "none", "50_and_more", "none"),
    ],
}
AREA = {  # of 100,000 people, invented as all else; in the order of the census
    Question.AGE: (13_000, 17_000, 17_000, 16_000, 15_000, 12_000, 10_000),
    Question.SEX: (51_000, 49_000),
}
Values = dict[str, Any]


def tell_of_themselves(now: datetime) -> None:
    students = db.session.scalars(select(Enrolment.person_id).distinct().order_by("person_id"))
    people = [each for each in students if each is not None]
    _write(ComingAs, list(_reasons(people)))
    _write(EqualityAnswer, list(_answers(people)))
    _ask(people[::SHARES])
    _write(Adjustment, list(_settled(people[::SHARES], now)))
    _write(CensusFigure, list(_area()))
    terms = db.session.scalars(select(Term.id).where(Term.starts_on <= now.date()))
    _write(Budget, [{"term_id": id, "pence": BUDGET, "words": "All sessions"} for id in terms])


def _reasons(people: Sequence[int]) -> Iterator[Values]:
    for person, reasons in zip(people, cycle(REASONS), strict=False):
        yield from ({"person_id": person, "reason": each} for each in reasons)


def _answers(people: Sequence[int]) -> Iterator[Values]:
    for question, answers in ANSWERED.items():
        said = [each for turn, each in enumerate(people) if turn % SILENT]
        for person, answer in zip(said, cycle(answers), strict=False):
            yield {"person_id": person, "question": question, "answer": answer}


def _ask(people: Sequence[int]) -> None:
    """Before anything is settled: a need that changes is open again."""
    asked = [
        {"id": person, "needs": need, "needs_shared": True}
        for person, (need, _) in zip(people, cycle(NEEDS), strict=False)
    ]
    db.session.execute(update(Person), asked)


def _settled(people: Sequence[int], now: datetime) -> Iterator[Values]:
    ended, works = cycle(HOW_IT_ENDED), cycle(WORKS)
    hows = {person: how for person, (_, how) in zip(people, cycle(NEEDS), strict=False)}
    places: Any = (
        select(Enrolment.id, Enrolment.person_id, Run.starts_at)
        .join(Run, Enrolment.run_id == Run.id)
        .where(Enrolment.person_id.in_(people), Run.starts_at.is_not(None))
        .where(Enrolment.state.in_((State.CONFIRMED, State.COMPLETED)))
        .order_by(Run.starts_at, Enrolment.id)
    )
    for turn, (id, person, starts_at) in enumerate(db.session.execute(places)):
        if starts_at > now and turn % OPEN == 0:
            continue
        state, agreed, at = next(ended), next(works), min(starts_at, now) - timedelta(days=3)
        how = hows[person] if state is Settled.ARRANGED else NOT_POSSIBLE
        when = None if agreed is None else at + timedelta(days=1)
        said = {"agreed": agreed, "agreed_at": when}
        yield {"enrolment_id": id, "state": state, "how": how, "settled_at": at} | said


def _area() -> Iterator[Values]:
    for question, numbers in AREA.items():
        for answer, people in zip(ANSWERS[question], numbers, strict=True):
            yield {"question": question, "answer": answer, "people": people}


def _write(table: Any, rows: Sequence[Values]) -> None:
    if rows:
        db.session.execute(insert(table), rows)
