"""What the tutors of a run ask of each other after a session."""

from recovery_college.fields import LongText
from recovery_college.forms import CollegeForm

NEVER = "About the session, and never about a person."


class NoteForm(CollegeForm):
    went_well = LongText("What went well", hint=NEVER, most=2_000)
    to_change = LongText("What to change", hint=NEVER, most=2_000)
