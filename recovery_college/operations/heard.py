"""What students of the invented college said of the runs of its term that are over.

Two in three answered, and always the same shares of them the same. All of those runs' students
have been asked, so that its worker asks none of them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import cycle
from secrets import token_hex
from typing import Any

from sqlalchemy import Row, Select, exists, insert, select

from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.attendance.models import Feedback, FeedbackAnswer, FeedbackTicket, Mark
from recovery_college.attendance.rules import CAME
from recovery_college.attendance.rules.feedback import CameBy, OwnQuestion, Said
from recovery_college.database import db
from recovery_college.enrolment.models import Enrolment
from recovery_college.enrolment.rules import State
from recovery_college.scheduling.models import Run, Term

TICKED = (Said.YES, Said.YES, Said.PARTLY, Said.YES, Said.YES, Said.NO, Said.YES, None)
WRITTEN = (
    "The break with tea, and time to talk.",
    None,
    "Both of you told us so much of what you know yourselves.",
    "A little slower, please.",
    None,
    "I would have liked the handout before.",
    "More of it!",
    None,
    None,
    "The room was cold.",
    "It was good to hear that others know this too.",
)

Values = dict[str, Any]


def say_how_it_was(now: datetime, today: date, questions: Sequence[OwnQuestion]) -> None:
    places = _places(now, today)
    answers = [place for turn, place in enumerate(places) if turn % 3]
    forms: list[Values] = [
        {"id": token_hex(16), "run_id": place.run_id, "came_by": CameBy.LINK} for place in answers
    ]
    used = {place.id for place in answers}
    tickets: list[Values] = [
        {"enrolment_id": each.id, "key_digest": digest(fresh_key()), "used": each.id in used}
        for each in places
    ]
    said = _answers(forms, questions)
    for table, rows in ((FeedbackTicket, tickets), (Feedback, forms), (FeedbackAnswer, said)):
        if rows:
            db.session.execute(insert(table), rows)


def _places(now: datetime, today: date) -> Sequence[Row[Any]]:
    """Of who came at least once, on runs of the running term that are over."""
    came = exists().where(Mark.enrolment_id == Enrolment.id, Mark.stands, Mark.state.in_(CAME))
    found: Select[*tuple[Any, ...]] = (
        select(Enrolment.id, Enrolment.run_id)
        .join(Run, Enrolment.run_id == Run.id)
        .join(Term, Run.term_id == Term.id)
        .where(Term.starts_on <= today, Term.ends_on >= today, Run.ends_at <= now)
        .where(Enrolment.state.in_((State.CONFIRMED, State.COMPLETED)), came)
        .order_by(Run.ends_at, Enrolment.id)
    )
    return db.session.execute(found).all()


def _answers(forms: Sequence[Values], questions: Sequence[OwnQuestion]) -> list[Values]:
    ticked, written = cycle(TICKED), cycle(WRITTEN)
    found: list[Values] = []
    for form in forms:
        for number, each in enumerate(questions, 1):
            said = next(ticked) if each.is_to_tick else None
            words = None if each.is_to_tick else next(written)
            if said or words:
                of = {"feedback_id": form["id"], "number": number, "question": each.words}
                found.append(of | {"said": said, "words": words})
    return found
