"""What an e-mail address and a mobile number look like: one rule for everything that asks."""

import re

from email_validator import EmailNotValidError, validate_email

BETWEEN = re.compile(r"[\s().\u2010-\u2015-]")  # what people write between the digits
MOBILE = re.compile(r"(?:0|(?:\+|00)440?)(7(?:[1-57-9][0-9]{2}|624)[0-9]{6})")


def is_email(typed: str) -> bool:
    """Whether any mail server can be given it; its domain isn't asked.

    What stands before the @ is plain letters: many servers take no others, and two that look
    alike would be two addresses.
    """
    try:
        validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return False
    return True


def mobile(typed: str) -> str:
    """A British mobile number as a text is sent to it, as in +447700900123; nothing for any other.

    Of those that begin with 07, 070 is no mobile's, and 076 is a pager's, save the Isle of Man's.
    """
    found = MOBILE.fullmatch(BETWEEN.sub("", typed))
    return f"+44{found[1]}" if found else ""
