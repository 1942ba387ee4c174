"""What tests of places do again and again."""

from sqlalchemy import select, text

from recovery_college.accounts.models import Person
from recovery_college.college.queries import the_college
from recovery_college.database import db, transaction
from recovery_college.enrolment.commands.enrolling import Request, enrol
from recovery_college.enrolment.models import Enrolment, Pool
from recovery_college.enrolment.queries import pools_of
from recovery_college.enrolment.rules import PoolKind, State
from recovery_college.enrolment.rules.why import Why
from recovery_college.messages.models import OutboxMessage
from recovery_college.scheduling.models import Run


def ask(student: Person, run: Run, *, by: Person | None = None, **asked: object) -> Enrolment:
    return enrol(by or student, student, Request(run, **asked), the_college())  # type: ignore[arg-type]


def stands(*made: Enrolment) -> list[tuple[State, Why]]:
    for each in made:
        db.session.refresh(each)
    return [(each.state, each.steps[-1].why) for each in made]


def pool(run: Run, kind: PoolKind) -> Pool:
    return next(each for each in pools_of(run) if each.kind is kind)


def places(run: Run) -> dict[str, tuple[int, int | None]]:
    """How many are held of how many, by pool."""
    return {each.kind.value: (each.held, each.capacity) for each in pools_of(run)}


def promised() -> list[str]:
    """The notices so far, in order."""
    keys = db.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id))
    return [key.split(":")[0] for key in keys]


def change(row: object, **fields: object) -> None:
    with transaction():
        for field, value in fields.items():
            setattr(row, field, value)


def say(statement: str, **values: object) -> None:
    """Past all rules, straight to the database."""
    db.session.execute(text(statement), values)
    db.session.commit()
    db.session.expire_all()
