"""What a college decides for itself, with the defaults of the field."""

from dataclasses import dataclass, fields
from typing import Any

TALK_NOW = """If a life is in danger, call [999](tel:999).

Call NHS [111](tel:111) and choose option 2 to talk to someone about your mental health,
day or night.

Call the Samaritans on [116 123](tel:116123), free, day or night, about anything at all.
"""


@dataclass(frozen=True)
class College:
    """The college's name comes from the environment; the rest is changed on its settings page."""

    name: str
    short_name: str = "Harbour"
    office_phone: str = "01632 960 123"
    office_hours: str = "Monday to Friday, 9am to 5pm"
    office_email: str = "office@example.org"
    office_address: str = "12 Quay Street"
    talk_now: str = TALK_NOW
    invented: bool = False
    mail_paused: bool = False  # after moving in, until a manager says that mail may go
    pair_by_days: int = 28  # four weeks before a session its pair must be known, at the latest

    @property
    def phone_link(self) -> str:
        """The office's number as a phone dials it: from abroad, without the (0)."""
        number = self.office_phone
        if number.startswith("+"):
            number = number.replace("(0)", "")
        return "tel:" + "".join(c for c in number if c.isdigit() or c == "+")


def college_from(name: str, kept: dict[str, str]) -> College:
    """The college as its kept settings say; what is not kept stands at its default."""
    known = {field.name: field for field in fields(College)}
    chosen = {key: _read(known[key].type, value) for key, value in kept.items() if key in known}
    return College(name=name, **chosen)


def _read(kind: Any, value: str) -> Any:
    if kind is bool:
        return value == "yes"
    return kind(value)
