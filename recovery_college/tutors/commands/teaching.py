"""What the office and a tutor decide together: courses and steps, and the training pathway."""

from datetime import date

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.database import db, hold, transaction
from recovery_college.errors import NotFound
from recovery_college.tutors.commands.becoming import as_tutor
from recovery_college.tutors.models import Teaches, TrainingStep, Tutor
from recovery_college.tutors.queries import tutor_of
from recovery_college.tutors.rules import Step, saying

MOST_STEPS = 100
TRAINING = ("training",)


def become_tutor(actor: Person, person: Person) -> Tutor:
    """Somebody to decide these with; whether they may sign in as a tutor is their role."""
    with transaction():
        hold(person)
        if tutor_of(person) is None:
            audit.record(actor, "made a tutor of", person, fields=(), at=clock.now())
        return as_tutor(person)


def can_teach(actor: Person, tutor: Tutor, course_id: int, step: Step) -> None:
    """From now on at this step, whether they could before or not."""
    with transaction():
        hold(tutor.person)
        there = _teaches(tutor, course_id)
        if there is None:
            tutor.teaches.append(Teaches(course_id=course_id, step=step))
        else:
            there.step = step
        audit.record(actor, "changed", tutor.person, fields=("teaches",), at=clock.now())


def can_teach_no_more(actor: Person, tutor: Tutor, course_id: int) -> None:
    """What they have promised to teach of it stays."""
    with transaction():
        hold(tutor.person)
        there = _teaches(tutor, course_id)
        if there is None:
            raise NotFound
        tutor.teaches.remove(there)
        audit.record(actor, "changed", tutor.person, fields=("teaches",), at=clock.now())


def add_training(actor: Person, tutor: Tutor, name: str, done_on: date | None) -> None:
    with transaction():
        hold(tutor.person)
        saying.check_not_more(len(tutor.training), MOST_STEPS)
        tutor.training.append(TrainingStep(name=name, done_on=done_on))
        audit.record(actor, "changed", tutor.person, fields=TRAINING, at=clock.now())


def finish_training(actor: Person, tutor: Tutor, step: TrainingStep, done_on: date | None) -> None:
    """On that day; None is not yet."""
    with transaction():
        hold(tutor.person)
        step.done_on = done_on
        audit.record(actor, "changed", tutor.person, fields=TRAINING, at=clock.now())


def remove_training(actor: Person, tutor: Tutor, step: TrainingStep) -> None:
    with transaction():
        hold(tutor.person)
        db.session.delete(step)
        audit.record(actor, "changed", tutor.person, fields=TRAINING, at=clock.now())


def _teaches(tutor: Tutor, course_id: int) -> Teaches | None:
    return next((each for each in tutor.teaches if each.course_id == course_id), None)
