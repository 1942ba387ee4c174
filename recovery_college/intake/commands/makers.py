"""Who made each course out of the workbook, and whether it can be published."""

from collections import defaultdict

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Contributor, Course
from recovery_college.courses.rules import CourseState, NotMadeTogether, check_made_together
from recovery_college.database import db, hold
from recovery_college.formatting import listed
from recovery_college.intake.commands.arrival import Arrival, newcomer
from recovery_college.intake.commands.courses import Courses
from recovery_college.intake.commands.people import People
from recovery_college.intake.commands.tutors import Tutors
from recovery_college.intake.rules.lookup import same
from recovery_college.intake.rules.tabs.courses import CourseRow

FIELDS = {Side.LIVED: "lived", Side.PROFESSIONAL: "professional"}
Makers = list[tuple[Side, str]]


def take_makers(arrival: Arrival, courses: Courses, tutors: Tutors, people: People) -> list[Course]:
    """Put them on the record, nobody named in public; publish what both sides made.

    Returns the courses that were here as drafts and are published now.
    """
    everyone = _Everyone(people)
    lacking = {
        course: makers
        for row in courses.listed.values()
        for course in [courses.find(row.title, field="title")]
        if (makers := _missing(arrival, course, row)) or course in courses.new
    }
    hold(*(course for course in lacking if course not in courses.new))
    for course, makers in lacking.items():
        row = courses.listed[same(course.title)]
        for side, name in makers:
            person = everyone.maker(arrival, row, side, name, tutors)
            if person:
                course.contributors.append(Contributor(person=person, side=side))
        if course.state is CourseState.DRAFT:
            _publish(arrival, course)
    db.session.flush()
    return [c for c in lacking if c not in courses.new and c.state is CourseState.PUBLISHED]


def _missing(arrival: Arrival, course: Course, row: CourseRow) -> Makers:
    """Makers for a side that nobody stands for yet."""
    missing: Makers = []
    for side, field in FIELDS.items():
        here: tuple[str, ...] = getattr(row, field)
        there = [c.person.name for c in course.contributors if c.side is side]
        if not there:
            missing += [(side, name) for name in here]
        elif here and set(map(same, here)) != set(map(same, there)):
            word = f"made with, {side.label}"
            what = f'Course "{course.title}"'
            arrival.differs(what, word, here=listed(list(here)), there=listed(there))
    return missing


def _publish(arrival: Arrival, course: Course) -> None:
    try:
        check_made_together({each.side for each in course.contributors})
    except NotMadeTogether as refusal:
        note = f'The course "{course.title}" arrives as a draft. {refusal.message}'
        arrival.report.notes.append(note)
    else:
        course.state = CourseState.PUBLISHED


class _Everyone:
    """Who teaches or made a course by name, for a name that stands alone in a cell.

    A student of the name is not meant: that would be a guess.
    """

    def __init__(self, people: People) -> None:
        self._people = people
        self._named: dict[str, list[Person]] = defaultdict(list)
        for person in people.teachers_and_makers():
            self._named[same(person.name)].append(person)

    def maker(
        self, arrival: Arrival, row: CourseRow, side: Side, name: str, tutors: Tutors
    ) -> Person | None:
        """The one person of this name; a new one if there is none; None if it could be several.

        A tutor who brings this side comes before anybody else of the same name.
        """
        found = [tutor.person for tutor in tutors.on(side, name)] or self._named[same(name)]
        if len(found) > 1:
            fault = row.source.fault(FIELDS[side], f"Which {name}? It could be {_either(found)}.")
            arrival.report.notes.append(f"{fault} The course is taken without this name.")
            return None
        if not found:
            found = [newcomer(arrival, name, None)]
            self._named[same(name)] = found
            self._people.add(found[0], made=True)
            arrival.report.taken["makers"] += 1
            arrival.report.notes.append(
                f'{name}, who made the course "{row.title}", is not in the list of tutors. '
                "The college has them as a person of this name."
            )
        return found[0]


def _either(people: list[Person]) -> str:
    return " or ".join(f"{person.name} ({person.email or 'no e-mail'})" for person in people)
