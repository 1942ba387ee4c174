"""The fields of the college's forms that ask for a day, a time, or a moment on the wall clock."""

from datetime import datetime, time
from typing import Any

from wtforms import DateField, StringField

from recovery_college.clock import in_london, london_instant
from recovery_college.fields import one_line, presence


class Day(DateField):
    """A date: the browser's own way to choose one, or typed day before month."""

    component = "input"
    input = "date"
    inputmode = ""
    width = 10
    autocomplete = ""

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y"]
        super().__init__(label, [presence(needed)], format=formats, description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([one_line(value) for value in valuelist])
        except ValueError as error:
            raise ValueError('Write a date, as in "12/01/2027".') from error
        chosen = getattr(self, "data", None)
        if chosen and not 1900 <= chosen.year <= 2200:
            self.data: Any = None
            raise ValueError("Check the year of this date.")


class Clock(StringField):
    """A time of day on the college's wall clock; its data is a `time`."""

    component = "input"
    input = "time"
    inputmode = ""
    width = 10
    autocomplete = ""

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        super().__init__(label, [presence(needed)], description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = one_line(valuelist[0] if valuelist else "")
        self.data: Any = None
        if not typed:
            return
        for form in ("%H:%M", "%H:%M:%S", "%H.%M", "%I%p", "%I:%M%p", "%I.%M%p"):
            try:
                self.data = datetime.strptime(typed.replace(" ", ""), form).time()  # noqa: DTZ007  # a wall clock's
                return
            except ValueError:
                continue
        raise ValueError('Write a time, as in "10:30" or "2pm".')

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        chosen = getattr(self, "data", None)
        return f"{chosen:%H:%M}" if isinstance(chosen, time) else ""


class Moment(StringField):
    """A day and a time on the college's wall clock; its data is the instant."""

    component = "input"
    input = "datetime-local"
    inputmode = ""
    width = 20
    autocomplete = ""

    def __init__(self, label: str, *, hint: str = "", needed: str = "", **kwargs: Any) -> None:
        super().__init__(label, [presence(needed)], description=hint, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = one_line(valuelist[0] if valuelist else "")
        self.data: Any = None
        if typed:
            self.data = _instant(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        chosen = getattr(self, "data", None)
        return f"{in_london(chosen):%Y-%m-%dT%H:%M}" if isinstance(chosen, datetime) else ""


def _instant(typed: str) -> datetime:
    for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
        try:
            local = datetime.strptime(typed, form)  # noqa: DTZ007  # a wall clock's
        except ValueError:
            continue
        if not 1900 <= local.year <= 2200:
            raise ValueError("Check the year of this date.")
        try:
            return london_instant(local.date(), local.time())
        except ValueError as error:
            raise ValueError(
                "The clocks change in that hour, so it comes twice or not at all. Choose another."
            ) from error
    raise ValueError('Write a day and a time, as in "12/01/2027 10:00".')
