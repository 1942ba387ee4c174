"""Somebody who was not heard of is asked whether they are OK: called with their place held.

Whether anybody is, the office says on a register, which stands above this package.
"""

from collections.abc import Collection
from datetime import datetime

from recovery_college.enrolment import notices, queries
from recovery_college.enrolment.models import Enrolment
from recovery_college.scheduling.models import Session


def write_to(enrolment: Enrolment, session: Session, mark_id: int, now: datetime) -> None:
    """The college's friendly line, the way they wish: once for each mark."""
    notices.checking_ok(enrolment, session, mark_id, now)


def have_called(enrolment: Enrolment, session: Session, mark_id: int, now: datetime) -> None:
    """By somebody of the office."""
    notices.checking_call(enrolment, session, mark_id, now)


def take_back(enrolment_ids: Collection[int], session: Session) -> None:
    """They came, or told us: what has not gone does not go."""
    for each in queries.of_ids(enrolment_ids):
        notices.take_back_checking(each, session)
