"""What can be done about the co-production record: who made a course, what was decided together."""

from datetime import date

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses import queries, rules
from recovery_college.courses.models import Contributor, Course, Decision
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply


def add_contributor(actor: Person, course: Course, person: Person, side: Side) -> Contributor:
    """Put somebody on the co-production record. They are not named until they say so."""
    now = clock.now()
    with transaction():
        hold(course)
        contributor = Contributor(course=course, person=person, side=side)
        db.session.add(contributor)
        db.session.flush()
        audit.record(actor, "added", contributor, fields=("course", "person", "side"), at=now)
    return contributor


def remove_contributor(actor: Person, contributor: Contributor) -> None:
    """Take somebody off the record; a published course keeps both kinds of experience."""
    now = clock.now()
    with transaction():
        course = contributor.course
        hold(course)
        if course.state is CourseState.PUBLISHED:
            rules.check_made_together([c.side for c in course.contributors if c != contributor])
        audit.record(actor, "removed", contributor, fields=("course", "person", "side"), at=now)
        course.contributors.remove(contributor)


def show_contributor_as(actor: Person, contributor: Contributor, shown_as: ShownAs) -> None:
    """Do as somebody who made the course wishes."""
    now = clock.now()
    with transaction():
        hold(contributor.course)
        contributor.shown_as = shown_as
        audit.record(actor, "showed", contributor, fields=("shown_as",), at=now)


def record_decision(actor: Person, course: Course, decided_on: date, words: str) -> Decision:
    """Add a dated line to the co-production record: what was decided or changed together."""
    now = clock.now()
    with transaction():
        hold(course)
        rules.check_words(words)
        decision = Decision(course_id=course.id, decided_on=decided_on, words=words.strip())
        db.session.add(decision)
        db.session.flush()
        audit.record(actor, "recorded", decision, fields=("decided_on", "words"), at=now)
    return decision


def correct_decision(actor: Person, decision: Decision, edit: Edit) -> None:
    now = clock.now()
    with transaction():
        hold(queries.course(decision.course_id))
        rules.check_words(str(edit.values["words"]))
        fields = apply(decision, edit)
        if fields:
            audit.record(actor, "corrected", decision, fields=fields, at=now)


def remove_decision(actor: Person, decision: Decision) -> None:
    """A line that should never have been there."""
    now = clock.now()
    with transaction():
        hold(queries.course(decision.course_id))
        audit.record(actor, "removed", decision, fields=("decided_on", "words"), at=now)
        db.session.delete(decision)
