"""A message as the bytes of an e-mail, made from its row alone: a repeat is the same."""

from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Message

from recovery_college.messages.html import html_of
from recovery_college.messages.models import OutboxMessage

HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
FILENAME = "invite.ics"


class Unwritable(ValueError):
    """This address or these words can't be written as an e-mail."""


class Letter(Message):
    """Flask-Mail's own bytes depend on the machine's time zone, are unreadable without decoding,
    and say no method of a calendar's entry.
    """

    def __init__(self, made: EmailMessage) -> None:
        super().__init__(recipients=[str(made["To"])])
        self.written = made.as_bytes()

    def as_bytes(self) -> bytes:
        return self.written


def letter(message: OutboxMessage) -> Letter:
    """The message as it is sent; its date and its name are those of when it was promised."""
    made = EmailMessage(policy=policy.SMTP)
    try:
        _address(made, message)
        made.set_content(message.body, cte="quoted-printable")
        made.add_alternative(html_of(message.body), subtype="html", cte="quoted-printable")
        if message.calendar is not None:
            _enclose(made, message.calendar.encode(), str(message.method))
        _fix_boundaries(made)
        return Letter(made)
    except (ValueError, LookupError, MessageError) as slip:
        raise Unwritable from slip


def _address(made: EmailMessage, message: OutboxMessage) -> None:
    made["Subject"] = _one_line(message.subject)
    made["From"] = current_app.config["MAIL_DEFAULT_SENDER"]
    made["To"] = Address(addr_spec=_in_ascii(message.address))
    made["Date"] = message.queued_at
    made["Message-ID"] = _name_of(message, message.sequence)
    if message.sequence != message.first_sequence:
        made["In-Reply-To"] = made["References"] = _name_of(message, message.first_sequence)
    for name, value in HEADERS.items():
        made[name] = value


def _name_of(message: OutboxMessage, sequence: int | None) -> str:
    """What brings a calendar's entry is named after it, so that later ones can name the first."""
    if message.uid is not None:
        entry, _, host = message.uid.rpartition("@")
        return f"<{entry}.{sequence}@{host}>"
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"
    return f"<{message.id}.{message.queued_at.timestamp():.0f}@{host}>"


def _enclose(made: EmailMessage, calendar: bytes, method: str) -> None:
    """Last of the alternatives, for programs that ask "are you coming?"; as a file for others.

    A second part of the calendar's own type would be shown as a second invite.
    """
    asked = {"charset": "utf-8", "method": method}
    made.add_alternative(calendar, maintype="text", subtype="calendar", params=asked)
    made.add_attachment(
        calendar,
        maintype="application",
        subtype="ics",
        filename=FILENAME,
        params={"name": FILENAME},
    )


def _fix_boundaries(made: EmailMessage) -> None:
    """They can stand in no part: neither of the encodings writes "=_"."""
    name = sha256(str(made["Message-ID"]).encode()).hexdigest()[:24]
    for part in made.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{part.get_content_subtype()}_{name}")


def _one_line(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _in_ascii(address: str) -> str:
    """A name before the @ beyond ASCII is refused: few servers take one."""
    name, _, domain = address.strip().rpartition("@")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
