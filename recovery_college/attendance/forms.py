"""What stands beside a register: somebody without a place, somebody who stood in, and why."""

from recovery_college.fields import Pick, Words
from recovery_college.forms import CollegeForm


class RegisterForm(CollegeForm):
    """Its lines are as many as its session's list, and are read in `reading`."""


class WelcomeForm(CollegeForm):
    name = Words(
        "Their name, or what they like to be called",
        hint="They are counted. The office sees to the rest later.",
        needed="Write their name, or what they like to be called.",
        most=100,
    )


class StandInForm(CollegeForm):
    stand_in = Pick("Who stood in", needed="Choose who stood in.")


class AloneForm(CollegeForm):
    reason = Pick("Why there was one tutor only", needed="Choose a reason from the list.")
