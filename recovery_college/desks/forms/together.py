"""What a pair is asked when they look for another time, and what a meeting is for."""

from typing import Any

from wtforms import ValidationError

from recovery_college.desks.forms.runs import row_id
from recovery_college.fields import Choice, Choices, Pick, offered
from recovery_college.forms import CollegeForm
from recovery_college.scheduling.rules import SESSION_KINDS, SessionKind

KINDS = offered(
    (kind.value, words.capitalize())
    for kind, words in SESSION_KINDS.items()
    if kind is not SessionKind.TEACHING
)
LENGTHS = offered(
    (str(n), words)
    for n, words in {
        30: "Half an hour",
        60: "An hour",
        90: "An hour and a half",
        120: "Two hours",
    }.items()
)


class Times(Choices):
    """Some of those that were shown; they are looked for anew when they are sent."""

    component = "times"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw_data = [value for value in valuelist if value]  # a day without a choice says ""
        super().process_formdata(self.raw_data)

    def pre_validate(self, form: Any) -> None:
        known = {value for value, *_ in self.iter_choices()}
        if any(each not in known for each in self.data or ()):
            raise ValidationError("One of these times is not free any more. Choose another.")


class TimesForm(CollegeForm):
    slots = Times("Times", needed="Choose at least one time.")


class PickForm(CollegeForm):
    slot = Choice("Which time suits you?", coerce=row_id, needed="Pick one of the times.")


class MeetingForm(CollegeForm):
    """Asked by address, so that the times that are shown are of the right length."""

    class Meta:
        csrf = False

    kind = Choice(
        "What for?", choices=KINDS, default=SessionKind.PLANNING.value, needed="Say what for."
    )
    minutes = Pick("How long?", choices=LENGTHS, default="60", needed="Say how long.")
