"""The co-production record: who made which course, what was decided, what is due for review."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from recovery_college.accounts.models import Person
from recovery_college.accounts.rules import Side, public_name
from recovery_college.clock import in_london
from recovery_college.courses.models import Contributor, Course, Decision
from recovery_college.courses.rules import CourseState
from recovery_college.database import db
from recovery_college.formatting import count, listed, short_day
from recovery_college.reports import queries
from recovery_college.reports.queries import By
from recovery_college.reports.rules import definitions as figures
from recovery_college.reports.rules.asked import Filters
from recovery_college.reports.rules.definitions import Share, definition
from recovery_college.reports.rules.tables import Column, Headline, Kind, Report, Row, Table

SIDES = ("Both", "One side only", "Nobody yet")
YEAR = timedelta(days=365)
DECISIONS = "Dated lines of the co-production record of courses that are offered or being made."


@dataclass
class _Made:
    """One course: by whom, as they wish to be named, and when something was decided."""

    id: int
    title: str
    makers: dict[Side, list[str]] = field(default_factory=lambda: {side: [] for side in Side})
    decided: list[date] = field(default_factory=list)

    @property
    def by_both(self) -> bool:
        return all(self.makers.values())

    def is_due(self, today: date) -> bool:
        return not self.decided or max(self.decided) <= today - YEAR

    def named(self, side: Side) -> str:
        names = [name for name in self.makers[side] if name]
        silent = len(self.makers[side]) - len(names)
        return listed([*names, *([f"{silent} not named"] if silent else [])]) or "Nobody yet"


def report(
    filters: Filters, by: Sequence[By], now: datetime, before: Sequence[tuple[str, Filters]] = ()
) -> Report:
    """Of all courses that are not archived; decisions of a term, or of all time."""
    del by, before
    today, courses = in_london(now).date(), _courses()
    term = next((each for each in queries.terms() if each.id == filters.term), None)
    days = [day for each in courses for day in each.decided]
    if term is not None:
        days = [day for day in days if term.starts_on <= day <= term.ends_on]
    headlines = _headlines(courses, len(days), today)
    return Report(
        name="co-production",
        title="Co-production record",
        headlines=headlines,
        tables=[_by_whom(courses), _table(courses, today)],
        definitions=[(each.label, each.definition) for each in headlines],
    )


def _headlines(courses: Sequence[_Made], decisions: int, today: date) -> list[Headline]:
    both = figures.made_by_both(sum(each.by_both for each in courses), len(courses))
    due = figures.due_for_review(sum(each.is_due(today) for each in courses), len(courses))
    return [
        Headline(
            "Made by both",
            both,
            f"{both.part:,} of {count(both.whole, 'course')} made by both.",
            definition(figures.made_by_both),
        ),
        Headline(
            "Due for review",
            due,
            f"{due.part:,} of {count(due.whole, 'course')} due for review.",
            definition(figures.due_for_review),
        ),
        Headline(
            "Decisions",
            Share(0, 0),
            f"{count(decisions, 'decision')} written down in this time.",
            DECISIONS,
            large=f"{decisions:,}",
        ),
    ]


def _by_whom(courses: Sequence[_Made]) -> Table:
    made = Counter(_sides(each) for each in courses)
    return Table(
        slug="made",
        heading="By whom courses were made",
        first="Made by",
        columns=[Column("Courses", Kind.SHARE)],
        rows=[Row(words, (Share(made[words], len(courses)),)) for words in SIDES],
        bars=(0,),
    )


def _table(courses: Sequence[_Made], today: date) -> Table:
    headings = ("Lived experience", "Professional", "Made by", "Last decided", "Review")
    return Table(
        slug="courses",
        heading="Who made each course",
        first="Course",
        columns=[Column(each, Kind.WORDS) for each in headings],
        rows=[
            Row(
                each.title,
                (
                    *(each.named(side) for side in Side),
                    _sides(each),
                    short_day(max(each.decided)) if each.decided else "Never",
                    "Due" if each.is_due(today) else "",
                ),
                f"/office/courses/{each.id}",
            )
            for each in courses
        ],
    )


def _sides(course: _Made) -> str:
    return SIDES[len(Side) - sum(map(bool, course.makers.values()))]


def _courses() -> list[_Made]:
    offered = Course.state != CourseState.ARCHIVED
    courses = select(Course.id, Course.title).where(offered).order_by(Course.title, Course.id)
    found = {row.id: _Made(row.id, row.title) for row in db.session.execute(courses)}
    makers = (
        select(Contributor.course_id, Contributor.side, Person.name, Contributor.shown_as)
        .join(Person, Contributor.person_id == Person.id)
        .join(Course, Contributor.course_id == Course.id)
        .where(offered)
        .order_by(Contributor.id)
    )
    for course_id, side, name, shown_as in db.session.execute(makers):
        found[course_id].makers[side].append(public_name(name, shown_as) or "")
    decisions = select(Decision.course_id, Decision.decided_on).join(
        Course, Decision.course_id == Course.id
    )
    for course_id, day in db.session.execute(decisions.where(offered)):
        found[course_id].decided.append(day)
    return list(found.values())
