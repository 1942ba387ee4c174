"""What the office asks about courses, strands and the record of who made them."""

from collections.abc import Mapping, Sequence
from typing import Any

from recovery_college.accounts.rules import ShownAs
from recovery_college.courses.models import Course, Strand
from recovery_college.courses.queries import Filters
from recovery_college.courses.rules import CourseState, Look, Mode, Theme
from recovery_college.dates import Day
from recovery_college.fields import (
    Choice,
    Choices,
    LongText,
    Pick,
    Search,
    Tick,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.forms import CollegeForm, EditForm

ONE_A_LINE = "One on each line."


def as_id(value: object) -> int | None:
    """The number of a row that a choice stands for; nonsense is none."""
    typed = str(value)
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


class FindCourseForm(CollegeForm):
    """A question in the address, so that it can be shared."""

    class Meta:
        csrf = False

    q = Search("Words of a course")
    state = Pick("Which ones", choices=offered([("", "All"), *((s, s.label) for s in CourseState)]))

    @property
    def filters(self) -> Filters:
        return Filters(self.q.data or "", member(CourseState)(self.state.data) or None)


class CourseForm(EditForm):
    title = Words("Title", needed="Type a title.", most=120)
    strand_id = Pick("Strand", needed="Choose a strand.", coerce=as_id)
    mode = Choice(
        "How people meet",
        choices=labelled(Mode),
        coerce=member(Mode),
        needed="Choose how people meet.",
    )
    summary = LongText(
        "In a sentence or two", hint="It stands on the list of courses.", rows=2, most=300
    )
    description = LongText("What it is", hint="Leave a line empty between paragraphs.", rows=6)
    learn = LongText("What people will learn", hint=ONE_A_LINE)
    suits = LongText("Who it may suit", rows=2)
    session_like = LongText("What a session is like", rows=2)
    content_note = LongText(
        "What to know beforehand", hint="Anything that some may find hard to hear.", rows=2
    )
    bring = LongText("What to bring", hint=ONE_A_LINE, rows=2)
    chime = Choices(
        "What it is for", choices=labelled(Theme), coerce=member(Theme), hint="Choose any that fit."
    )
    first_session_needed = Tick("Students need to be at the first session")
    first_course_id = Pick("A course that comes before it", coerce=as_id)
    first_course_needed = Tick(
        "Students need to have been on that one",
        hint="Unticked, it is advice: their page says so, and they choose.",
    )

    def __init__(
        self, course: Course, strands: Sequence[Strand], others: Mapping[int, str]
    ) -> None:
        super().__init__(course)
        before = [(str(id), title) for id, title in others.items() if id != course.id]
        self.first_course_id.choices = offered([("", "None"), *before])
        choices = [(str(strand.id), strand.name) for strand in strands]
        self.strand_id.choices = offered([("", "Choose a strand"), *choices])

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.edit.values)


class StrandForm(EditForm):
    name = Words("Name", needed="Type a name.", most=60)
    look = Choice(
        "What it wears",
        hint="Its colour and shape in the prospectus.",
        choices=labelled(Look),
        coerce=member(Look),
        needed="Choose what it wears.",
    )


class ShownAsForm(EditForm):
    shown_as = Choice(
        "How they wish to be shown",
        hint="On public pages and on paper. Ask them, and do as they say.",
        choices=labelled(ShownAs),
        coerce=member(ShownAs),
        needed="Choose how they wish to be shown.",
    )


class DecisionForm(EditForm):
    decided_on = Day("When", needed="Write the day, as in “12/01/2027”.")
    words = LongText(
        "What was decided or changed together",
        hint="It stays on the record of the course. Name nobody.",
        needed="Write what was decided, in a few words.",
        most=1_000,
    )
