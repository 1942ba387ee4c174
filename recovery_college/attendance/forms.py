"""What stands beside a register: somebody without a place, somebody who stood in, and why; and
what is typed from one on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import ValidationError

from recovery_college.attendance.rules import MarkState
from recovery_college.attendance.rules.numbers import read_numbers
from recovery_college.attendance.sheet import Sheet
from recovery_college.errors import Refusal
from recovery_college.fields import Choice, Pick, Words, offered
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


class Numbers(Words):
    """Of the sheet that its form has. Nobody is in two of a form's fields."""

    numbers: Sequence[int] = ()

    def pre_validate(self, form: Any) -> None:
        try:
            self.numbers = read_numbers(self.data or "", form.sheet.there, form.sheet.left)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from None
        others = [each for each in form if isinstance(each, Numbers) and each is not self]
        for number in self.numbers:
            other = next((each for each in others if number in each.numbers), None)
            if other is not None:
                raise ValidationError(f"{number} is under \u201c{other.label.text}\u201d too.")


class PaperForm(CollegeForm):
    """Its fields of numbers are called as the marks."""

    late = Numbers("Came late", hint='Their numbers, as in "3 7, 9-12".')
    early = Numbers("Left early")
    told = Numbers("Told us")
    unheard = Numbers("We did not hear")
    rest = Choice(
        "And the others, if nothing is marked yet",
        needed="Choose what becomes of the others.",
        choices=offered(
            [
                (MarkState.PRESENT.value, "Everybody else was present"),
                ("unmarked", "Leave the rest unmarked"),
            ]
        ),
    )

    def __init__(self, sheet: Sheet, **kwargs: Any) -> None:
        self.sheet = sheet
        super().__init__(told=sheet.told, **kwargs)

    @property
    def said(self) -> Mapping[MarkState, Sequence[int]]:
        """The numbers that were typed, by what they say."""
        fields = {state: self[state.value] for state in MarkState if state.value in self}
        return {state: field.numbers for state, field in fields.items()}

    @property
    def of_the_rest(self) -> MarkState | None:
        return MarkState.PRESENT if self.rest.data == MarkState.PRESENT else None
