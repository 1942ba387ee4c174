"""A section of the settings: what each says now, and what it was at the start."""

from wtforms import Field

from recovery_college.college.rules import DEFAULTS
from recovery_college.editing import print_of
from recovery_college.forms import EditForm, in_words

SHORT = 80  # characters; a longer start is shown only beside what it was changed to
NEEDED = "Write a number."


class Section(EditForm):
    """One section of the settings. `note` says what holds for all of it."""

    slug = ""
    heading = ""
    note = ""

    def __init__(self, draft: object) -> None:
        super().__init__(draft)
        for field in self.settings:
            start = ", ".join(self.at_the_start(field).splitlines())
            if len(start) < SHORT and not start.endswith("."):
                field.description = f"{field.description} At the start: {start}.".strip()

    @property
    def settings(self) -> list[Field]:
        return [self[name] for name in self.asked]

    def said(self, field: Field) -> str:
        return _said(field, field.data)

    def at_the_start(self, field: Field) -> str:
        return _said(field, DEFAULTS[field.short_name])

    def is_changed(self, field: Field) -> bool:
        return print_of(field.data) != print_of(DEFAULTS[field.short_name])


def _said(field: Field, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return in_words(field, value).strip() if value != "" else "None"
