"""What can be done about a course: hold, check, change, audit, in this order."""

from collections.abc import Mapping

from recovery_college import audit, clock
from recovery_college.accounts.models import Person
from recovery_college.courses import queries, rules
from recovery_college.courses.models import Course, Strand
from recovery_college.courses.rules import CourseState
from recovery_college.database import db, hold, transaction
from recovery_college.editing import Edit, apply


def make_course(actor: Person, values: Mapping[str, object]) -> Course:
    """A draft, which nobody outside the office sees yet. Its address comes from its title."""
    now = clock.now()
    with transaction():
        hold(queries.strand(values["strand_id"]))
        title = str(values["title"])
        _check_title_free(title, None)
        slug = rules.free_slug(rules.slug_of(title), queries.course_slugs())
        course = Course(slug=slug, **values)
        db.session.add(course)
        db.session.flush()
        audit.record(actor, "made", course, fields=sorted(values), at=now)
    return course


def edit_course(actor: Person, course: Course, edit: Edit) -> None:
    """Its address stays, for it stands on paper."""
    now = clock.now()
    with transaction():
        hold(_strand_of(edit), course)
        fields = apply(course, edit)
        rules.check_before(course.id, course.first_course_id, queries.before_each())
        _check_title_free(course.title, course)
        if fields:
            audit.record(actor, "changed", course, fields=fields, at=now)


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


def _strand_of(edit: Edit) -> Strand:
    return queries.strand(edit.values["strand_id"])


def _check_title_free(title: str, course: Course | None) -> None:
    """However it is written, in capitals or not."""
    if queries.title_is_taken(title, course):
        raise rules.TitleTaken


def _move(actor: Person, course: Course, state: CourseState, verb: str) -> None:
    now = clock.now()
    with transaction():
        hold(course)
        rules.check_step(course.state, state)
        course.state = state
        audit.record(actor, verb, course, fields=("state",), at=now)
