"""What an e-mail address looks like: one rule for forms, the workbook, commands and settings."""

from email_validator import EmailNotValidError, validate_email


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
