"""What the office asks about people."""

from typing import Any

from recovery_college.accounts.rules import ContactBy, Invites, Role, or_usual
from recovery_college.dates import Clock, Day
from recovery_college.fields import (
    Choice,
    Choices,
    Email,
    LongText,
    Phone,
    Search,
    Tick,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.forms import CollegeForm, EditForm


class FindForm(CollegeForm):
    """A question in the address, so that it can be shared."""

    class Meta:
        csrf = False

    q = Search("Any part of a name, an e-mail address or a phone number")


class PersonForm(EditForm):
    name = Words("Name", needed="Type a name. It is the only thing we need.")
    called = Words("Likes to be called", hint="If it isn't the name.")
    pronouns = Words("Pronouns", width=10)
    email = Email("E-mail address")
    phone = Phone("Phone number", width=20)
    address = LongText("Postal address")
    contact_by = Choice(
        "How they want to hear from us",
        choices=offered([("", "Any way is fine")]) + labelled(ContactBy),
        coerce=member(ContactBy),
    )
    contact_when = Words("When it is safe to contact them", hint="In their own words.")
    safe_from = Clock(
        "Messages may reach them from", hint="Leave both empty if any time of the day is safe."
    )
    safe_until = Clock("Messages may reach them until")
    invites = Choice(
        "Their dates are e-mailed to their calendar",
        choices=labelled(Invites),
        coerce=member(Invites),
        filters=[or_usual],
    )
    discreet = Tick("Show only our short name on envelopes, texts and e-mail subjects")
    neutral = Tick("Keep everything neutral", hint="Also inside a message no course is named.")
    needs = LongText("What helps them take part", hint="In their own words, as they said it.")
    needs_shared = Tick("They agree that the tutors of their sessions may read it")
    emergency_contact = LongText("Somebody to call in an emergency", rows=2)


class NewPersonForm(PersonForm):
    somebody_else = Tick("This is somebody else")

    @property
    def asked(self) -> list[str]:
        return [name for name in super().asked if name != "somebody_else"]

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.edit.values)


class RolesForm(CollegeForm):
    roles = Choices(
        "What they may do",
        hint="Everybody is a student. A manager also merges, exports, reads the history, "
        "approves hours, gives roles and changes rules.",
        choices=labelled(Role),
        coerce=member(Role),
    )


class RingFirstForm(CollegeForm):
    other = Words(
        "Not together with",
        hint="The number of the other person's record. Leave it empty for “speak to us first”, "
        "which the person knows of.",
        width=10,
    )
    review_on = Day("Look at it again on", needed="Choose the day on which to look at it again.")


class ReviewForm(CollegeForm):
    review_on = Day("Look at it again on", needed="Choose the day on which to look at it again.")
