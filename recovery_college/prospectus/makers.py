"""Who made a course, in one line, as each of them wishes to be shown."""

from recovery_college.accounts.rules import public_name
from recovery_college.courses.models import Course
from recovery_college.formatting import listed

MADE_TOGETHER = "Made by people with lived and professional experience."


def made_by(course: Course) -> str:
    """Without the names of those who have not said that they wish to be named."""
    named = [
        f"{name} ({maker.side.label})"
        for maker in course.contributors
        if (name := public_name(maker.person.name, maker.shown_as))
    ]
    return f"{MADE_TOGETHER} Among them: {listed(named)}." if named else MADE_TOGETHER
