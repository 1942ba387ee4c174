"""What somebody is asked who takes a place: at most two things."""

from secrets import token_urlsafe
from typing import Any

from wtforms import HiddenField

from recovery_college.fields import LongText, Tick
from recovery_college.forms import EditForm

OF_THEM = ["needs", "needs_shared"]


class PlaceForm(EditForm):
    """Over the person, whose details it keeps. `form_key` makes sending it twice one request."""

    form_key = HiddenField()

    def __init__(self, row: object, **kwargs: Any) -> None:
        super().__init__(row, **kwargs)
        if not self.form_key.data:
            self.form_key.data = token_urlsafe(16)

    @property
    def asked(self) -> list[str]:
        """What of it is written down of the person themself."""
        return OF_THEM

    @property
    def key(self) -> str | None:
        """What stands there is ours if it looks like it; anything else is no key."""
        given = str(self.form_key.data or "")
        return given if 16 <= len(given) <= 64 and given.isascii() else None


class EnrolForm(PlaceForm):
    """By somebody for themself."""

    needs = LongText(
        "What would help you take part?",
        hint="In your own words, or leave it empty. It is kept with your details.",
        rows=3,
    )
    needs_shared = Tick(
        "The tutors of my sessions may read this",
        hint="From two weeks before a session until two days after it, and no other tutor.",
    )
    with_supporter = Tick(
        "Somebody comes along to support me",
        hint="They have a seat. They don\u2019t need a place of their own.",
    )
