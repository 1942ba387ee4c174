"""What the office asks about tutors."""

from recovery_college.accounts.rules import Side
from recovery_college.dates import Day
from recovery_college.fields import (
    Choice,
    Choices,
    Pick,
    Search,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.formatting import capital
from recovery_college.forms import CollegeForm, EditForm
from recovery_college.tutors.rules import Step

SIDES = offered((each.value, capital(each.label)) for each in Side)


class FindTutorForm(CollegeForm):
    """A question in the address, so that it can be shared."""

    class Meta:
        csrf = False

    q = Search("Any part of a name")
    side = Pick("Side of the pair", choices=offered([("", "Either side")]) + SIDES)


class SidesForm(EditForm):
    sides = Choices(
        "What they bring to a pair", hint="Decide it with them.", choices=SIDES, coerce=member(Side)
    )
    role = Words("Their job, in their own words", hint="As in: nurse, peer trainer.")


class TeachesForm(CollegeForm):
    course_id = Pick("Course", needed="Choose a course.")
    step = Choice(
        "How far they are",
        choices=labelled(Step),
        coerce=member(Step),
        needed="Choose how far they are.",
    )


class TrainingForm(CollegeForm):
    name = Words("Step", hint="As in: facilitation course.", needed="Give the step a name.")
    done_on = Day("Done on", hint="Leave it empty while it is to come.")


class DoneForm(CollegeForm):
    done_on = Day("Done on", hint="Leave it empty while it is to come.")
