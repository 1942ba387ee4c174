"""How a message leaves the house, one function per channel."""

import smtplib
import ssl

from flask import current_app

from recovery_college.messages.letters import Unwritable, letter
from recovery_college.messages.models import OutboxMessage
from recovery_college.messages.rules import Trouble
from recovery_college.messages.smtp import Post

CLOSING = 421  # whatever was asked, the server takes no more for now (RFC 5321, 3.8)


class NotSent(Exception):
    """It did not leave; `trouble` says whether to try again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def send_email(message: OutboxMessage, post: Post) -> None:
    if not current_app.config["MAIL_SERVER"]:
        raise NotSent(Trouble.NO_SERVER)
    try:
        post.take(letter(message))
    except Unwritable as slip:
        raise NotSent(Trouble.UNWRITABLE) from slip
    except OSError as fault:  # which all of smtplib's are
        raise NotSent(trouble_of(fault)) from fault


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
