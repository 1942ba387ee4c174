"""How a message leaves the house, one function per channel."""

import smtplib
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Mail, Message

from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import SMTP_WAITS, Channel, Trouble

HEADERS = {
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
Sender = Callable[[OutboxMessage], None]


class NotSent(Exception):
    """It did not leave; `trouble` says whether to try again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class PatientConnection(Connection):
    """Waits for the mail server, but not for ever, which Flask-Mail would."""

    def __init__(self, post: Mail) -> None:
        super().__init__(post)
        self.waits = SMTP_WAITS.total_seconds()

    def configure_host(self) -> smtplib.SMTP:
        host = smtplib.SMTP(self.mail.server, self.mail.port, timeout=self.waits)
        if self.mail.use_tls:
            host.starttls()
        if self.mail.username and self.mail.password:
            host.login(self.mail.username, self.mail.password)
        return host

    def __exit__(self, *raised: object) -> None:
        """After the message was taken, a server that leaves without a word takes nothing back."""
        try:
            super().__exit__(*raised)  # type: ignore[arg-type]
        except (smtplib.SMTPException, OSError):
            return


def send_email(message: OutboxMessage) -> None:
    """Same row, same bytes: a repeat after a crash is recognised as one."""
    if not current_app.config["MAIL_SERVER"]:
        raise NotSent(Trouble.NO_SERVER)
    try:
        with PatientConnection(current_app.extensions["mail"]) as connection:
            connection.send(letter(message))
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise NotSent(_by_code(max(codes, default=450), Trouble.ADDRESS_REFUSED)) from refused
    except smtplib.SMTPResponseException as refused:
        raise NotSent(_by_code(refused.smtp_code, Trouble.REFUSED)) from refused
    except (smtplib.SMTPException, OSError) as away:
        raise NotSent(Trouble.AWAY) from away


def letter(message: OutboxMessage) -> Message:
    """The message as it is sent; its date and its name are those of when it was promised."""
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname or "localhost"
    made = Message(_one_line(message.subject), recipients=[message.address], body=message.body)
    made.date = message.queued_at.timestamp()
    made.msgId = f"<{message.id}.{message.queued_at.timestamp():.0f}@{host}>"
    made.extra_headers = dict(HEADERS)
    return made


def _by_code(code: int, for_good: Trouble) -> Trouble:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1)."""
    return for_good if code >= 500 else Trouble.BUSY


def _one_line(words: str) -> str:
    return " ".join(words.split())


SENDERS: Mapping[Channel, Sender] = {Channel.EMAIL: send_email}
