"""How long a line of the trail stands."""

from datetime import datetime, timedelta

from recovery_college.errors import Refusal

KEPT_AT_LEAST = timedelta(days=3 * 365 + 1)  # three years, whichever years they are


class TrailStands(Refusal):
    """Somebody would change what the trail says, or forget it too early."""

    def __init__(self) -> None:
        super().__init__(
            "The history can't be changed, and nothing in it goes before three years are over."
        )


def keep_until(recorded_at: datetime) -> datetime:
    """Before this nobody removes the line.

    It is fixed when the line is written, for the line can't be changed. A setting of the college
    can therefore only keep it for longer.
    """
    return recorded_at + KEPT_AT_LEAST
