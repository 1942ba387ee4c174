"""What the office, or who leads a course, asks when they look for a tutor."""

from recovery_college.accounts.rules import Side
from recovery_college.desks.forms.runs import row_id
from recovery_college.fields import Choice, LongText, Pick, Tick, member, offered
from recovery_college.forms import CollegeForm

SIDES = offered([(Side.LIVED, "A peer tutor"), (Side.PROFESSIONAL, "A professional tutor")])


class AskForm(CollegeForm):
    side = Choice("Whom do you need?", choices=SIDES, coerce=member(Side), needed="Say whom.")
    tutor = Pick("Tutor", coerce=row_id, needed="Choose a tutor.")
    shadowing = Tick(
        "As a third, who learns by being there", hint="They don\u2019t count as half of the pair."
    )


class AloneForm(CollegeForm):
    reason = Choice("Why does it begin without its pair?", needed="Choose a reason.")
    words = LongText("More, if you like", hint="No names, and nothing about health.", rows=2)
