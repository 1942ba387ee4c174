"""What the office asks about the places of a run."""

from collections.abc import Iterable
from typing import Any

from recovery_college import formatting
from recovery_college.dates import Day
from recovery_college.desks.forms.runs import row_id
from recovery_college.fields import Number, Pick, Words, offered
from recovery_college.forms import CollegeForm
from recovery_college.scheduling.models import Run


class SetAsideForm(CollegeForm):
    name = Words(
        "For whom", hint="A ward, a partner or a team; never a person.", needed="Say for whom."
    )
    places = Number("How many", least=1, most=1_000, needed="Say how many places.")
    day = Day(
        "Everybody may have them from",
        hint="On that morning, what nobody has taken goes to who waits.",
        needed="Choose the day.",
    )


class LinkPlacesForm(CollegeForm):
    places = Number("Places by link", most=1_000, needed="Say how many places there are by link.")


class OtherDateForm(CollegeForm):
    run_id = Pick(
        "Another date",
        hint="They keep the place they have until the other one is sure.",
        coerce=row_id,
        needed="Choose a date.",
    )

    def __init__(self, runs: Iterable[Run], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        choices = [(str(run.id), _date_of(run)) for run in runs]
        self.run_id.choices = offered([("", "Choose a date"), *choices])


def _date_of(run: Run) -> str:
    when = formatting.when(run.starts_at) if run.starts_at else "without dates"
    return f"{run.term.name}, {when}"
