"""What each person says of themself: one answer to a question, and one that all of them give."""

from typing import Any

from sqlalchemy import Select, String, case, cast, func, literal, select, union_all

from recovery_college.accounts.models import ComingAs, EqualityAnswer, Person
from recovery_college.database import object_of
from recovery_college.reports.tallies import Ids

WHY = "coming_as"
MORE = ""  # no answer is called so
EVERYBODY = ("", "")  # the question that everybody answers, to count them with the others


def given(person_ids: Ids) -> Select[*tuple[Any, ...]]:
    """Each person's one answer to a question, or that they gave several."""
    why, them = ComingAs, EqualityAnswer
    question, answer = (literal(words) for words in EVERYBODY)
    each = union_all(
        select(
            Person.id.label("person_id"), question.label("question"), answer.label("answer")
        ).where(Person.id.in_(person_ids)),
        select(why.person_id, literal(WHY), cast(why.reason, String)).where(
            why.person_id.in_(person_ids)
        ),
        select(them.person_id, cast(them.question, String), them.answer).where(
            them.person_id.in_(person_ids)
        ),
    ).subquery()
    several = case((func.count() > 1, MORE), else_=func.min(each.c.answer))
    return select(each.c.person_id, each.c.question, several.label("answer")).group_by(
        each.c.person_id, each.c.question
    )


def said(person_ids: Ids) -> Select[*tuple[Any, ...]]:
    """The same of each person in one row."""
    each = given(person_ids).subquery()
    every = object_of(each.c.question, each.c.answer).label("said")
    return select(each.c.person_id, every).group_by(each.c.person_id)
