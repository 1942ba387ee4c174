"""How a message leaves the house, one function per channel."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Mail, Message

from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import DELIVERY_TAKES, SMTP_WAITS, Channel, Trouble

HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
ANSWERS_SAY = 100_000  # bytes at most, all of them together
CLOSING = 421  # whatever was asked, the server takes no more for now (RFC 5321, 3.8)
Sender = Callable[[OutboxMessage], None]


class NotSent(Exception):
    """It did not leave; `trouble` says whether to try again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Answers(RawIOBase):
    """What the server says, until a moment: one that says it letter by letter, or never comes to
    an end, is not listened to for longer.
    """

    def __init__(self, connection: socket.socket, until: float) -> None:
        self.connection = connection
        self.until = until
        self.heard = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.until - monotonic()
        if left <= 0 or self.heard > ANSWERS_SAY:
            raise TimeoutError
        self.connection.settimeout(min(left, SMTP_WAITS.total_seconds()))
        came = self.connection.recv_into(buffer)
        self.heard += came
        return came


class PatientSMTP(smtplib.SMTP):
    """Waits for each answer, and for all of them together, but not for ever."""

    def __init__(self, server: str, port: int) -> None:
        self.until = monotonic() + DELIVERY_TAKES.total_seconds()
        super().__init__(server, port, timeout=SMTP_WAITS.total_seconds())

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:  # at first, and after STARTTLS
            self.file = BufferedReader(Answers(self.sock, self.until))
        return super().getreply()


class PatientConnection(Connection):
    """Flask-Mail's own would wait without end, and believe any certificate."""

    def __init__(self, post: Mail) -> None:
        super().__init__(post)
        self.host: smtplib.SMTP | None = None

    def configure_host(self) -> smtplib.SMTP:
        host = PatientSMTP(self.mail.server, self.mail.port)
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except OSError:
            host.close()
            raise
        return host

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """After the message was taken, a server that leaves without a word takes nothing back."""
        if self.host is None:
            return
        if kind is None:
            with suppress(OSError):
                self.host.quit()
        self.host.close()


class Letter(Message):
    """Its bytes are made from the row alone, so that a repeat is recognised as one.

    Flask-Mail's depend on the machine's time zone, and are unreadable without decoding.
    """

    def __init__(self, made: EmailMessage) -> None:
        super().__init__(recipients=[str(made["To"])])
        self.made = made

    def as_bytes(self) -> bytes:
        return self.made.as_bytes()


def send_email(message: OutboxMessage) -> None:
    if not current_app.config["MAIL_SERVER"]:
        raise NotSent(Trouble.NO_SERVER)
    written = letter(message)
    try:
        with PatientConnection(current_app.extensions["mail"]) as connection:
            connection.send(written)
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
