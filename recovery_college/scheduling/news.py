"""How what a tutor is told of one session is called, so that something newer can find it."""

from recovery_college.tutors.models import Tutor

MOVED = "tutor_moved"
CANCELLED = "tutor_cancelled"
STOOD_DOWN = "tutor_stood_down"
MEETING_OFF = "tutor_meeting_off"
OFF = (CANCELLED, STOOD_DOWN, MEETING_OFF)


def thread_of(tutor: Tutor) -> str:
    return f"tutor:{tutor.id}"


def key_beginning(notice: str, delivery_id: int) -> str:
    """Of all that one notice ever said of one delivery."""
    return f"{notice}:{delivery_id}:"
