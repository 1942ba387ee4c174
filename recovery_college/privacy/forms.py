"""What is asked before something is done that can't be taken back."""

from typing import cast

from wtforms import HiddenField

from recovery_college.fields import Choice, Search, Tick, offered
from recovery_college.forms import CollegeForm
from recovery_college.privacy.merging import Conflict


class SureForm(CollegeForm):
    sure = Tick("Yes, forget all of it", needed="Tick the box if you are sure.")


class FindOtherForm(CollegeForm):
    """In the address, so that one can go back to it."""

    class Meta:
        csrf = False

    q = Search("Find the other record, by name, e-mail address or phone number")


class MergeForm(CollegeForm):
    """A choice for each field in which the two differ; `state` is what was looked at."""

    state = HiddenField()

    @classmethod
    def over(cls, conflicts: list[Conflict]) -> "MergeForm":
        """A form of this kind with a field for each conflict."""
        fields = {
            each.field: Choice(
                each.label,
                choices=offered([("kept", each.kept), ("other", each.other)]),
                default="kept",
                needed="Choose which one counts.",
            )
            for each in conflicts
        }
        return cast(MergeForm, type("MergeForm", (cls,), fields)())

    @property
    def theirs(self) -> list[str]:
        return [field.short_name for field in self if field.data == "other"]
