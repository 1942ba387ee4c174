"""What can be done about a course: hold, check, change, audit, in this order."""

from datetime import date

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import ShownAs, Side
from recovery_college.courses import rules
from recovery_college.courses.models import Contributor, Course, Decision
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, hold, transaction


def publish_course(actor: Person, course: Course) -> None:
    """Put it on the public pages, once both kinds of experience stand on its record."""
    now = clock.now()
    with transaction():
        hold(course)
        rules.check_step(course.state, CourseState.PUBLISHED)
        rules.check_made_together([c.side for c in course.contributors])
        course.state = CourseState.PUBLISHED
        audit.record(actor, "published", course, fields=("state",), at=now)


def unpublish_course(actor: Person, course: Course) -> None:
    """Take it off the public pages and work on it again."""
    _move(actor, course, CourseState.DRAFT, "unpublished")


def archive_course(actor: Person, course: Course) -> None:
    """Keep its history; it is no longer offered."""
    _move(actor, course, CourseState.ARCHIVED, "archived")


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


def _move(actor: Person, course: Course, state: CourseState, verb: str) -> None:
    now = clock.now()
    with transaction():
        hold(course)
        rules.check_step(course.state, state)
        course.state = state
        audit.record(actor, verb, course, fields=("state",), at=now)
