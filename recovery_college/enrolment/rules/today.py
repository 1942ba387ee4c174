"""What is called off on its own day, or the evening before, and what became of telling it."""

from datetime import datetime, time, timedelta

from recovery_college.clock import in_london
from recovery_college.errors import Refusal
from recovery_college.scheduling.rules import SessionKind

EARLY = time(12)  # tomorrow before this hour is as good as today
SHOULD_KNOW = timedelta(minutes=30)  # before it was to begin: who has not said so is called


def is_today(starts_at: datetime, now: datetime) -> bool:
    """Today, or tomorrow before noon, by the college's wall clock; and still to come."""
    there, here = in_london(starts_at), in_london(now)
    days = (there.date() - here.date()).days
    return now < starts_at and (days == 0 or (days == 1 and there.time() < EARLY))


def check_is_today(starts_at: datetime, now: datetime) -> None:
    if not is_today(starts_at, now):
        raise Refusal(
            "This is for a session of today, or of tomorrow morning. "
            "Cancel any other on its own page: its students hear of it by themselves."
        )


def check_students_come(kind: SessionKind) -> None:
    if kind is not SessionKind.TEACHING:
        raise Refusal("No students come to this meeting. Its tutors can call it off.")


def should_know(starts_at: datetime, now: datetime) -> bool:
    """Whether they would set out before they hear again."""
    return now >= starts_at - SHOULD_KNOW
