"""What somebody may change about themself."""

from recovery_college.accounts.equality import ANSWERS, Question
from recovery_college.accounts.forms.joining import ReachForm
from recovery_college.accounts.rules import Invites, or_usual
from recovery_college.dates import Clock
from recovery_college.fields import Choice, Choices, Email, labelled, member, offered
from recovery_college.forms import CollegeForm


class ReachMeForm(ReachForm):
    """The address has a page of its own, for it is proven first."""

    email = None  # type: ignore[assignment]
    safe_from = Clock(
        "Messages may reach you from",
        hint="If only some hours of the day are safe. Leave both empty if any time is fine.",
    )
    safe_until = Clock("Messages may reach you until")
    invites = Choice(
        "When do you want your dates e-mailed to your calendar?",
        choices=labelled(Invites),
        coerce=member(Invites),
        filters=[or_usual],
    )


class AddressForm(CollegeForm):
    email = Email(
        "New e-mail address",
        hint="We send a link there. When you open it, the address counts.",
        needed="Type the new address.",
        autocomplete="email",
    )


class RestrictForm(CollegeForm):
    manager = Choice(
        "Who of the office may open your record?",
        hint="If you choose one manager, nobody else there can find you. Phone this manager when "
        "you need the office.",
        needed="Choose who may open your record.",
        choices=[],
    )


class EqualityForm(CollegeForm):
    """A field for each question; every one may stay empty, and several answers be given."""

    @classmethod
    def over(cls, given: dict[Question, list[str]]) -> "EqualityForm":
        return cls(data={question.value: answers for question, answers in given.items()})

    @property
    def answers(self) -> dict[Question, list[str]]:
        return {question: list(self[question.value].data or ()) for question in Question}


def _field(question: Question) -> Choices:
    return Choices(question.label, choices=offered(ANSWERS[question].items()))


for _question in Question:
    setattr(EqualityForm, _question.value, _field(_question))
