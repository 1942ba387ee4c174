"""How the office says that a shared need has ended."""

from wtforms import HiddenField

from recovery_college.enrolment.rules.needs import Settled
from recovery_college.fields import Choice, LongText, labelled, member
from recovery_college.forms import CollegeForm


class NeedForm(CollegeForm):
    """`seen` is a print of what they had read when they answered."""

    seen = HiddenField()
    state = Choice(
        "How it ends",
        choices=labelled(Settled),
        coerce=member(Settled),
        needed="Choose how it ends.",
    )
    how = LongText(
        "What is arranged, or what you talked about",
        hint="The student reads it, and so do the tutors of these sessions beside what helps.",
        needed="Say what is arranged, or what you talked about.",
        most=1_000,
        rows=3,
    )
