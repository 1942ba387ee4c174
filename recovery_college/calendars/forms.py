"""What somebody says about their calendar."""

from recovery_college.accounts.rules import Invites, or_usual
from recovery_college.fields import Choice, Words, labelled, member
from recovery_college.forms import CollegeForm, EditForm


class DeviceForm(CollegeForm):
    name = Words(
        "What shall we call it?",
        hint="So that you can tell it from others, as in: my phone.",
        needed="Type a name for it, such as: my phone.",
        most=60,
        width=20,
    )


class InvitesForm(EditForm):
    invites = Choice(
        "When shall they come?",
        choices=labelled(Invites),
        coerce=member(Invites),
        filters=[or_usual],
    )
