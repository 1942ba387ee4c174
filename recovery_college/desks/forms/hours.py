"""What a tutor is asked of work that they write down."""

from recovery_college.dates import Day
from recovery_college.fields import Choice, Number, Words, labelled, member
from recovery_college.forms import CollegeForm, EditForm
from recovery_college.tutors.rules import Work

KINDS, KIND_NEEDED = labelled(Work), "Choose what it was."
DAY_NEEDED = "Choose the day."
IN_WORDS = "In a few words, if you like. The office reads it, so name no student."


class WorkForm(CollegeForm):
    worked_on = Day("Day", needed=DAY_NEEDED)
    kind = Choice("What it was", choices=KINDS, coerce=member(Work), needed=KIND_NEEDED)
    hours = Number("Hours", most=24)
    minutes = Number("Minutes", most=59)
    words = Words("More about it", hint=IN_WORDS)


class ChangeWorkForm(EditForm):
    worked_on = Day("Day", needed=DAY_NEEDED)
    kind = Choice("What it was", choices=KINDS, coerce=member(Work), needed=KIND_NEEDED)
    hours = Number("Hours", most=24)
    minutes = Number("Minutes", most=59)
    words = Words("More about it", hint=IN_WORDS)
