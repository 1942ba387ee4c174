"""The student agreement, to say yes to and to write."""

from wtforms import HiddenField

from recovery_college.fields import LongText, Tick
from recovery_college.forms import CollegeForm


class VersionForm(CollegeForm):
    """`version` is the one that was shown."""

    version = HiddenField()

    @property
    def shown(self) -> int | None:
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


class AgreementForm(VersionForm):
    yes = Tick("I agree", needed="Tick the box if you agree. If you don't, talk to us first.")


class WriteAgreementForm(VersionForm):
    we_promise = LongText(
        "What we promise",
        hint="A line for each promise, with a hyphen before it.",
        needed="Write what the college promises.",
        rows=8,
    )
    we_ask = LongText(
        "What we ask of you",
        hint="A line for each, with a hyphen before it.",
        needed="Write what the college asks.",
        rows=8,
    )
