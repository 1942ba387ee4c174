"""Somebody is told that there is a certificate for them: called with their place held.

Who has completed a run is known from its registers, which stand above this package.
"""

from datetime import datetime

from recovery_college.enrolment import notices
from recovery_college.enrolment.models import Enrolment


def tell(enrolment: Enrolment, now: datetime) -> None:
    """The way they wish, once for each place."""
    notices.certificate_made(enrolment, now)
