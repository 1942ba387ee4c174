"""What a manager asks of the history. It stands in the address, so that it can be shared."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field

from recovery_college.dates import Day
from recovery_college.fields import Pick, Search, Words, offered
from recovery_college.forms import CollegeForm


class HistoryForm(CollegeForm):
    class Meta:
        csrf = False

    who = Search("Who did it", hint="Any part of a name.", width=20)
    about = Search("About whom or which course", hint="Any part of a name or a title.", width=20)
    kind = Pick("About what")
    verb = Pick("What was done")
    field = Words("Which field", hint="As in phone.", width=10, most=40)
    since = Day("From")
    until = Day("Until")

    def __init__(self, asked: Any, kinds: Sequence[tuple[str, str]], verbs: Sequence[str]) -> None:
        super().__init__(asked)
        self.kind.choices = offered([("", "Anything"), *kinds])
        self.verb.choices = offered([("", "Anything"), *((verb, verb) for verb in verbs)])

    @property
    def at_once(self) -> list[Field]:
        """What stands in sight."""
        return [self.who, self.about]

    @property
    def at_leisure(self) -> list[Field]:
        return [each for each in self if each not in self.at_once]

    @property
    def narrows(self) -> bool:
        return any(each.data or each.errors for each in self.at_leisure)

    def fitting(self, name: str) -> Any:
        """What was asked, unless it makes no sense."""
        return None if self[name].errors else self[name].data or None
