"""How a student likes their certificate."""

from typing import Any

from recovery_college.attendance.models import Certificate
from recovery_college.fields import Choice, Words
from recovery_college.forms import CollegeForm

WITH_TITLE, WITHOUT = "title", "course"


class CertificateForm(CollegeForm):
    name = Words(
        "Your name, as you like it to stand there",
        needed="Write the name that you like to see on it.",
        most=100,
        autocomplete="name",
    )
    course = Choice("What it says of the course", needed="Choose what it says of the course.")

    def __init__(self, certificate: Certificate) -> None:
        shown = WITH_TITLE if certificate.shows_title else WITHOUT
        super().__init__(data={"name": certificate.name, "course": shown})
        choices: list[Any] = [
            (WITH_TITLE, f"Its title: {certificate.title}"),
            (WITHOUT, "Only \u201ca course\u201d"),
        ]
        self.course.choices = choices

    @property
    def shows_title(self) -> bool:
        return bool(self.course.data == WITH_TITLE)
