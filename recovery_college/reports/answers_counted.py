"""How many students of each term, and of all, gave an answer: as it is at this very moment."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, true, union_all

from recovery_college.database import db, pairs_in, spelt_out
from recovery_college.enrolment.models import Enrolment
from recovery_college.reports.answers import EVERYBODY, given
from recovery_college.reports.counts import held_at_start
from recovery_college.reports.models import AnswerTally, StudentTally
from recovery_college.reports.people_added_up import COUNTED, untold
from recovery_college.reports.rules.asked import EVERYTHING
from recovery_college.reports.tallies import Ids
from recovery_college.scheduling.models import Run

Answers = Select[*tuple[Any, ...]]
STUDENTS: ColumnElement[int] = func.count()


def answers_counted(now: datetime) -> Mapping[tuple[int, str, str], int]:
    """By term, question and answer: all that is added up, less what is not so any more, and those
    people's own rows. In one statement, so that students and answers are of one moment."""
    others = select(untold(now).cte("others").c.person_id)
    gone = sums_of_answers(-func.count()).where(StudentTally.person_id.in_(others))
    found: Counter[tuple[int, str, str]] = Counter()
    rows = db.session.execute(union_all(answers_kept(), gone, _of_rows(others, now)))
    for term, question, answer, students in rows:
        found[term, question, answer] += students
    return found


def students_counted(now: datetime) -> Mapping[int, int]:
    """By term, and of all terms: each once."""
    every = answers_counted(now).items()
    return {term: many for (term, *which), many in every if tuple(which) == EVERYBODY}


def sums_of_answers(students: ColumnElement[int] = STUDENTS) -> Answers:
    """What `AnswerTally` must say, from what is kept of each student."""
    one, pair = StudentTally, pairs_in(StudentTally.said)
    keys = (one.term_id, pair.c.key.label("question"), pair.c.value.label("answer"))
    asked = select(*keys, students.label("students")).join_from(one, pair, true())
    return asked.where(one.places > 0).group_by(*keys)


def answers_kept() -> Answers:
    one = AnswerTally
    keys = (one.term_id, one.question, one.answer)
    return select(*keys, func.sum(one.students).label("students")).group_by(*keys)


def _of_rows(people: Ids, now: datetime) -> Answers:
    at = spelt_out(now)
    of_terms = (
        select(Enrolment.person_id, Run.term_id)
        .join(Run, Enrolment.run_id == Run.id)
        .where(Enrolment.person_id.in_(people), *COUNTED)
        .where(Run.starts_at <= at, held_at_start())
        .distinct()
        .cte("of_terms")
    )
    of_all = select(of_terms.c.person_id, literal(EVERYTHING).label("term_id")).distinct()
    each = union_all(select(of_terms), of_all).subquery()
    answer = given(people).subquery()
    keys = (each.c.term_id, answer.c.question, answer.c.answer)
    asked = select(*keys, func.count().label("students")).group_by(*keys)
    return asked.join_from(each, answer, answer.c.person_id == each.c.person_id)
