"""What somebody is asked when they join: little, and each thing with its why."""

from wtforms import HiddenField

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
)
from recovery_college.forms import CollegeForm, EditForm


class NameForm(CollegeForm):
    name = Words("Your name", needed="Tell us your name.", autocomplete="name")
    called = Words(
        "What do you like to be called?",
        hint="Leave it empty if it is your name.",
        autocomplete="nickname",
    )
    pronouns = Words("Your pronouns, if you like", hint="As in: she, he, they.", width=10)
    over_18 = Tick("I am over 18", needed="Our courses are for people over 18.")


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
        "How do you want to hear from us?", choices=labelled(ContactBy), coerce=member(ContactBy)
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
        hint="You need not say. Nobody is shown your answer, not even the office: it is only "
        "counted, together with many others.",
        choices=labelled(Reason),
        coerce=member(Reason),
    )


class VersionForm(CollegeForm):
    """`version` is the one that was shown."""

    version = HiddenField()

    @property
    def shown(self) -> int | None:
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


class AgreementForm(VersionForm):
    yes = Tick("I agree", needed="Tick the box if you agree. If you don't, talk to us first.")


class WriteAgreementForm(VersionForm):
    we_promise = LongText("What we promise", needed="Write what the college promises.", rows=8)
    we_ask = LongText("What we ask of you", needed="Write what the college asks.", rows=8)
