"""What somebody is asked when they join: little, and each thing with its why."""

from recovery_college.accounts.equality import Reason
from recovery_college.accounts.rules import ContactBy
from recovery_college.fields import (
    Choice,
    Choices,
    Email,
    LongText,
    Phone,
    Tick,
    Words,
    labelled,
    member,
    offered,
)
from recovery_college.forms import CollegeForm, EditForm

ANY_WAY = offered([("", "Any way is fine")])
OWN_DEVICE = "Then you stay signed in for 30 days. Leave it empty on a shared computer."


class BeginForm(CollegeForm):
    name = Words(
        "Your name",
        hint="The only thing we need. One name is enough.",
        needed="Tell us your name.",
        autocomplete="name",
    )
    called = Words(
        "What do you like to be called?",
        hint="Leave it empty if it is your name.",
        autocomplete="nickname",
    )
    pronouns = Words("Your pronouns, if you like", hint="As in: she, he, they.", width=10)
    over_18 = Tick(
        "I am over 18",
        needed="Our courses are for people over 18. If you are younger, phone us: we may know "
        "of something else.",
    )
    own_device = Tick("This is my own device", hint=OWN_DEVICE)


class NamesForm(EditForm):
    name = Words("Your name", needed="Tell us your name.", autocomplete="name")
    called = Words(
        "What do you like to be called?",
        hint="Leave it empty if it is your name.",
        autocomplete="nickname",
    )
    pronouns = Words("Your pronouns, if you like", hint="As in: she, he, they.", width=10)


class ReachForm(EditForm):
    """Everything here may stay empty: then the office writes down with them how to reach them."""

    email = Email(
        "E-mail address",
        hint="With it you can sign in again. Two people may share one.",
        autocomplete="email",
    )
    phone = Phone("Phone number", width=20, autocomplete="tel")
    address = LongText("Postal address", rows=3)
    contact_by = Choice(
        "How do you want to hear from us?",
        choices=ANY_WAY + labelled(ContactBy),
        coerce=member(ContactBy),
    )
    contact_when = Words(
        "When is it safe to contact you?", hint="As in: only in the morning; no voicemail."
    )
    discreet = Tick(
        "Keep the outside discreet",
        hint="Envelopes, texts and e-mail subjects show only our short name.",
    )
    neutral = Tick(
        "Keep everything neutral", hint="Then the inside does not name your course either."
    )


class HelpsForm(EditForm):
    needs = LongText(
        "What would help you take part?",
        hint="In your own words, such as a seat near the door. Only the office sees it, unless "
        "you tick the box below.",
    )
    needs_shared = Tick(
        "The tutors of my sessions may read this",
        hint="From two weeks before a session until two days after it, and no other tutor.",
    )
    emergency_contact = LongText(
        "Somebody to call in an emergency",
        hint="Their name and number. Only the office sees it.",
        rows=2,
    )


class ReasonsForm(CollegeForm):
    reasons = Choices(
        "I come as",
        hint="Tick as many as you like, or none. Nobody is shown your answer, not even the "
        "office: it is only counted, together with many others.",
        choices=labelled(Reason),
        coerce=member(Reason),
    )
