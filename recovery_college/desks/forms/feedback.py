"""The college's own questions about a run that is over: a field for each."""

from hashlib import sha256
from typing import cast

from wtforms import Field

from recovery_college.attendance.rules.feedback import MOST_WORDS, Answer, OwnQuestion, Said
from recovery_college.fields import Choice, LongText, labelled, offered
from recovery_college.forms import CollegeForm

LEFT_OUT = ""
CHOICES = [*labelled(Said), *offered([(LEFT_OUT, "I leave this out")])]


class FeedbackForm(CollegeForm):
    """See `over`."""

    questions: tuple[OwnQuestion, ...] = ()

    @classmethod
    def over(cls, *questions: OwnQuestion) -> "FeedbackForm":
        fields = {_name(each): _field(each) for each in questions}
        made = type("FeedbackForm", (cls,), {**fields, "questions": questions})
        return cast(FeedbackForm, made())

    @property
    def answers(self) -> list[Answer]:
        """To what was not left out."""
        found = [(each, self[_name(each)].data) for each in self.questions]
        return [_answer(place, *each) for place, each in enumerate(found, 1) if each[1]]


def _name(question: OwnQuestion) -> str:
    """Of the words themselves: if the college asks something else meanwhile, no answer is taken
    for one to another question.
    """
    return f"q{sha256(question.words.encode()).hexdigest()[:12]}"


def _field(question: OwnQuestion) -> Field:
    if question.is_to_tick:
        return Choice(question.words, choices=CHOICES)
    return LongText(question.words, hint="Please name nobody.", most=MOST_WORDS)


def _answer(place: int, question: OwnQuestion, data: str) -> Answer:
    if question.is_to_tick:
        return Answer(place, question.words, Said(data), None)
    return Answer(place, question.words, None, data)
