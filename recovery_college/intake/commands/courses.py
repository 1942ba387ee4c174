"""Courses and their strands out of the workbook."""

from collections import Counter
from collections.abc import Iterable
from itertools import cycle, islice

from recovery_college.accounts.rules import Side
from recovery_college.courses.models import Course, CourseTheme, Decision, Strand
from recovery_college.courses.rules import Look, Mode, free_slug, slug_of
from recovery_college.database import db, hold
from recovery_college.errors import Refusal
from recovery_college.intake import queries
from recovery_college.intake.commands.arrival import Arrival, Gaps
from recovery_college.intake.rules.lookup import Lookup, check_not_renamed, same
from recovery_college.intake.rules.tabs.courses import COURSES, CourseRow
from recovery_college.intake.rules.wording import in_short

FIRST_LINE = "Taken over from the college's workbook."
WORDS = {
    "summary": "summary",
    "description": "description",
    "learn": "what you will learn",
    "suits": "who it may suit",
    "session_like": "what a session is like",
    "content_note": "content note",
    "bring": "what to bring",
}


class Courses(Lookup[Course]):
    """The college's courses, and which of them this file lists."""

    def __init__(self) -> None:
        super().__init__("course")
        self.listed: dict[str, CourseRow] = {}
        self.new: list[Course] = []


def take_courses(arrival: Arrival) -> Courses:
    courses = Courses()
    strands = _Strands()
    rows = arrival.reading.of(COURSES)
    there = queries.courses()
    for course in there:
        courses.add(course.title, course)
    for source, title in arrival.reading.lost_of(COURSES, "title"):
        courses.refuse(title, source)
    titles = {same(row.title) for row in rows}
    gone = {same(c.title): c.title for c in there if same(c.title) not in titles}
    slugs = {course.slug for course in there}
    gaps: dict[Course, Gaps] = {}
    for row in rows:
        try:
            _check_title(row, courses, gone)
            standing = courses.get(row.title)
            if standing:
                gaps[standing] = _compared(arrival, standing, row)
            else:
                _add(arrival, courses, _made(arrival, row, strands, slugs))
            courses.listed[same(row.title)] = row
        except Refusal as refusal:
            courses.refuse(row.title, row.source)
            arrival.refuse(row, refusal)
    _fill(arrival, gaps)
    arrival.report.absent += [f'Course "{title}"' for title in gone.values()]
    db.session.flush()
    return courses


def set_modes(courses: Courses, runs: Iterable[tuple[int, Mode]]) -> None:
    """A new course of which the file says nothing else meets as its runs do."""
    modes: dict[int, set[Mode]] = {course.id: set() for course in courses.new}
    for course_id, mode in runs:
        modes.get(course_id, set()).add(mode)
    for course in courses.new:
        if modes[course.id] and courses.listed[same(course.title)].mode is None:
            both = len(modes[course.id]) > 1
            course.mode = Mode.HYBRID if both else modes[course.id].pop()


def _check_title(row: CourseRow, courses: Courses, gone: dict[str, str]) -> None:
    twin = courses.listed.get(same(row.title))
    if twin:
        raise Refusal(
            f'"{row.title}" stands in row {twin.source.number} too. Two courses can\'t have the '
            "same title: give one of them another.",
            field="title",
        )
    if not courses.knows(row.title):
        check_not_renamed(row.title, gone)


def _made(arrival: Arrival, row: CourseRow, strands: "_Strands", slugs: set[str]) -> Course:
    course = Course(
        title=row.title,
        slug=free_slug(slug_of(row.title), slugs),
        strand=strands.named(row.strand),
        first_session_needed=bool(row.first_session_needed),
        decisions=[Decision(decided_on=arrival.today, words=FIRST_LINE)],
        themes=[CourseTheme(theme=theme) for theme in row.themes],
        mode=row.mode or Mode.IN_PERSON,
        **{field: getattr(row, field) for field in WORDS},
    )
    course.summary = course.summary or in_short(row.description)
    return course


def _add(arrival: Arrival, courses: Courses, course: Course) -> None:
    db.session.add(course)
    courses.add(course.title, course)
    courses.new.append(course)
    arrival.report.taken["courses"] += 1


def _compared(arrival: Arrival, course: Course, row: CourseRow) -> Gaps:
    arrival.report.standing["courses"] += 1
    what = f'Course "{course.title}"'
    gaps = arrival.gaps(what, course, row, WORDS)
    if not course.summary and not row.summary and row.description:
        gaps.append(("summary", in_short(row.description)))
    if row.themes and not course.themes:
        gaps.append(("themes", [CourseTheme(theme=theme) for theme in row.themes]))
    elif row.themes and set(row.themes) != {each.theme for each in course.themes}:
        there = ", ".join(each.theme for each in course.themes)
        arrival.differs(what, "CHIME", here=", ".join(sorted(row.themes)), there=there)
    if same(row.strand) != same(course.strand.name) and "strand" in row.source.places:
        arrival.differs(what, "strand", here=row.strand, there=course.strand.name)
    if row.first_session_needed not in (None, course.first_session_needed):
        needed = row.first_session_needed
        word = "first session needed"
        arrival.differs(what, word, here=needed, there=course.first_session_needed)
    if row.mode not in (None, course.mode):
        arrival.differs(what, "how people meet", here=row.mode, there=course.mode)
    return gaps


def _fill(arrival: Arrival, gaps: dict[Course, Gaps]) -> None:
    """Held are also those that only lack a maker: rows can be held in one order only."""
    hold(*(course for course, found in gaps.items() if found or _lacks_maker(course)))
    for course, found in gaps.items():
        arrival.fill(
            course, [(field, value) for field, value in found if not getattr(course, field)]
        )


def _lacks_maker(course: Course) -> bool:
    return {each.side for each in course.contributors} != set(Side)


class _Strands:
    """The strands there are, and new ones as courses name them."""

    def __init__(self) -> None:
        self._there = {same(strand.name): strand for strand in queries.strands()}
        self._slugs = {strand.slug for strand in self._there.values()}
        self._position = max((s.position for s in self._there.values()), default=0)
        worn = Counter(strand.look for strand in self._there.values())
        self._looks = cycle(sorted(Look, key=lambda look: worn[look]))

    def named(self, name: str) -> Strand:
        if same(name) not in self._there:
            self._position += 1
            self._there[same(name)] = Strand(
                name=name,
                slug=free_slug(slug_of(name), self._slugs),
                look=next(islice(self._looks, 1)),
                position=self._position,
            )
        return self._there[same(name)]
