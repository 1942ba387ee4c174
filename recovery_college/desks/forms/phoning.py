"""What the office asks when it takes a place for somebody who phoned, wrote or came by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from recovery_college.clock import in_london, london_instant
from recovery_college.dates import Clock, Day
from recovery_college.desks.forms.enrolling import PlaceForm
from recovery_college.enrolment.rules import OF_OFFICE, Way
from recovery_college.errors import Refusal
from recovery_college.fields import Choice, LongText, Pick, Tick, member, offered

BY_LINK = "link"


class EnrolForThemForm(PlaceForm):
    """By the office, for somebody who asked it to."""

    came_by = Choice(
        "How did they ask?",
        choices=offered((way.value, way.label) for way in OF_OFFICE),
        coerce=member(Way),
        default=Way.PHONE,
        needed="Choose how they asked.",
    )
    day = Day("Day it reached us", hint="Leave the day and the time empty if it is just now.")
    at = Clock("Time it reached us", hint='As in "10:30" or "2pm".')
    place = Pick("Which place")
    needs = LongText("What would help them take part?", hint="In their own words.", rows=3)
    needs_shared = Tick("They agree that the tutors of their sessions may read it")
    with_supporter = Tick(
        "Somebody comes along to support them", hint="They have a seat, and need no place."
    )
    asked_themself = Tick(
        "They asked for this themself",
        hint="Nobody is put on a course by somebody else.",
        needed="We book only for people who ask for it themself.",
    )

    def __init__(self, row: object, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(row, **kwargs)
        self.place.choices = offered(choices)
        if len(self.place.choices) < 2:
            del self.place

    @property
    def chosen(self) -> str:
        """The place that was picked: of everybody, by link, or the number of what is set aside."""
        return str(self.place.data or "") if "place" in self else ""

    def arrived_at(self, now: datetime) -> datetime | None:
        """None is just now. A time alone is one of today."""
        if self.day.data is None and self.at.data is None:
            return None
        if self.at.data is None:
            raise Refusal("Write the time too, or leave both empty.", field="at")
        day = self.day.data or in_london(now).date()
        try:
            return london_instant(day, self.at.data)
        except ValueError as error:
            raise Refusal("The clocks change in that hour. Choose another.", field="at") from error
