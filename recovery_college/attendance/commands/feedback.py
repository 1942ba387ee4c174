"""Students are asked once how a run was, and answer without a name; the office types in paper."""

import logging
from collections.abc import Sequence

from sqlalchemy import update

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.secrets import digest, fresh_key
from recovery_college.attendance import completion, feedback, notices
from recovery_college.attendance.models import Feedback, FeedbackAnswer, FeedbackTicket
from recovery_college.attendance.rules.feedback import (
    Answer,
    AnsweredAlready,
    CameBy,
    check_says_something,
    questions_of,
)
from recovery_college.college.queries import the_college
from recovery_college.database import db, hold, transaction
from recovery_college.enrolment import queries
from recovery_college.scheduling.models import Run

log = logging.getLogger(__name__)


def ask_how_it_was() -> None:
    """Of all runs that are over; it may run as often as anybody likes, and many at once.

    One transaction for each run; one that fails is logged, and doesn't stop the rest.
    """
    if not questions_of(the_college()):
        return
    for run_id in feedback.runs_to_ask(clock.now()):
        try:
            ask_on(run_id)
        except Exception as fault:
            log.error("how run %s was: %s", run_id, type(fault).__name__)
        db.session.rollback()


def ask_on(run_id: int) -> None:
    """Who is called rather than written to has a ticket too, for their own pages."""
    now = clock.now()
    with transaction():
        run = queries.run_to_enrol(run_id)
        hold(run)
        if not completion.is_run_over(run, now):
            return
        for each in feedback.to_ask_on(run):
            key = fresh_key()
            db.session.add(FeedbackTicket(enrolment_id=each.id, key_digest=digest(key)))
            notices.how_was_it(each, run, key, now)


def answer(ticket: FeedbackTicket, answers: Sequence[Answer]) -> None:
    """Once. Nothing of it goes to the history, whose moments would tell whose form it is."""
    with transaction():
        check_says_something(answers)
        _use(ticket)
        _keep(ticket.enrolment.run_id, CameBy.LINK, answers)


def type_in(actor: Person, run: Run, answers: Sequence[Answer]) -> None:
    """A form that came on paper."""
    now = clock.now()
    with transaction():
        hold(run)
        check_says_something(answers)
        _keep(run.id, CameBy.PAPER, answers)
        audit.record(actor, "typed in how it was", run, fields=(), at=now)


def _use(ticket: FeedbackTicket) -> None:
    """By one statement: of two at once the database lets one through."""
    unused = (FeedbackTicket.id == ticket.id, ~FeedbackTicket.used)
    used = update(FeedbackTicket).where(*unused).values(used=True)
    if db.session.scalar(used.returning(FeedbackTicket.id)) is None:
        raise AnsweredAlready


def _keep(run_id: int, came_by: CameBy, answers: Sequence[Answer]) -> None:
    kept = Feedback(run_id=run_id, came_by=came_by)
    kept.answers = [
        FeedbackAnswer(number=each.number, question=each.question, said=each.said, words=each.words)
        for each in answers
    ]
    db.session.add(kept)
    db.session.flush()
