"""How a session went is put right when it is over: nobody is told, for they were there or not."""

from recovery_college import clock
from recovery_college.accounts.models import Person
from recovery_college.database import hold, transaction
from recovery_college.enrolment import queries
from recovery_college.enrolment.commands.coming import forget_said
from recovery_college.enrolment.commands.filling import take_step
from recovery_college.enrolment.rules import State
from recovery_college.enrolment.rules.why import Why
from recovery_college.scheduling.commands import runs, sessions
from recovery_college.scheduling.commands.sessions import Meeting
from recovery_college.scheduling.models import Session


def write_off(actor: Person, session: Session, reason: str) -> None:
    """It did not happen. If it was all that its run had, that did not happen either."""
    now = clock.now()
    with transaction():
        run = session.run
        hold(run)
        sessions.write_off(actor, session, reason)
        if not run.planned:
            there = [*queries.everybody_on(run), *queries.completed(run)]
            runs.close_run(actor, run, reason)
            for each in there:
                take_step(each, State.CANCELLED, Why.RUN_CANCELLED, actor, now)


def put_right(actor: Person, session: Session, meeting: Meeting) -> None:
    """It was at another time. Who had said that they can't come said so of the one planned."""
    with transaction():
        sessions.put_right(actor, session, meeting.day, meeting.starts, meeting.ends)
        forget_said([session.id])
