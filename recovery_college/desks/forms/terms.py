"""What the office asks about terms."""

from recovery_college.dates import Day, Moment
from recovery_college.fields import LongText, Words
from recovery_college.forms import CollegeForm, EditForm


class TermForm(EditForm):
    name = Words("Name", hint="As in: Spring 2027.", needed="Give the term a name.")
    starts_on = Day("First day", needed="Choose the first day.")
    ends_on = Day("Last day", needed="Choose the last day.")
    public_at = Moment(
        "In the prospectus from",
        hint="From then on everybody can see its courses.",
        needed="Choose from when it can be seen.",
    )
    enrolment_opens_at = Moment(
        "Enrolment opens",
        hint="The moment from which people can have a place.",
        needed="Choose from when people can enrol.",
    )


class CopyTermForm(CollegeForm):
    """Into the term whose page it stands on."""

    skipping = LongText(
        "Days to leave out, besides bank holidays",
        hint="A day a line, as in 14/02/2027.",
        rows=3,
    )
