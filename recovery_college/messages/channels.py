"""How a message leaves the house, one function per channel."""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Message

from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Channel, Trouble
from recovery_college.messages.smtp import Post

HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
CLOSING = 421  # whatever was asked, the server takes no more for now (RFC 5321, 3.8)
Sender = Callable[[OutboxMessage, Post], None]


class NotSent(Exception):
    """It did not leave; `trouble` says whether to try again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Letter(Message):
    """Its bytes are made from the row alone, so that a repeat is recognised as one.

    Flask-Mail's depend on the machine's time zone, and are unreadable without decoding.
    """

    def __init__(self, made: EmailMessage) -> None:
        super().__init__(recipients=[str(made["To"])])
        self.made = made

    def as_bytes(self) -> bytes:
        return self.made.as_bytes()


def send_email(message: OutboxMessage, post: Post) -> None:
    if not current_app.config["MAIL_SERVER"]:
        raise NotSent(Trouble.NO_SERVER)
    written = letter(message)
    try:
        post.take(written)
    except OSError as fault:  # which all of smtplib's are
        raise NotSent(trouble_of(fault)) from fault


def letter(message: OutboxMessage) -> Letter:
    """The message as it is sent; its date and its name are those of when it was promised."""
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"
    made = EmailMessage(policy=policy.SMTP)
    try:
        made["Subject"] = _one_line(message.subject)
        made["From"] = current_app.config["MAIL_DEFAULT_SENDER"]
        made["To"] = Address(addr_spec=_in_ascii(message.address))
        made["Date"] = message.queued_at
        made["Message-ID"] = f"<{message.id}.{message.queued_at.timestamp():.0f}@{host}>"
        for name, value in HEADERS.items():
            made[name] = value
        made.set_content(message.body, cte="quoted-printable")
        made.as_bytes()
    except (ValueError, LookupError, MessageError) as slip:
        raise NotSent(Trouble.UNWRITABLE) from slip
    return Letter(made)


def trouble_of(fault: OSError) -> Trouble:
    """A no to this message or its address, or one to us, which the next would hear too."""
    match fault:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in fault.recipients.values()]
            return _by_code(max(codes, default=450), Trouble.ADDRESS_REFUSED)
        case smtplib.SMTPDataError():
            return _by_code(fault.smtp_code, Trouble.REFUSED)
        case smtplib.SMTPSenderRefused():
            return _by_code(fault.smtp_code, Trouble.NOT_LET_IN)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Trouble.NOT_LET_IN
    return Trouble.AWAY


def _by_code(code: int, for_good: Trouble) -> Trouble:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1); what is no answer at all is not for good."""
    if code == CLOSING:
        return Trouble.AWAY
    return for_good if 500 <= code < 600 else Trouble.BUSY


def _one_line(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _in_ascii(address: str) -> str:
    """A name before the @ beyond ASCII is refused: few servers take one."""
    name, _, domain = address.strip().rpartition("@")
    return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"


SENDERS: Mapping[Channel, Sender] = {Channel.EMAIL: send_email}
